import pLimit from "p-limit";
import { joinFailures, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { chartReference } from "../helm/chart-reference.ts";
import type { ReleaseRecord } from "../helm/record.ts";
import { readReleases } from "../helm/record.ts";
import type { Values } from "../overrides/values.ts";
import { type DesiredRelease, type PlannedRelease, planRelease } from "./plan-release.ts";
import { parallelReleases } from "./schedule.ts";
import type { ClusterSession } from "./session.ts";

/** The values of every component; what is wrong with any of them is reported together. */
export function valuesOfAll(
  uses: readonly ComponentUse[],
  valuesOf: (use: ComponentUse) => Values,
): Map<ComponentUse, Values> {
  return new Map(collect(uses.map((use) => () => [use, valuesOf(use)] as const)));
}

/** The releases of those components that are charts. */
export function desiredReleases(
  session: Pick<ClusterSession, "environment" | "helm" | "drifted">,
  values: ReadonlyMap<ComponentUse, Values>,
): DesiredRelease[] {
  return collect(
    [...values]
      .filter(([use]) => use.definition.kind === "chart")
      .map(([use, each]) => () => ({
        use,
        reference: chartReference(use, session.environment.edition, session.helm.aliases),
        values: each,
        ...driftOf(session, use),
      })),
  );
}

function driftOf(
  { drifted }: Pick<ClusterSession, "drifted">,
  { namespace, release }: ComponentUse,
): Pick<DesiredRelease, "drifted"> {
  const reason = drifted?.get(`${namespace}/${release}`);
  return reason === undefined ? {} : { drifted: reason };
}

/** The newest revision of each component's release, where there is one. */
export type Records = ReadonlyMap<ComponentUse, ReleaseRecord>;

/** Reads the records of the components' releases: one list per namespace. */
export async function readRecords(
  { kubernetes }: Pick<ClusterSession, "kubernetes">,
  uses: readonly ComponentUse[],
): Promise<Records> {
  const charts = uses.filter((use) => use.definition.kind === "chart");
  const namespaces = [...new Set(charts.map(({ namespace }) => namespace))];
  const lists = await Promise.all(
    namespaces.map((namespace) => {
      const wanted = charts.filter((use) => use.namespace === namespace).map(({ release }) => release);
      return readReleases(kubernetes, namespace, new Set(wanted));
    }),
  );
  const found = new Map(namespaces.map((namespace, index) => [namespace, lists[index]]));
  return new Map(
    charts.flatMap((use) => {
      const record = found.get(use.namespace)?.get(use.release);
      return record ? [[use, record] as const] : [];
    }),
  );
}

/** What has to be done for each release, or why its chart cannot be had. Nothing is written. */
export type PlannedReleases = ReadonlyMap<ComponentUse, PlannedRelease | UserError>;

/** Compares every release with its newest revision, some at a time. */
export async function planReleases(
  { helm }: Pick<ClusterSession, "helm">,
  desired: readonly DesiredRelease[],
  records: Records,
): Promise<PlannedReleases> {
  const slot = pLimit(parallelReleases());
  const planned = await Promise.all(
    desired.map((each) =>
      slot(() => planRelease(each, records.get(each.use), helm)).catch((thrown: unknown) => {
        if (thrown instanceof UserError) return thrown;
        throw thrown;
      }),
    ),
  );
  return new Map(desired.map(({ use }, index) => [use, planned[index] as PlannedRelease | UserError]));
}

/**
 * The releases, when each of them could be planned.
 * @throws UserError with the problems of all that could not
 */
export function allPlanned(planned: PlannedReleases): PlannedRelease[] {
  return collect(
    [...planned.values()].map((each) => () => {
      if (each instanceof UserError) throw each;
      return each;
    }),
  );
}

/** Calls every function; the problems of all that throw become one error. */
function collect<T>(calls: readonly (() => T)[]): T[] {
  const failures: unknown[] = [];
  const results = calls.flatMap((call) => {
    try {
      return [call()];
    } catch (thrown) {
      failures.push(thrown);
      return [];
    }
  });
  const failure = joinFailures(failures);
  if (failure !== undefined) throw failure;
  return results;
}
