import type { Location } from "../../core/errors.ts";
import type { LintRelease } from "../model.ts";
import { closesNamespace, type NetworkPolicy, policiesByNamespace } from "./network-policies.ts";

/** What closes a namespace to all but its own pods. */
export interface Closed {
  /** The policy of a file that does it. */
  policy?: NetworkPolicy;
  /** The component `network-isolation` that does it when it is deployed. */
  isolation?: LintRelease;
  /** All policies of files there. */
  policies: readonly NetworkPolicy[];
  readonly at: Location;
}

const KNOWN = new WeakMap<readonly LintRelease[], ReadonlyMap<string, Closed>>();

/** The closed namespaces of an environment: by manifests, and by what `network-isolation` makes. */
export function closedNamespaces(releases: readonly LintRelease[]): ReadonlyMap<string, Closed> {
  const known = KNOWN.get(releases);
  if (known) return known;
  const policies = policiesByNamespace(releases);
  const isolations = isolatedNamespaces(releases);
  const closed = new Map<string, Closed>();
  for (const namespace of new Set([...policies.keys(), ...isolations.keys()])) {
    const there = policies.get(namespace) ?? [];
    const policy = there.find(closesNamespace);
    const isolation = isolations.get(namespace);
    if (!policy && !isolation) continue;
    closed.set(namespace, {
      ...(policy ? { policy } : {}),
      ...(isolation ? { isolation } : {}),
      policies: there,
      get at() {
        return policy?.locate(["metadata", "name"]) ?? (isolation as LintRelease).at;
      },
    });
  }
  KNOWN.set(releases, closed);
  return closed;
}

/** The namespaces for which the toolkit makes a default deny. */
function isolatedNamespaces(releases: readonly LintRelease[]): Map<string, LintRelease> {
  const shared = releases.filter(
    ({ id, tenant }) => tenant === undefined && (id === "control-plane" || id === "redis"),
  );
  const tenants = new Map(
    releases[0]?.environment?.tenants.map(({ name, namespace }) => [name, namespace]) ?? [],
  );
  const isolated = new Map<string, LintRelease>();
  for (const isolation of releases.filter(({ id }) => id === "network-isolation")) {
    const { tenant } = isolation;
    const namespaces =
      tenant === undefined ? shared.map(({ namespace }) => namespace) : [tenants.get(tenant)];
    for (const namespace of namespaces) if (namespace !== undefined) isolated.set(namespace, isolation);
  }
  return isolated;
}
