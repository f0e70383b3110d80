import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { keptObjects, planManifest, planObjects } from "../../../src/plan/objects.ts";
import { type Data, manifest, object, plan, TAG } from "./support.ts";

/** `action kind namespace/name`, with `hook` where it is one. */
function lines(planned: ReturnType<typeof plan>): string[] {
  return planned.map(
    ({ action, kind, namespace, name, hook }) =>
      `${action} ${kind} ${namespace ?? "-"}/${name}${hook ? " hook" : ""}`,
  );
}

const CONFIG = object("ConfigMap", { data: { a: "1" } });
const KEEP = { metadata: { annotations: { "helm.sh/resource-policy": "keep" } } };

describe("planObjects", () => {
  const cases: [what: string, before: Data[], after: Data[], expected: string[]][] = [
    ["nothing where nothing changes", [CONFIG], [CONFIG], []],
    ["what is new", [], [CONFIG], ["create ConfigMap ns/it"]],
    ["what goes", [CONFIG], [], ["delete ConfigMap ns/it"]],
    ["what changes", [CONFIG], [object("ConfigMap", { data: { a: "2" } })], ["change ConfigMap ns/it"]],
    [
      "an object of another namespace as its own",
      [CONFIG],
      [object("ConfigMap", { data: { a: "1" }, metadata: { namespace: "other" } })],
      ["create ConfigMap other/it", "delete ConfigMap ns/it"],
    ],
    [
      "the namespace of the release as what it is without one",
      [CONFIG],
      [object("ConfigMap", { data: { a: "1" }, metadata: { namespace: "ns" } })],
      [],
    ],
    [
      "cluster-wide objects without a namespace, also where a chart writes one",
      [object("ClusterRole", { rules: [] })],
      [object("ClusterRole", { rules: [], metadata: { namespace: "ns", labels: { a: "b" } } })],
      ["change ClusterRole -/it"],
    ],
    [
      "another version of the API as a change",
      [object("HorizontalPodAutoscaler", { spec: { maxReplicas: 2 } }, "it", "autoscaling/v2beta2")],
      [object("HorizontalPodAutoscaler", { spec: { maxReplicas: 2 } })],
      ["change HorizontalPodAutoscaler ns/it"],
    ],
    [
      "another group as another object",
      [object("Ingress", {}, "it", "extensions/v1beta1")],
      [object("Ingress")],
      ["create Ingress ns/it", "delete Ingress ns/it"],
    ],
    [
      "texts of a Secret as its data",
      [object("Secret", { stringData: { a: "text" } })],
      [object("Secret", { data: { a: Buffer.from("text").toString("base64") } })],
      [],
    ],
    [
      "nulls, status and empty labels as nothing",
      [object("ConfigMap", { data: { a: "1", b: null }, status: {}, metadata: { labels: {} } })],
      [object("ConfigMap", { data: { a: "1" }, metadata: { creationTimestamp: null, annotations: {} } })],
      [],
    ],
    [
      "an empty map in a spec as something",
      [object("NetworkPolicy", { spec: { podSelector: {} } })],
      [object("NetworkPolicy", { spec: {} })],
      ["change NetworkPolicy ns/it"],
    ],
    [
      "a text and a number as different",
      [object("ConfigMap", { data: { a: "1" } })],
      [object("ConfigMap", { data: { a: 1 } })],
      ["change ConfigMap ns/it"],
    ],
    ["an object that the chart keeps", [object("PersistentVolumeClaim", KEEP)], [], []],
    [
      "the items of a List each on their own",
      [{ apiVersion: "v1", kind: "List", items: [CONFIG, object("Secret")] }],
      [CONFIG],
      ["delete Secret ns/it"],
    ],
    ["documents that are no objects as nothing", [{ a: 1 }], [], []],
  ];
  it.each(cases)("sees %s", (_, before, after, expected) => {
    expect(lines(plan(before, after))).toEqual(expected);
  });

  it("compares data: order of keys and documents, comments, quotes and booleans of YAML 1.1", () => {
    const before = `---\n# Source: a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1", y: z}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {hostNetwork: yes}\n`;
    const after = `kind: Pod\napiVersion: v1\nmetadata:\n  name: b\nspec: {hostNetwork: true}\n--- # next\n# Source: other.yaml\n# and more\napiVersion: 'v1'\nkind: ConfigMap\ndata:\n  "y": |-\n    z\n  x: '1'\nmetadata:\n  name: "a"\n---\n# only a comment\n---\n`;
    expect(planObjects({ before, after, namespace: "ns" }, TAG)).toEqual([]);
  });

  it("tells hooks apart, whose going deletes nothing", () => {
    const hook = (name: string, image: string) =>
      object("Job", { spec: { template: { spec: { containers: [{ name: "a", image }] } } } }, name);
    const planned = planObjects(
      {
        before: manifest(CONFIG),
        after: manifest(CONFIG),
        hooksBefore: manifest(hook("same", "a"), hook("changed", "a"), hook("gone", "a")),
        hooksAfter: manifest(hook("same", "a"), hook("changed", "b"), hook("new", "a")),
        namespace: "ns",
      },
      TAG,
    );
    expect(lines(planned)).toEqual([
      "change Job ns/changed hook",
      "create Job ns/new hook",
      "delete Job ns/gone hook",
    ]);
    expect(planned.flatMap(({ dangers }) => dangers)).toEqual([]);
  });

  it("takes the scope of other kinds from whoever knows it", () => {
    const change = { before: "", after: manifest(object("Widget")), namespace: "ns" };
    const isClusterWide = (_: string, kind: string) => kind === "Widget";
    expect(lines(planObjects(change, TAG, { isClusterWide }))).toEqual(["create Widget -/it"]);
    expect(lines(planObjects(change, TAG))).toEqual(["create Widget ns/it"]);
  });

  it("says which objects stay behind", () => {
    const change = {
      before: manifest(CONFIG, object("PersistentVolumeClaim", KEEP, "data")),
      after: "",
      namespace: "ns",
    };
    expect(keptObjects(change).map(({ name }) => name)).toEqual(["data"]);
  });

  it("refuses a manifest that is no YAML, without showing it", () => {
    const change = { before: "", after: "a: [secret-text", namespace: "ns" };
    expect(() => planObjects(change, TAG)).toThrow(/no valid YAML/);
    expect(() => planObjects(change, TAG)).not.toThrow(/secret-text/);
  });
});

describe("replaced objects", () => {
  const claim = (storage: string, more: Data = {}) =>
    object("PersistentVolumeClaim", { spec: { resources: { requests: { storage } }, ...more } });
  const stateful = (spec: Data) => object("StatefulSet", { spec });
  const template = (size: string, more: Data = {}) => ({
    metadata: { name: "data" },
    spec: { resources: { requests: { storage: size } } },
    ...more,
  });
  const service = (spec: Data) => object("Service", { spec });
  const binding = (name: string) => object("RoleBinding", { roleRef: { kind: "Role", name } });
  const cases: [what: string, before: Data, after: Data, immutable: string][] = [
    [
      "a StatefulSet's claims",
      stateful({ volumeClaimTemplates: [template("1Gi")] }),
      stateful({ volumeClaimTemplates: [template("2Gi")] }),
      "spec.volumeClaimTemplates",
    ],
    [
      "a StatefulSet's service",
      stateful({ serviceName: "a" }),
      stateful({ serviceName: "b" }),
      "spec.serviceName",
    ],
    [
      "a StatefulSet's selector",
      stateful({ selector: { matchLabels: { a: "b" } } }),
      stateful({ selector: { matchLabels: { a: "c" } } }),
      "spec.selector",
    ],
    [
      "a StatefulSet's pod management",
      stateful({}),
      stateful({ podManagementPolicy: "Parallel" }),
      "spec.podManagementPolicy",
    ],
    ["a StatefulSet's replicas", stateful({ replicas: 1 }), stateful({ replicas: 2 }), ""],
    [
      "a StatefulSet's template and strategy",
      stateful({ template: { a: 1 } }),
      stateful({ template: { a: 2 }, updateStrategy: {}, minReadySeconds: 5 }),
      "",
    ],
    [
      "a StatefulSet's default spelt out",
      stateful({}),
      stateful({ podManagementPolicy: "OrderedReady" }),
      "",
    ],
    [
      "defaults of a claim template spelt out",
      stateful({ volumeClaimTemplates: [template("1Gi")] }),
      stateful({
        replicas: 1,
        volumeClaimTemplates: [
          {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "data" },
            spec: { volumeMode: "Filesystem", resources: { requests: { storage: "1Gi" } } },
          },
        ],
      }),
      "",
    ],
    [
      "a Deployment's selector",
      object("Deployment", { spec: { selector: { matchLabels: { a: "b" } } } }),
      object("Deployment", { spec: { selector: { matchLabels: { a: "c" } } } }),
      "spec.selector",
    ],
    [
      "a DaemonSet's selector",
      object("DaemonSet", { spec: { selector: { a: 1 } } }),
      object("DaemonSet", { spec: { selector: { a: 2 } } }),
      "spec.selector",
    ],
    [
      "a Deployment's template",
      object("Deployment", { spec: { template: { a: 1 } } }),
      object("Deployment", { spec: { template: { a: 2 } } }),
      "",
    ],
    [
      "a Job's template",
      object("Job", { spec: { template: { a: 1 } } }),
      object("Job", { spec: { template: { a: 2 } } }),
      "spec.template",
    ],
    [
      "a Job's completions",
      object("Job", { spec: { completions: 1 } }),
      object("Job", { spec: { completions: 2 } }),
      "spec.completions",
    ],
    [
      "a Job's limit",
      object("Job", { spec: { backoffLimit: 1 } }),
      object("Job", { spec: { backoffLimit: 2 } }),
      "",
    ],
    [
      "a CronJob's template",
      object("CronJob", { spec: { jobTemplate: { a: 1 } } }),
      object("CronJob", { spec: { jobTemplate: { a: 2 } } }),
      "",
    ],
    [
      "a Service's address",
      service({ clusterIP: "10.0.0.1" }),
      service({ clusterIP: "10.0.0.2" }),
      "spec.clusterIP",
    ],
    [
      "a Service made headless",
      service({ type: "ClusterIP" }),
      service({ clusterIP: "None" }),
      "spec.clusterIP",
    ],
    ["a Service's address left out", service({ clusterIP: "10.0.0.1" }), service({}), ""],
    [
      "a Service's load balancer class",
      service({ type: "LoadBalancer" }),
      service({ type: "LoadBalancer", loadBalancerClass: "x" }),
      "spec.loadBalancerClass",
    ],
    ["a Service's ports", service({ ports: [{ port: 1 }] }), service({ ports: [{ port: 2 }] }), ""],
    ["a claim that grows", claim("900Mi"), claim("1Gi"), ""],
    ["a claim that shrinks", claim("1Gi"), claim("900Mi"), "spec.resources.requests.storage"],
    [
      "a claim's class",
      claim("1Gi", { storageClassName: "a" }),
      claim("1Gi", { storageClassName: "b" }),
      "spec.storageClassName",
    ],
    ["a claim's class named", claim("1Gi"), claim("1Gi", { storageClassName: "b" }), ""],
    [
      "a claim's modes",
      claim("1Gi", { accessModes: ["ReadWriteOnce"] }),
      claim("1Gi", { accessModes: ["ReadWriteMany"] }),
      "spec.accessModes",
    ],
    ["the role of a binding", binding("a"), binding("b"), "roleRef"],
    [
      "the role of a cluster-wide binding",
      object("ClusterRoleBinding", { roleRef: { name: "a" } }),
      object("ClusterRoleBinding", { roleRef: { name: "b" } }),
      "roleRef",
    ],
    [
      "the subjects of a binding",
      object("RoleBinding", { subjects: [1] }),
      object("RoleBinding", { subjects: [2] }),
      "",
    ],
    [
      "a storage class's provisioner",
      object("StorageClass", { provisioner: "a" }),
      object("StorageClass", { provisioner: "b" }),
      "provisioner",
    ],
    [
      "a storage class's parameters",
      object("StorageClass", { parameters: { a: "b" } }),
      object("StorageClass", {}),
      "parameters",
    ],
    [
      "a storage class's default spelt out",
      object("StorageClass", { provisioner: "a" }),
      object("StorageClass", { provisioner: "a", reclaimPolicy: "Delete" }),
      "",
    ],
    [
      "a driver's attachment",
      object("CSIDriver", { spec: {} }),
      object("CSIDriver", { spec: { attachRequired: false } }),
      "spec.attachRequired",
    ],
    [
      "an immutable Secret",
      object("Secret", { immutable: true, stringData: { a: "b" } }),
      object("Secret", { immutable: true, stringData: { a: "c" } }),
      "data",
    ],
    [
      "an immutable ConfigMap set free",
      object("ConfigMap", { immutable: true }),
      object("ConfigMap", {}),
      "immutable",
    ],
    ["a ConfigMap", object("ConfigMap", { data: { a: "b" } }), object("ConfigMap", { data: { a: "c" } }), ""],
    ["the type of a Secret", object("Secret", {}), object("Secret", { type: "kubernetes.io/tls" }), "type"],
    ["the type of a Secret spelt out", object("Secret", {}), object("Secret", { type: "Opaque" }), ""],
    [
      "the image of a Pod",
      object("Pod", { spec: { containers: [{ image: "a" }] } }),
      object("Pod", { spec: { containers: [{ image: "b" }] } }),
      "",
    ],
    [
      "the command of a Pod",
      object("Pod", { spec: { containers: [{ args: [] }] } }),
      object("Pod", { spec: { containers: [{ args: ["b"] }] } }),
      "spec",
    ],
    [
      "an Ingress",
      object("Ingress", { spec: { ingressClassName: "a" } }),
      object("Ingress", { spec: { ingressClassName: "b" } }),
      "",
    ],
  ];
  it.each(cases)("%s", (_, before, after, immutable) => {
    const [planned, ...others] = plan([before], [after]);
    expect(others).toEqual([]);
    expect(planned?.action).toBe(immutable === "" ? "change" : "replace");
    const told = planned?.dangers.filter(({ rule }) => rule === "immutable-field") ?? [];
    expect(told.map(({ severity }) => severity)).toEqual(immutable === "" ? [] : ["stop"]);
    expect(told[0]?.message ?? "").toContain(immutable);
  });
});

describe("planManifest", () => {
  const wanted: KubernetesObject = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "it", namespace: "ns", labels: { a: "b" } },
    spec: { podSelector: { matchLabels: { app: "x" } }, ingress: [{ from: [{ podSelector: {} }] }] },
  };
  const live = (change: (copy: Record<string, never>) => void): KubernetesObject => {
    const copy = structuredClone(wanted);
    change(copy as unknown as Record<string, never>);
    return copy;
  };
  type Change = (copy: {
    metadata: Record<string, unknown> & { labels: Record<string, string> };
    spec: Record<string, unknown> & {
      podSelector: { matchLabels: Record<string, string> };
      ingress: { from: { podSelector: object }[]; ports?: unknown }[];
    };
    status?: unknown;
  }) => void;

  const equal: [string, Change][] = [
    ["as it is", () => undefined],
    ["what the cluster adds to it", (copy) => Object.assign(copy.metadata, { uid: "1", generation: 2 })],
    ["labels of others", (copy) => Object.assign(copy.metadata.labels, { other: "x" })],
    ["fields of others", (copy) => Object.assign(copy.spec, { policyTypes: ["Ingress"] })],
    ["defaults within a list", (copy) => Object.assign(copy.spec.ingress[0] ?? {}, { ports: [] })],
    ["a status", (copy) => Object.assign(copy, { status: { conditions: [] } })],
  ];
  it.each(equal)("leaves alone %s", (_, change) => {
    expect(planManifest(live(change as never), wanted)).toBeUndefined();
  });

  const changed: [string, Change][] = [
    ["a label", (copy) => Object.assign(copy.metadata.labels, { a: "c" })],
    ["a missing label", (copy) => Reflect.deleteProperty(copy.metadata, "labels")],
    ["one more peer", (copy) => copy.spec.ingress[0]?.from.push({ podSelector: {} })],
    ["one rule less", (copy) => Object.assign(copy.spec, { ingress: [] })],
    [
      "a selector with one label more",
      (copy) => Object.assign(copy.spec.podSelector.matchLabels, { z: "y" }),
    ],
    [
      "an empty selector that is not empty",
      (copy) =>
        Object.assign(copy.spec.ingress[0]?.from[0] ?? {}, { podSelector: { matchLabels: { z: "y" } } }),
    ],
  ];
  it.each(changed)("puts right %s", (_, change) => {
    expect(planManifest(live(change as never), wanted)).toMatchObject({
      action: "change",
      kind: "NetworkPolicy",
      namespace: "ns",
      name: "it",
    });
  });

  it("makes what is not there", () => {
    expect(planManifest(undefined, wanted)).toMatchObject({ action: "create", namespace: "ns" });
  });

  it("shows only what it changes", () => {
    const planned = planManifest(
      live(((copy) => {
        copy.metadata.labels.a = "c";
        Object.assign(copy.spec, { policyTypes: ["Egress"] });
      }) satisfies Change as never),
      wanted,
    );
    expect(planned?.diff.split("\n").filter((line) => /^[+-]/.test(line))).toEqual([
      "-    a: c",
      "+    a: b",
    ]);
  });
});
