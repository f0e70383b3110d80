import type { ComponentUse } from "../../environment/model.ts";
import type { Look } from "../model.ts";
import { policyNamespaces, writtenNamespaces } from "../namespaces.ts";

/** A right that the deployment uses. */
export interface Need {
  group: string;
  /** Plural, with its subresource: `pods/log`. */
  resource: string;
  verbs: readonly string[];
  /** `error`: nothing works without it. `warning`: some charts use it, or a report is poorer without. */
  severity: "error" | "warning";
}

const WRITE = ["get", "create", "patch", "delete"];
const WATCHED = [...WRITE, "list"];

function need(
  group: string,
  resource: string,
  verbs: readonly string[],
  severity: Need["severity"] = "warning",
): Need {
  return { group, resource, verbs, severity };
}

/** What every release takes: Helm's records, and the objects that no chart of ClearML's does without. */
const RELEASE: readonly Need[] = [
  need("", "secrets", ["get", "list", "create", "update", "patch", "delete"], "error"),
  need("", "services", WRITE, "error"),
  need("apps", "deployments", WATCHED),
  need("apps", "statefulsets", WATCHED),
  need("apps", "daemonsets", WATCHED),
  need("", "configmaps", WRITE),
  need("", "serviceaccounts", WRITE),
  need("", "persistentvolumeclaims", WRITE),
  need("batch", "jobs", WATCHED),
  need("batch", "cronjobs", WRITE),
  need("networking.k8s.io", "ingresses", WRITE),
  need("policy", "poddisruptionbudgets", WRITE),
  need("rbac.authorization.k8s.io", "roles", WRITE),
  need("rbac.authorization.k8s.io", "rolebindings", WRITE),
  // For the wait, and for what is told of a failure.
  need("", "pods", ["get", "list"], "error"),
  need("", "pods/log", ["get"]),
  need("", "events", ["list"]),
];

/** Components whose charts run Deployments, whatever the values are. */
const WITHOUT_DEPLOYMENT: readonly string[] = ["redis", "gpu-operator"];
const WITH_POLICIES: readonly string[] = ["app-gateway", "redis"];

const POLICIES = need("networking.k8s.io", "networkpolicies", WRITE);
const LEASES = need("coordination.k8s.io", "leases", ["get", "create", "update"], "error");
/** Where the lock of a run is kept. */
const LOCK_NAMESPACE = "default";

/** The rights that a run uses, by namespace. */
export function namespacedNeeds(look: Pick<Look, "environment" | "uses">): Map<string, Need[]> {
  const namespaces = [...writtenNamespaces(look), LOCK_NAMESPACE];
  return new Map(
    namespaces.map((namespace) => {
      const charts = look.uses.filter(
        (use) => use.definition.kind === "chart" && use.namespace === namespace,
      );
      const isClosed = look.uses.some(
        (use) => use.id === "network-isolation" && policyNamespaces(look, use).includes(namespace),
      );
      return [
        namespace,
        [
          ...(charts.length > 0 ? releaseNeeds(charts) : []),
          ...(isClosed ? [{ ...POLICIES, severity: "error" as const }] : []),
          ...quotaNeeds(look, charts),
          ...(namespace === LOCK_NAMESPACE ? [LEASES] : []),
        ],
      ];
    }),
  );
}

function releaseNeeds(charts: readonly ComponentUse[]): Need[] {
  const deploys = charts.some(({ id }) => !WITHOUT_DEPLOYMENT.includes(id));
  const policies = charts.some(({ id }) => WITH_POLICIES.includes(id)) ? [POLICIES] : [];
  return [
    ...RELEASE.map(
      (each): Need => (deploys && each.resource === "deployments" ? { ...each, severity: "error" } : each),
    ),
    ...policies,
  ];
}

/** A tenant's quota is looked at always, and written where its file gives one. */
function quotaNeeds({ environment }: Pick<Look, "environment">, charts: readonly ComponentUse[]): Need[] {
  const name = charts.find(({ tenant }) => tenant !== undefined)?.tenant;
  if (name === undefined) return [];
  const written = environment.tenants.some((tenant) => tenant.name === name && tenant.quota);
  const verbs = written ? ["get", "create", "update", "patch", "delete"] : ["get"];
  return [need("", "resourcequotas", verbs, "error")];
}

const RBAC = "rbac.authorization.k8s.io";
/** Components whose charts write objects of the whole cluster. */
const CLUSTER_ROLES: readonly string[] = [
  "gpu-operator",
  "dynamic-mig-operator",
  "fractional-gpu-injector",
  "agent",
];

/**
 * The rights that a run uses on objects without a namespace.
 * @param namespaces what it does with its own namespaces
 */
export function clusterNeeds({ uses }: Pick<Look, "uses">, namespaces: readonly string[]): Need[] {
  const has = (ids: readonly string[]) => uses.some(({ id }) => ids.includes(id));
  return [
    ...(namespaces.length > 0 ? [need("", "namespaces", namespaces, "error")] : []),
    ...(has(CLUSTER_ROLES)
      ? [
          need(RBAC, "clusterroles", ["create", "patch"]),
          need(RBAC, "clusterrolebindings", ["create", "patch"]),
        ]
      : []),
    ...(has(["gpu-operator"]) ? [need("apiextensions.k8s.io", "customresourcedefinitions", ["create"])] : []),
    ...(has(["fractional-gpu-injector"])
      ? [need("admissionregistration.k8s.io", "mutatingwebhookconfigurations", ["create", "patch"])]
      : []),
  ];
}
