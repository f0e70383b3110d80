/** What is left of a tenant that was removed, on the server and in the cluster. */
import type { ClearmlApi } from "./clearml-api/server.ts";
import type { MadeTenant, TenantWorld } from "./tenant-world.ts";

interface Named {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: { claimRef?: { namespace: string } };
}

/** Kinds that belong to a tenant, and those in which a release could leave something for the whole cluster. */
const KINDS =
  "namespaces,persistentvolumes,persistentvolumeclaims,secrets,configmaps,services,deployments,pods,networkpolicies,resourcequotas,roles,ingresses,clusterroles,clusterrolebindings";

/** Everything of the tenant that is still there, in words. */
export function tracesOf(world: TenantWorld, tenant: MadeTenant): string[] {
  return [...clusterTraces(world, tenant.name), ...serverTraces(world.api, tenant)];
}

function clusterTraces({ deployment: { world } }: TenantWorld, name: string): string[] {
  const { items } = JSON.parse(world.kubectl("get", KINDS, "-A", "-o", "json")) as { items: Named[] };
  const leases = JSON.parse(world.kubectl("get", "leases", "-n", "default", "-o", "json")) as {
    items: Named[];
  };
  return [...items, ...leases.items]
    .filter(({ kind, metadata, spec }) => {
      const own = metadata.namespace === name || (kind === "Namespace" && metadata.name === name);
      const labelled = metadata.labels?.["clearml-actions/tenant"] === name;
      const locked = kind === "Lease" && metadata.name.endsWith(`.${name}`);
      return own || labelled || locked || spec?.claimRef?.namespace === name;
    })
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
}

/** The company itself, and who may have logged in, are beyond any call of the API. */
function serverTraces({ state }: ClearmlApi, tenant: MadeTenant): string[] {
  const company = [...state.companies.values()].find(({ name }) => name === tenant.company);
  if (!company) return ["the company is not there any more: a run has deleted what no call deletes"];
  const inside = <T extends { company: string }>(all: Map<string, T>) =>
    [...all.values()].filter((each) => each.company === company.id);
  return [
    ...inside(state.logins).flatMap(({ name, credentials }) =>
      credentials.map(({ label }) => `key ${label} of ${name}`),
    ),
    ...inside(state.queues).map(({ name }) => `queue ${name}`),
    ...((company.settings.domains as string[] | undefined) ?? []).map((domain) => `domain ${domain}`),
  ];
}
