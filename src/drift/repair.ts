import { errorMessage, joinFailures } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { deployControlPlane } from "../deploy/control-plane.ts";
import { deployTenants } from "../deploy/tenant/tenants.ts";
import type { Finding, Scan } from "./model.ts";
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
const NEEDS_REVISION = new Set(["missing", "modified"]);

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
  { uses, context }: Pick<Scan, "uses" | "context">,
  repairs: readonly Finding[],
  options: RepairOptions,
): Promise<unknown> {
  const run = { ...RUN, ...options, drifted: driftedReleases(uses, repairs) };
  const shared = repairs.filter(({ tenant }) => tenant === undefined);
  const components = [...new Set(shared.map(({ component }) => component))];
  const tenants = [...new Set(repairs.flatMap(({ tenant }) => tenant ?? []))];
  context.log.info(`repairing ${[...components, ...tenants.map((name) => `tenant ${name}`)].join(", ")}`);
  const failures: unknown[] = [];
  const note = (thrown: unknown) => void failures.push(thrown);
  if (components.length > 0) await deployControlPlane({ ...run, components }, context, untold).catch(note);
  if (tenants.length > 0) await deployTenants({ ...run, ...ALL_OF, tenants }, context, untold).catch(note);
  return joinFailures(failures);
}

const RUN = { mode: "apply", comment: "none", onFailure: "stop", repairPending: false } as const;
/** A tenant that cannot be repaired leaves the others alone. */
const ALL_OF = { components: [], rotate: [], maxFailures: Number.MAX_SAFE_INTEGER } as const;

/** What a deployment tells: of a repair, the scan after it tells more. */
function untold(): void {}

/** Why each release whose objects have drifted gets a new revision. */
function driftedReleases(uses: Scan["uses"], repairs: readonly Finding[]): ReadonlyMap<string, string> {
  const drifted = new Map<string, string>();
  for (const { id, tenant, namespace, release } of uses) {
    const own = repairs.filter(
      (each) => each.component === id && each.tenant === tenant && NEEDS_REVISION.has(each.class),
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
  return [...Map.groupBy(repairs, keyOf)].map(([key, own]) => {
    const { component, tenant } = own[0] as Finding;
    const remaining = left.filter((finding) => keyOf(finding) === key).length;
    const place = { component, ...(tenant === undefined ? {} : { tenant }) };
    if (remaining === 0)
      return { ...place, outcome: "repaired", message: `${plural(own.length, "difference")} put right` };
    const why = failure === undefined ? "" : `: ${errorMessage(failure)}`;
    return { ...place, outcome: "failed", message: `${plural(remaining, "difference")} left${why}` };
  });
}

function keyOf({ component, tenant }: Finding): string {
  return `${tenant ?? ""}/${component}`;
}
