import pLimit from "p-limit";
import { joinFailures } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { chartReference } from "../helm/chart-reference.ts";
import { type ReleaseRecord, readReleases } from "../helm/record.ts";
import type { Values } from "../overrides/values.ts";
import { checkChart, type DesiredRelease, type PlannedRelease, planRelease } from "./plan-release.ts";
import { type ClusterSession, PARALLEL } from "./session.ts";

/** The values of every component; what is wrong with any of them is reported together. */
export function valuesOfAll(
  uses: readonly ComponentUse[],
  valuesOf: (use: ComponentUse) => Values,
): Map<ComponentUse, Values> {
  return new Map(collect(uses.map((use) => () => [use, valuesOf(use)] as const)));
}

/** The releases of those components that are charts. */
export function desiredReleases(
  session: Pick<ClusterSession, "environment" | "helm">,
  values: ReadonlyMap<ComponentUse, Values>,
): DesiredRelease[] {
  return collect(
    [...values]
      .filter(([use]) => use.definition.kind === "chart")
      .map(([use, each]) => () => ({
        use,
        reference: chartReference(use, session.environment.edition, session.helm.aliases),
        values: each,
      })),
  );
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
  const lists = await Promise.all(namespaces.map((namespace) => readReleases(kubernetes, namespace)));
  const found = new Map(namespaces.map((namespace, index) => [namespace, lists[index]]));
  return new Map(
    charts.flatMap((use) => {
      const record = found.get(use.namespace)?.get(use.release);
      return record ? [[use, record] as const] : [];
    }),
  );
}

/**
 * What has to be done for each release. Every chart that may be needed is looked up here, before anything is
 * written: a wrong version, token or cluster changes nothing.
 */
export function planReleases(
  session: ClusterSession,
  desired: readonly DesiredRelease[],
  records: Records,
): Promise<PlannedRelease[]> {
  return forEachRelease(desired, (each) =>
    planRelease(each, records.get(each.use), session.helm, session.kubernetes.version),
  );
}

/**
 * Makes sure that every chart can be had, for a deployment whose values are not complete yet.
 * @throws UserError with the problems of all
 */
export async function checkCharts(
  session: ClusterSession,
  desired: readonly DesiredRelease[],
  records: Records,
): Promise<void> {
  await forEachRelease(desired, (each) =>
    checkChart(each, records.get(each.use), session.helm, session.kubernetes.version),
  );
}

/** Calls `work` for every release, some at a time; all problems become one error. */
async function forEachRelease<T>(
  desired: readonly DesiredRelease[],
  work: (desired: DesiredRelease) => Promise<T>,
): Promise<T[]> {
  const slot = pLimit(PARALLEL);
  const settled = await Promise.allSettled(desired.map((each) => slot(() => work(each))));
  return collect(
    settled.map((result) => () => {
      if (result.status === "fulfilled") return result.value;
      throw result.reason;
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
