import { UserError } from "../core/errors.ts";
import { details } from "../core/markdown.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { ChartMetadata } from "../helm/helm.ts";
import { isPending } from "../helm/pending.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import type { Values } from "../overrides/values.ts";
import type { ClusterPlan } from "../plan/digest.ts";
import type { Plan } from "../plan/model.ts";
import type { KeyedTag } from "../plan/tags.ts";
import { preflight, preflightTable, throwPreflight } from "../preflight/run.ts";
import type { Addresses } from "./addresses.ts";
import type { Manifests } from "./cluster-policies.ts";
import { type DesiredManifests, planCluster } from "./plan-cluster.ts";
import type { PlannedRelease } from "./plan-release.ts";
import {
  allPlanned,
  desiredReleases,
  type PlannedReleases,
  planReleases,
  type Records,
  readRecords,
} from "./releases.ts";
import type { ClusterSession } from "./session.ts";

/** What a run is to bring about. */
export interface Desired {
  /** A plan takes fewer rights. */
  mode: "plan" | "apply";
  uses: readonly ComponentUse[];
  values: ReadonlyMap<ComponentUse, Values>;
  /** Plain objects, which depend on what the releases will look like. */
  manifests(releases: Manifests): Promise<readonly DesiredManifests[]>;
  addresses?: Addresses;
  /** Name and URL of what people open afterwards, beside these. */
  links?: Readonly<Record<string, string>>;
  /** The tenant these are the components of, and what is to be done for it before its releases. */
  tenant?: Plan["tenants"][number];
}

/** What was seen before anything is written: where the cluster stands, and what would be done. */
export interface Seen {
  desired: Desired;
  records: Records;
  releases: readonly PlannedRelease[];
  plan: ClusterPlan;
  manifests: readonly DesiredManifests[];
}

/**
 * Looks at everything the deployment rests on and plans it. Writes nothing, in the cluster or elsewhere.
 * @throws UserError with everything that stands in the way
 */
export async function look(cluster: ClusterSession, desired: Desired, tag: KeyedTag): Promise<Seen> {
  const read = await readRecords(cluster, desired.uses).catch(unlessForbidden);
  const records: Records = read instanceof UserError ? new Map() : read;
  const planned = await planReleases(cluster, desiredReleases(cluster, desired.values), records);
  if (!isQuiet(desired, planned)) await checkBefore(cluster, desired, planned, records);
  if (read instanceof UserError) throw read;
  const releases = allPlanned(planned);
  const { plan, manifests } = await planCluster(cluster, releases, desired.manifests, tag);
  const { tenant } = desired;
  const ofTenant = tenant ? { tenant: tenant.name, tenants: [tenant] } : {};
  return { desired, records, releases, plan: { ...plan, ...ofTenant }, manifests };
}

/** Whether this is a tenant for which nothing is to be done: of thousands, almost all are. */
function isQuiet({ tenant }: Desired, planned: PlannedReleases): boolean {
  if (!tenant || tenant.steps.length > 0) return false;
  return [...planned.values()].every((each) => !(each instanceof UserError) && each.action === "none");
}

/** Without the right to read releases all missing rights are listed first, and not this one alone. */
function unlessForbidden(thrown: unknown): RefusedError {
  if (thrown instanceof RefusedError && thrown.status === 403) return thrown;
  throw thrown;
}

/**
 * Checks everything that a deployment rests on, and shows what was found.
 * @throws UserError with everything that stands in the way
 */
export async function checkBefore(
  cluster: ClusterSession,
  { uses, values, addresses, mode }: Omit<Desired, "manifests">,
  planned: PlannedReleases,
  records: Records,
): Promise<void> {
  const { context, environment, kubernetes, helm } = cluster;
  const charts = chartsOf(planned);
  const known = { context, environment, kubernetes, helm, mode, uses, records, values, charts };
  const findings = await preflight({ ...known, ...(addresses ? { addresses } : {}) });
  const table = preflightTable(findings);
  const errors = findings.some(({ severity }) => severity === "error");
  // What stops the run is shown; what does not must not push the run's own story down.
  if (errors) context.summary(`### Before anything is written\n\n${table}`);
  else if (table !== "")
    context.summary(details(`Noticed before anything was written: ${findings.length}`, table));
  throwPreflight(findings, context);
}

/** The charts that had to be asked for; one whose release is as it should be was not. */
function chartsOf(planned: PlannedReleases): Map<ComponentUse, ChartMetadata | UserError> {
  const charts = new Map<ComponentUse, ChartMetadata | UserError>();
  for (const [use, each] of planned) {
    if (each instanceof UserError) charts.set(use, each);
    else if (each.chart) charts.set(use, each.chart.metadata);
  }
  return charts;
}

/** Whether another run has written releases since they were looked at. */
export async function hasMoved(
  cluster: ClusterSession,
  { desired: { uses }, records }: Pick<Seen, "desired" | "records">,
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
