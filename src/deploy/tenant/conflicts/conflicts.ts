import type { Problem } from "../../../core/errors.ts";
import type { ComponentUse, Environment, Tenant } from "../../../environment/model.ts";
import type { Kubernetes } from "../../../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../../../kubernetes/objects.ts";
import { RefusedError } from "../../../kubernetes/refusals.ts";
import { readNodePorts } from "../../../lint/evidence/cluster-facts.ts";
import { sharedDomainHit, sharedDomains } from "../../../lint/facts/domains.ts";
import { identityAddresses, takenAddressHit } from "../../../lint/facts/identity-addresses.ts";
import { collisionHit, hostCollisions, ingressesOf } from "../../../lint/facts/ingresses.ts";
import { addressOverlaps, nodePortsOf, overlaps, type PortRange } from "../../../lint/facts/node-ports.ts";
import { overlapHit } from "../../../lint/facts/port-overlap.ts";
import type { Hit } from "../../../lint/model.ts";
import { environmentRelease } from "../../../lint/release.ts";
import type { Values } from "../../../overrides/values.ts";
import { readAllStates } from "../memory/state.ts";
import { takenCompanies, takenHosts, takenPorts } from "./cluster.ts";
import { credentialConflicts } from "./credentials.ts";
import { namespaceConflicts } from "./namespaces.ts";
import { problemOf } from "./problem.ts";
import { type Release, releasesOf } from "./releases.ts";

type Names = ReadonlySet<string>;

/**
 * What tenants of the files share with each other or with the control plane, and must not: SSO domains, an address
 * of the server's own users, namespaces, hosts, ports, credentials. Names, namespaces, companies and addresses of
 * two tenants are compared when the files are read. One pass over all tenants, however many are deployed.
 * @param names the tenants to be deployed: what concerns none of them is left to others
 * @param valuesOf a component's values as they will be deployed; what is not known yet is empty
 */
export function fileConflicts(
  environment: Environment,
  names: Names,
  valuesOf: (use: ComponentUse) => Values,
): Problem[] {
  const { components, tenants } = environment;
  const releases = releasesOf([...components, ...tenants.flatMap((tenant) => tenant.components)], valuesOf);
  const hits: Hit[] = [
    ...domainHits(tenants, names),
    ...addressHits(environment, names),
    ...hostHits(releases, names),
    ...portHits(releases, names),
  ];
  return [
    ...hits.map(problemOf),
    ...namespaceConflicts(environment, names),
    ...credentialConflicts(environment, names, releases),
  ];
}

/** Whether a pair is about one of the tenants, that one first. */
function concerned<T>(
  [one, other]: [T, T],
  names: Names,
  tenantOf: (item: T) => string | undefined,
): [T, T] | undefined {
  if (names.has(tenantOf(one) ?? "")) return [one, other];
  return names.has(tenantOf(other) ?? "") ? [other, one] : undefined;
}

function domainHits(tenants: readonly Tenant[], names: Names): Hit[] {
  return [...sharedDomains(tenants)].flatMap((pair) => {
    const both = concerned(pair, names, ({ tenant }) => tenant);
    return both ? [sharedDomainHit(...both)] : [];
  });
}

function addressHits(environment: Environment, names: Names): Hit[] {
  const server = environment.components.find(({ id, enabled }) => id === "control-plane" && enabled);
  if (!server) return [];
  const taken = identityAddresses(environmentRelease(server, environment));
  return environment.tenants.flatMap((tenant) => {
    const identity = names.has(tenant.name) ? taken.get(tenant.admin.email.toLowerCase()) : undefined;
    return identity ? [takenAddressHit(tenant, identity)] : [];
  });
}

function hostHits(releases: readonly Release[], names: Names): Hit[] {
  return [...hostCollisions(releases.flatMap(ingressesOf))].flatMap((pair) => {
    const both = concerned(pair, names, ({ release }) => release.tenant);
    return both ? [collisionHit(...both)] : [];
  });
}

function portHits(releases: readonly Release[], names: Names): Hit[] {
  const hit = (pair: [PortRange, PortRange], where: string): Hit[] => {
    const both = concerned(pair, names, ({ release }) => release.tenant);
    return both ? [overlapHit(...both, where)] : [];
  };
  return [
    ...[...overlaps(releases.flatMap(nodePortsOf))].flatMap((pair) => hit(pair, " on the cluster's nodes")),
    ...[...addressOverlaps(releases)].flatMap(({ pair, address }) => hit(pair, ` behind \`${address}\``)),
  ];
}

/** A tenant to be deployed, as far as it is known. */
export interface WantedInCluster {
  tenant: Tenant;
  values: ReadonlyMap<ComponentUse, Values>;
}

/**
 * What tenants would take that somebody else in the cluster has: hosts, node ports, companies. Reads only, at most
 * three lists for all tenants together.
 * @param note told what this account may not read, and what therefore was not looked at
 */
export async function clusterConflicts(
  kubernetes: Kubernetes,
  tenants: readonly WantedInCluster[],
  note: (sentence: string) => void = () => undefined,
): Promise<Problem[]> {
  const releases = tenants.flatMap(({ tenant, values }) =>
    releasesOf(tenant.components, (use) => values.get(use)),
  );
  // Lists that nobody needs are not asked for: they are long in a large cluster.
  const hasHost = releases.some((release) => ingressesOf(release).some(({ host }) => host !== undefined));
  const hasPorts = releases.some((release) => nodePortsOf(release).length > 0);
  const [ingresses, nodePorts, states] = await Promise.all([
    hasHost ? unlessForbidden("hosts", readIngresses(kubernetes), note) : [],
    hasPorts ? unlessForbidden("node ports", readNodePorts(kubernetes), note) : [],
    unlessForbidden("companies", readAllStates(kubernetes), note),
  ]);
  return [
    ...takenHosts(releases, ingresses),
    ...takenPorts(releases, nodePorts),
    ...takenCompanies(
      tenants.map(({ tenant }) => tenant),
      states,
    ),
  ];
}

/**
 * Whether another tenant of the cluster has a company that was found on the server by its name alone: for a tenant
 * without a record of its own. Reads only.
 */
export async function companyConflicts(
  kubernetes: Kubernetes,
  tenant: Tenant,
  companyId: string,
  note: (sentence: string) => void = () => undefined,
): Promise<Problem[]> {
  const states = await unlessForbidden("companies", readAllStates(kubernetes), note);
  return [...takenCompanies([tenant], states, companyId)];
}

function readIngresses(kubernetes: Kubernetes): Promise<KubernetesObject[]> {
  return kubernetes.list(resourcePath("networking.k8s.io/v1", "Ingress"));
}

/** An account for a few namespaces may not list those of others; the server refuses most of it later anyway. */
async function unlessForbidden<T>(
  what: string,
  read: Promise<readonly T[]>,
  note: (sentence: string) => void,
): Promise<readonly T[]> {
  try {
    return await read;
  } catch (thrown) {
    if (!(thrown instanceof RefusedError && thrown.status === 403)) throw thrown;
    note(`the ${what} of other tenants in the cluster were not compared: ${thrown.message}`);
    return [];
  }
}
