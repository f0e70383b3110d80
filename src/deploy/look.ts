import { UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { isPending } from "../helm/pending.ts";
import type { Values } from "../overrides/values.ts";
import type { Plan } from "../plan/model.ts";
import type { KeyedTag } from "../plan/tags.ts";
import type { PreflightFinding } from "../preflight/model.ts";
import { preflight, preflightTable, throwPreflight } from "../preflight/run.ts";
import type { Addresses } from "./addresses.ts";
import { type DesiredManifests, planCluster } from "./plan-cluster.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { allPlanned, desiredReleases, planReleases, type Records, readRecords } from "./releases.ts";
import type { ClusterSession } from "./session.ts";

/** What a run is to bring about. */
export interface Desired {
  uses: readonly ComponentUse[];
  values: ReadonlyMap<ComponentUse, Values>;
  manifests: readonly DesiredManifests[];
  addresses?: Addresses;
}

/** What was seen before anything is written: where the cluster stands, and what would be done. */
export interface Seen {
  records: Records;
  releases: readonly PlannedRelease[];
  plan: Plan;
  findings: readonly PreflightFinding[];
}

/**
 * Looks at everything the deployment rests on and plans it. Writes nothing, in the cluster or elsewhere.
 * @throws UserError with everything that stands in the way
 */
export async function look(cluster: ClusterSession, desired: Desired, tag: KeyedTag): Promise<Seen> {
  const { uses, values, addresses } = desired;
  const records = await readRecords(cluster, uses);
  const planned = await planReleases(cluster, desiredReleases(cluster, values), records);
  const findings = await preflight({
    context: cluster.context,
    environment: cluster.environment,
    kubernetes: cluster.kubernetes,
    helm: cluster.helm,
    uses,
    records,
    values,
    charts: chartsOf(planned),
    ...(addresses ? { addresses } : {}),
  });
  const table = preflightTable(findings);
  if (table !== "") cluster.context.summary(`### Before anything is written\n\n${table}`);
  throwPreflight(findings, cluster.context);
  const releases = allPlanned(planned);
  return { records, releases, findings, plan: await planCluster(cluster, releases, desired.manifests, tag) };
}

/** The charts that had to be asked for; one whose release is as it should be was not. */
function chartsOf(planned: Awaited<ReturnType<typeof planReleases>>) {
  return new Map(
    [...planned].flatMap(([use, each]) => {
      if (each instanceof UserError) return [[use, each] as const];
      return each.chart ? [[use, each.chart.metadata] as const] : [];
    }),
  );
}

/** Whether another run has written releases since they were looked at. */
export async function hasMoved(
  cluster: ClusterSession,
  { uses }: Pick<Desired, "uses">,
  { records }: Pick<Seen, "records">,
): Promise<boolean> {
  const now = await readRecords(cluster, uses);
  return uses.some((use) => {
    const [before, after] = [records.get(use), now.get(use)];
    return before?.resourceVersion !== after?.resourceVersion || before?.revision !== after?.revision;
  });
}

/** The records of the releases on which an operation was begun and not ended. */
export function pendingRecords(releases: readonly PlannedRelease[]) {
  return releases.flatMap(({ current }) => (current && isPending(current) ? [current] : []));
}
