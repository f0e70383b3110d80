import { errorMessage, joinFailures } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { deployControlPlane } from "../deploy/control-plane.ts";
import { deployTenants } from "../deploy/tenant/tenants.ts";
import type { Finding, Scan } from "./model.ts";
import { releaseKey } from "./refused.ts";
import type { Repaired } from "./report/model.ts";

/** How a repair deploys. */
export interface RepairOptions {
  config: string;
  apiUrl?: string | undefined;
  timeoutMs: number;
  lockTimeoutMs: number;
  githubToken?: string | undefined;
}

/** Classes whose objects only a new revision brings back; the rest is seen by the plan of a deployment itself. */
function needsRevision({ class: of, path }: Finding): boolean {
  // A revision by hand may be as the files say.
  return of === "missing" || of === "modified" || (of === "release" && path === "revision");
}

/** What the repair of a run is about. */
type Scope = Pick<Scan, "uses" | "tenants" | "context">;

/** Findings that a deployment puts right. */
export function repairable(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ upgradeRepairs }) => upgradeRepairs === true);
}

/**
 * Deploys what has drifted and what a deployment puts right: first components of the cluster, then tenants. What is
 * dangerous needs an approved plan there, as ever.
 * @returns what failed, as thrown; undefined when nothing did. What could be repaired is.
 */
export async function repairDrift(
  scope: Scope,
  findings: readonly Finding[],
  options: RepairOptions,
): Promise<unknown> {
  const { context } = scope;
  const repairs = repairable(findings);
  const run = { ...RUN, ...options, drifted: driftedReleases(scope, repairs) };
  const failures: unknown[] = [];
  const note = (thrown: unknown) => void failures.push(thrown);
  const shared = repairs.filter(({ tenant }) => tenant === undefined);
  if (shared.length > 0) {
    const components = [...new Set(shared.map(({ component }) => component))];
    context.log.info(`repairing ${components.join(", ")}`);
    await deployControlPlane({ ...run, components }, context, untold).catch(note);
  }
  for (const { tenants, components } of tenantRepairs(scope, findings)) {
    context.log.info(`repairing tenants ${tenants.join(", ")}`);
    await deployTenants({ ...run, ...ALL_OF, tenants, components }, context, untold).catch(note);
  }
  return joinFailures(failures);
}

/**
 * Tenants with something to put right, those with the same components together. A release whose upgrade would be
 * refused is left alone: trying leaves a failed revision.
 */
function tenantRepairs({ tenants }: Scope, findings: readonly Finding[]) {
  const toRepair = new Set(repairable(findings).flatMap(({ tenant }) => tenant ?? []));
  const refused = new Set(
    findings.filter(({ upgradeRepairs }) => upgradeRepairs === "conflict").map(releaseKey),
  );
  const chosen = tenants
    .filter(({ name }) => toRepair.has(name))
    .map(({ name, components }) => ({
      name,
      components: components
        .filter(({ id, enabled }) => enabled && !refused.has(releaseKey({ component: id, tenant: name })))
        .map(({ id }): string => id),
    }))
    // No names would mean all.
    .filter(({ components }) => components.length > 0);
  return [...Map.groupBy(chosen, ({ components }) => components.join()).values()].map((group) => ({
    tenants: group.map(({ name }) => name),
    components: group[0]?.components ?? [],
  }));
}

const RUN = { mode: "apply", comment: "none", onFailure: "stop", repairPending: false } as const;
/** A tenant that cannot be repaired leaves the others alone. */
const ALL_OF = { rotate: [], maxFailures: Number.MAX_SAFE_INTEGER } as const;

/** What a deployment tells: of a repair, the scan after it tells more. */
function untold(): void {}

/** Why each release whose objects have drifted gets a new revision. */
function driftedReleases({ uses }: Scope, repairs: readonly Finding[]): ReadonlyMap<string, string> {
  const drifted = new Map<string, string>();
  for (const { id, tenant, namespace, release } of uses) {
    const own = repairs.filter(
      (each) => each.component === id && each.tenant === tenant && needsRevision(each),
    );
    if (own.length > 0)
      drifted.set(`${namespace}/${release}`, `drift: ${plural(own.length, "difference")} to its manifest`);
  }
  return drifted;
}

/** What became of each component and tenant that was to be repaired, told by the scan afterwards. */
export function repairedOf(
  repairs: readonly Finding[],
  after: readonly Finding[],
  failure: unknown,
): Repaired[] {
  const left = repairable(after);
  return [...Map.groupBy(repairs, releaseKey)].map(([key, own]) => {
    const { component, tenant } = own[0] as Finding;
    const remaining = left.filter((finding) => releaseKey(finding) === key).length;
    const place = { component, ...(tenant === undefined ? {} : { tenant }) };
    if (remaining === 0)
      return { ...place, outcome: "repaired", message: `${plural(own.length, "difference")} put right` };
    const why = failure === undefined ? "" : `: ${errorMessage(failure)}`;
    return { ...place, outcome: "failed", message: `${plural(remaining, "difference")} left${why}` };
  });
}
