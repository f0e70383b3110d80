import { expectedPolicies, type PolicyRecord } from "../../../../src/drift/policies/expected.ts";
import type { ComponentUse } from "../../../../src/environment/model.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { type KubernetesObject, objectPath } from "../../../../src/kubernetes/objects.ts";
import { refusal } from "../../../../src/kubernetes/refusals.ts";
import { type StoredObjects, storedObjects } from "../../deploy/stored-objects.ts";
import { record, scanOf, tenantOf, use } from "./support.ts";

export type Records = Map<ComponentUse, PolicyRecord>;

/** The example: a control plane with billing elsewhere, a tenant with a gateway; every policy as a deployment left it. */
export function stage({ own = [] as string[], secrets = {} as Record<string, string> } = {}) {
  const cluster = storedObjects();
  const shared = [use("control-plane"), use("custom-events"), use("network-isolation")];
  const uses = [use("agent", "acme"), use("app-gateway", "acme"), use("network-isolation", "acme", own)];
  const tenants = [tenantOf("acme", uses)];
  const records: Records = new Map(
    [...shared, ...uses]
      .filter(({ definition }) => definition.kind === "chart")
      .map((each) => [each, record(each.definition.charts[0]?.name ?? "")]),
  );
  const kubernetes: Kubernetes = { ...cluster.kubernetes, dryRunApply: async (_, object) => object };
  const scan = scanOf(kubernetes, shared, tenants, secrets);
  const isolations = scan.uses.filter(({ id }) => id === "network-isolation");
  const written = isolations.flatMap((each) => expectedPolicies(scan, each, records).policies);
  for (const policy of written) cluster.put(objectPath(policy), live(policy));
  for (const name of ["clearml", "acme"]) putNamespace(cluster, name);
  return { cluster, scan, kubernetes, records, written, uses, shared };
}

/** A Service that no policy in the cluster was made for. */
export const MORE =
  "kind: Service\nmetadata: {name: more}\nspec: {selector: {app: gw}, ports: [{port: 1}]}\n";

export function putNamespace(cluster: StoredObjects, name: string, more: object = {}): void {
  cluster.put(`/api/v1/namespaces/${name}`, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...more },
  });
}

export const WHEN = "2026-11-20T10:00:00Z";

/** As the server keeps a policy that was applied. */
export function live(policy: KubernetesObject): KubernetesObject {
  const managedFields = [
    {
      ...{ manager: "clearml-actions", operation: "Apply", time: "2026-11-01T00:00:00Z" },
      fieldsV1: { "f:spec": { "f:ingress": {}, "f:podSelector": {}, "f:policyTypes": {} } },
    },
  ];
  return { ...policy, metadata: { ...policy.metadata, managedFields } } as KubernetesObject;
}

export const CLOSED = "/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies/default-deny-ingress";
export const OPEN = [{ podSelector: {} }, { ipBlock: { cidr: "0.0.0.0/0" } }];

/** Changes a policy of the cluster, as somebody. */
export function edit(cluster: StoredObjects, path: string, spec: object, manager = "kubectl-edit"): void {
  const found = cluster.objects.get(path);
  if (!found) throw new Error(`there is no ${path}`);
  const fieldsV1 = { "f:spec": Object.fromEntries(Object.keys(spec).map((key) => [`f:${key}`, {}])) };
  const managedFields = [{ manager, operation: "Update", time: WHEN, fieldsV1 }];
  cluster.put(path, {
    ...found,
    metadata: { ...found.metadata, managedFields },
    spec: { ...(found.spec as object), ...spec },
  });
}

export const ID = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  namespace: "acme",
  name: "default-deny-ingress",
};

export function forbidden(method: "GET" | "PATCH", path: string) {
  return refusal({ method, path }, { code: 403, reason: "Forbidden", message: "forbidden", details: {} });
}
