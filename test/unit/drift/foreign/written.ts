import type { LiveObject, ManagedFields } from "../../../../src/drift/objects/model.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";

export const WANTED: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", labels: { tier: "front" } },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "main", image: "web:1", env: [{ name: "A", value: "1" }] }] },
    },
  },
};

type Spec = Readonly<Record<string, unknown>>;

/** What one manager has written, and the live object then; helm has written what the manifest says. */
export interface Case {
  /** Of `spec`, on top of the manifest. */
  spec?: Spec;
  /** Of the only container. */
  container?: Spec;
  metadata?: Spec;
  status?: Spec;
  fields: Readonly<Record<string, unknown>>;
  manager?: string;
  subresource?: string;
}

export function liveOf({
  spec = {},
  container = {},
  metadata = {},
  status = {},
  fields,
  manager,
  subresource,
}: Case): LiveObject {
  const wanted = structuredClone(WANTED) as typeof WANTED & {
    spec: { template: { spec: { containers: Spec[] } } };
  };
  const [main] = wanted.spec.template.spec.containers;
  wanted.spec.template.spec.containers[0] = { ...main, ...container };
  const entry: ManagedFields = {
    ...{ manager: manager ?? "kubectl-edit", operation: "Update", fieldsV1: fields },
    ...(subresource ? { subresource } : {}),
  };
  return {
    ...{ ...wanted, spec: { ...wanted.spec, ...spec }, status },
    metadata: { ...wanted.metadata, ...metadata, managedFields: [HELM, entry] },
  };
}

export const inContainer = (fields: object) => ({
  "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"main"}': fields } } } },
});
const HELM: ManagedFields = {
  manager: "helm",
  operation: "Apply",
  fieldsV1: {
    "f:metadata": { "f:labels": { "f:tier": {} } },
    ...inContainer({
      ".": {},
      "f:name": {},
      "f:image": {},
      "f:env": { 'k:{"name":"A"}': { ".": {}, "f:name": {}, "f:value": {} } },
    }),
  },
};
