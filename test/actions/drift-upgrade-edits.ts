/** What people do to the objects of a release, each to one of its own, and what an upgrade with the same files makes of it. */
import type { Place, Step } from "../../src/drift/objects/model.ts";

/**
 * What an upgrade does about an edit: it is put right, or stays as it is; or the upgrade fails, because somebody else owns
 * the field, or because the object would not be valid.
 */
export type Outcome = "repaired" | "left" | "conflict" | "refused";

export interface Edit {
  /** Kind of the object, by its template in `OBJECTS`. */
  of: keyof typeof OBJECTS;
  /** kubectl's arguments. `OBJECT` stands for its kind and name, `NAME` for its name. */
  does: readonly string[];
  /** What kubectl is given on stdin, of the object as it is. */
  stdin?: (object: Record<string, unknown>) => unknown;
  /** Run before; an object can be made anew only once it is gone. */
  before?: readonly string[];
  /** Where it shows; empty for the object as a whole. */
  place: Place;
  kind: "modified" | "missing" | "foreign-added";
  /** What comes with a change. */
  adds?: Place;
  client: Outcome;
  server: Outcome;
  /** The field manager that kubectl writes as; undefined where none is left behind. */
  manager?: string;
}

/** Objects of the chart, without their metadata. */
export const OBJECTS = {
  ConfigMap: "apiVersion: v1\nkind: ConfigMap\ndata: { color: red, size: small }",
  Service: "apiVersion: v1\nkind: Service\nspec: { ports: [{ name: http, port: 80 }] }",
  Secret: "apiVersion: v1\nkind: Secret\ndata: { password: b25l }",
  Deployment: `apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          image: web:1
          args: [one, two]
          env: [{ name: A, value: "1" }, { name: B, value: "2" }]`,
  DriftGadget:
    "apiVersion: test.example/v1\nkind: DriftGadget\nspec: { size: 1, list: [1, 2], map: { a: b } }",
};

export const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: driftgadgets.test.example }
spec:
  group: test.example
  scope: Namespaced
  names: { kind: DriftGadget, plural: driftgadgets, singular: driftgadget }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, x-kubernetes-preserve-unknown-fields: true } } } }
`;

/** `/` separates fields, `name=x` is an item of a list by its name. */
function at(path: string): Step[] {
  return path.split(" ").map((text): Step => {
    const name = /^name=(.*)$/.exec(text)?.[1];
    return name === undefined ? { field: text } : { key: { name } };
  });
}

const CONTAINER = "spec template spec containers name=main";
const patch = (data: unknown, ...more: string[]) => [
  ...["patch", "OBJECT", "--type=merge", "--patch", JSON.stringify(data)],
  ...more,
];
const jsonPatch = (...operations: unknown[]) => [
  ...["patch", "OBJECT", "--type=json", "--patch", JSON.stringify(operations)],
];
const CHANGED = { kind: "modified", client: "repaired", server: "conflict" } as const;
const TAKEN_AWAY = { kind: "modified", client: "repaired", server: "repaired" } as const;
const ADDED = { kind: "foreign-added", client: "left", server: "left" } as const;
const GONE = { kind: "missing", client: "repaired", server: "repaired" } as const;
const MANAGED_BY = "app.kubernetes.io/managed-by";

export const EDITS: Readonly<Record<string, Edit>> = {
  "image-set": {
    ...{ of: "Deployment", does: ["set", "image", "OBJECT", "main=web:2"], ...CHANGED },
    ...{ place: at(`${CONTAINER} image`), manager: "kubectl-set" },
  },
  patched: {
    ...{ of: "ConfigMap", does: patch({ data: { color: "blue" } }), ...CHANGED },
    ...{ place: at("data color"), manager: "kubectl-patch" },
  },
  edited: {
    ...{ of: "ConfigMap", does: ["edit", "OBJECT"], ...CHANGED },
    ...{ place: at("data color"), manager: "kubectl-edit" },
  },
  applied: {
    ...{
      of: "ConfigMap",
      does: ["apply", "--server-side", "--force-conflicts", "--filename", "-"],
      ...CHANGED,
    },
    stdin: ({ metadata: _, ...rest }) => ({ ...rest, metadata: { name: "NAME" }, data: { color: "blue" } }),
    ...{ place: at("data color"), manager: "kubectl" },
  },
  replaced: {
    ...{ of: "ConfigMap", does: ["replace", "--filename", "-"], ...CHANGED },
    stdin: (object) => ({ ...object, data: { color: "blue", size: "small" } }),
    ...{ place: at("data color"), manager: "kubectl-replace" },
  },
  "made-anew": {
    ...{ of: "ConfigMap", before: ["delete", "OBJECT"], ...CHANGED },
    does: ["create", "configmap", "NAME", "--from-literal=color=blue"],
    ...{ place: at("data color"), manager: "kubectl-create" },
  },
  // Helm applies; somebody who calls himself helm and patches is another manager.
  "patched-as-helm": {
    ...{ of: "ConfigMap", does: patch({ data: { color: "blue" } }, "--field-manager=helm"), ...CHANGED },
    ...{ place: at("data color"), manager: "helm" },
  },
  secret: {
    ...{ of: "Secret", does: patch({ data: { password: "dHdv" } }), ...CHANGED },
    ...{ place: at("data password"), manager: "kubectl-patch" },
  },
  scaled: {
    ...{ of: "Deployment", does: ["scale", "OBJECT", "--replicas=3"], ...CHANGED },
    ...{ place: at("spec replicas"), manager: "kubectl" },
  },
  // The number that a scale has, it owns; of none at all there is nothing to own.
  "scaled-to-zero": {
    ...{ of: "Deployment", does: ["scale", "OBJECT", "--replicas=0"], ...TAKEN_AWAY },
    place: at("spec replicas"),
  },
  "whole-list": {
    ...{ of: "Deployment", ...CHANGED, place: at(`${CONTAINER} args`), manager: "kubectl-patch" },
    does: jsonPatch({ op: "remove", path: "/spec/template/spec/containers/0/args/1" }),
  },
  "item-of-list": {
    ...{ of: "Deployment", ...TAKEN_AWAY, place: at(`${CONTAINER} env name=A`) },
    does: jsonPatch({ op: "remove", path: "/spec/template/spec/containers/0/env/0" }),
  },
  "field-removed": {
    ...{ of: "ConfigMap", ...TAKEN_AWAY, does: patch({ data: { size: null } }), place: at("data size") },
  },
  label: {
    ...{ of: "ConfigMap", does: ["label", "--overwrite", "OBJECT", "tier=back"], ...CHANGED },
    ...{ place: at("metadata labels tier"), manager: "kubectl-label" },
  },
  "label-removed": {
    ...{ of: "ConfigMap", does: ["label", "OBJECT", "tier-"], ...TAKEN_AWAY },
    place: at("metadata labels tier"),
  },
  annotation: {
    ...{ of: "ConfigMap", does: ["annotate", "--overwrite", "OBJECT", "note=other"], ...CHANGED },
    ...{ place: at("metadata annotations note"), manager: "kubectl-annotate" },
  },
  "annotation-removed": {
    ...{ of: "ConfigMap", does: ["annotate", "OBJECT", "note-"], ...TAKEN_AWAY },
    place: at("metadata annotations note"),
  },
  "helms-label": {
    ...{ of: "ConfigMap", does: ["label", "--overwrite", "OBJECT", `${MANAGED_BY}=me`], ...CHANGED },
    ...{ place: at(`metadata labels ${MANAGED_BY}`), manager: "kubectl-label" },
  },
  "helms-label-removed": {
    ...{ of: "ConfigMap", does: ["label", "OBJECT", `${MANAGED_BY}-`], ...TAKEN_AWAY },
    place: at(`metadata labels ${MANAGED_BY}`),
  },
  // Ports are told apart by their number: the chart's would come beside this one, under the same name.
  "port-changed": {
    ...{ of: "Service", does: jsonPatch({ op: "replace", path: "/spec/ports/0/port", value: 81 }) },
    ...{ kind: "modified", client: "refused", server: "refused" },
    place: [...at("spec ports"), { key: { port: 80, protocol: "TCP" } }],
    adds: [...at("spec ports"), { key: { port: 81, protocol: "TCP" } }],
  },
  deleted: { of: "ConfigMap", does: ["delete", "OBJECT"], ...GONE, place: [] },
  "field-added": {
    ...{ of: "ConfigMap", does: patch({ data: { shape: "round" } }), ...ADDED },
    ...{ place: at("data shape"), manager: "kubectl-patch" },
  },
  "label-added": {
    ...{ of: "ConfigMap", does: ["label", "OBJECT", "team=red"], ...ADDED },
    ...{ place: at("metadata labels team"), manager: "kubectl-label" },
  },
  "container-added": {
    ...{ of: "Deployment", ...ADDED, place: at("spec template spec containers name=side") },
    does: jsonPatch({
      op: "add",
      path: "/spec/template/spec/containers/-",
      value: { name: "side", image: "x:1" },
    }),
    manager: "kubectl-patch",
  },
  "variable-added": {
    ...{ of: "Deployment", does: ["set", "env", "OBJECT", "C=3"], ...ADDED },
    ...{ place: at(`${CONTAINER} env name=C`), manager: "kubectl-set" },
  },
  "custom-changed": {
    ...{ of: "DriftGadget", does: patch({ spec: { size: 2 } }), ...CHANGED, client: "left" },
    ...{ place: at("spec size"), manager: "kubectl-patch" },
  },
  "custom-list": {
    ...{ of: "DriftGadget", does: patch({ spec: { list: [1] } }), ...CHANGED, client: "left" },
    ...{ place: at("spec list"), manager: "kubectl-patch" },
  },
  "custom-removed": {
    ...{ of: "DriftGadget", does: patch({ spec: { size: null } }), ...TAKEN_AWAY, client: "left" },
    place: at("spec size"),
  },
  "custom-added": {
    ...{ of: "DriftGadget", does: patch({ spec: { map: { c: "d" } } }), ...ADDED },
    ...{ place: at("spec map c"), manager: "kubectl-patch" },
  },
  "custom-label": {
    ...{ of: "DriftGadget", does: ["label", "--overwrite", "OBJECT", "tier=back"], ...CHANGED },
    ...{ client: "left", place: at("metadata labels tier"), manager: "kubectl-label" },
  },
  "custom-label-removed": {
    ...{ of: "DriftGadget", does: ["label", "OBJECT", "tier-"], ...TAKEN_AWAY, client: "left" },
    place: at("metadata labels tier"),
  },
  // In no manifest, so that Helm sends it anew each time, of custom resources too.
  "custom-helms-label": {
    ...{ of: "DriftGadget", does: ["label", "--overwrite", "OBJECT", `${MANAGED_BY}=me`], ...CHANGED },
    ...{ place: at(`metadata labels ${MANAGED_BY}`), manager: "kubectl-label" },
  },
  "custom-helms-annotation-removed": {
    ...{ of: "DriftGadget", does: ["annotate", "OBJECT", "meta.helm.sh/release-name-"], ...TAKEN_AWAY },
    place: at("metadata annotations meta.helm.sh/release-name"),
  },
  "custom-deleted": { of: "DriftGadget", does: ["delete", "OBJECT"], ...GONE, place: [] },
};

/** The chart: an object for each edit, or the one that `only` names. */
export const TEMPLATE = Object.entries(EDITS)
  .map(
    ([name, { of }]) => `{{- if has "${name}" .Values.objects }}
---
${OBJECTS[of]}
metadata: { name: "{{ .Release.Name }}-${name}", labels: { tier: front }, annotations: { note: one } }
{{- end }}
`,
  )
  .join("");
