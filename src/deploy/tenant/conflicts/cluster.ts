import type { Problem } from "../../../core/errors.ts";
import type { Tenant } from "../../../environment/model.ts";
import type { KubernetesObject } from "../../../kubernetes/objects.ts";
import type { TakenPort } from "../../../lint/evidence/cluster-facts.ts";
import { classOf, type IngressUse, ingressesOf, pathOf } from "../../../lint/facts/ingresses.ts";
import { ownerOf } from "../../../lint/facts/owner.ts";
import { takenPortHits } from "../../../lint/facts/taken-ports.ts";
import type { TenantStateSecret } from "../memory/state.ts";
import { problemOf } from "./problem.ts";
import type { Release } from "./releases.ts";

/** Hosts of tenants that an Ingress in another namespace of the cluster has already. */
export function* takenHosts(
  releases: readonly Release[],
  live: readonly KubernetesObject[],
): Generator<Problem> {
  const byHost = new Map<string, LiveRule[]>();
  for (const rule of live.flatMap(rulesOf)) byHost.set(rule.host, [...(byHost.get(rule.host) ?? []), rule]);
  for (const ingress of releases.flatMap(ingressesOf)) {
    const other = byHost.get(ingress.host ?? "")?.find((rule) => collides(ingress, rule));
    if (!other) continue;
    yield {
      message: `${ownerOf(ingress.release)} has the host \`${ingress.host}\`, and Ingress \`${other.name}\` in namespace \`${other.namespace}\` of the cluster has it already`,
      hint: "give the tenant another host, or remove that Ingress first",
      at: ingress.at,
    };
  }
}

/** A host that an Ingress of the cluster serves. */
interface LiveRule {
  name: string;
  namespace: string;
  className?: string;
  host: string;
  paths: readonly string[];
}

interface IngressSpec {
  ingressClassName?: string;
  rules?: { host?: string; http?: { paths?: { path?: string }[] } }[];
}

function rulesOf({ metadata, spec }: KubernetesObject): LiveRule[] {
  const { ingressClassName: field, rules = [] } = (spec ?? {}) as IngressSpec;
  const className = field ?? metadata.annotations?.["kubernetes.io/ingress.class"];
  return rules.flatMap(({ host, http }) => {
    if (!host) return [];
    const paths = (http?.paths ?? []).map(({ path = "/" }) => path);
    const { name, namespace = "" } = metadata;
    return [{ name, namespace, host, paths, ...(className ? { className } : {}) }];
  });
}

/** Two controllers may serve one host, inside and outside; one controller knows a host and path once. */
function collides(ingress: IngressUse, { namespace, className, paths }: LiveRule): boolean {
  const own = classOf(ingress);
  const isElsewhere = own !== undefined && className !== undefined && own !== className;
  if (isElsewhere || namespace === ingress.release.namespace) return false;
  return paths.length === 0 || paths.includes(pathOf(ingress));
}

/** Ports that tenants ask for by number and that Services in other namespaces of the cluster have. */
export function takenPorts(releases: readonly Release[], nodePorts: readonly TakenPort[]): Problem[] {
  return [...takenPortHits(releases, { nodePorts }, ["session", "stream", "service"])].map(problemOf);
}

/**
 * Tenants that live in another namespace already, or whose company another tenant of the cluster has.
 * @param companyId for a tenant without a record: its company on the server
 */
export function* takenCompanies(
  tenants: readonly Tenant[],
  states: readonly TenantStateSecret[],
  companyId?: string,
): Generator<Problem> {
  const byNamespace = new Map(states.map((state) => [state.namespace, state]));
  const byTenant = Map.groupBy(states, ({ tenant }) => tenant);
  const byCompany = Map.groupBy(states, ({ record }) => record.companyId);
  for (const tenant of tenants) {
    const isOther = ({ namespace }: TenantStateSecret) => namespace !== tenant.namespace;
    const company = byNamespace.get(tenant.namespace)?.record.companyId ?? companyId;
    const moved = byTenant.get(tenant.name)?.find(isOther);
    const other = company === undefined ? undefined : byCompany.get(company)?.find(isOther);
    if (moved)
      yield {
        message: `tenant \`${tenant.name}\` lives in namespace \`${moved.namespace}\` of the cluster already, and its file says \`${tenant.namespace}\``,
        hint: `a namespace cannot be renamed: correct \`namespace\` in the file, or off-board the tenant there first`,
        at: tenant.source.locate([...tenant.path, "namespace"]),
      };
    else if (other)
      yield {
        message: `tenant \`${tenant.name}\` has company ${company}, which tenant \`${other.tenant}\` in namespace \`${other.namespace}\` of the cluster has already`,
        hint: "give each tenant a company of its own, or off-board the other tenant first",
        at: tenant.source.locate([...tenant.path, "company"]),
      };
  }
}
