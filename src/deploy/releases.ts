import pLimit from "p-limit";
import { UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { chartReference } from "../helm/chart-reference.ts";
import { type ReleaseRecord, readReleases } from "../helm/record.ts";
import type { Values } from "../overrides/values.ts";
import { checkChart, type DesiredRelease, type PlannedRelease, planRelease } from "./plan-release.ts";
import { type ClusterSession, PARALLEL } from "./session.ts";

/** The releases of components that are charts, with their values. Wrong values of all are reported together. */
export function desiredReleases(
  session: Pick<ClusterSession, "environment" | "helm">,
  uses: readonly ComponentUse[],
  valuesOf: (use: ComponentUse) => Values,
): DesiredRelease[] {
  return collect(
    uses
      .filter((use) => use.definition.kind === "chart")
      .map((use) => () => ({
        use,
        reference: chartReference(use, session.environment.edition, session.helm.aliases),
        values: valuesOf(use),
      })),
  );
}

/**
 * What has to be done for each release. Every chart that may be needed is looked up here, before anything is
 * written: a wrong version, token or cluster changes nothing.
 */
export function planReleases(
  session: ClusterSession,
  desired: readonly DesiredRelease[],
): Promise<PlannedRelease[]> {
  return forEachRelease(session, desired, (each, current) =>
    planRelease(each, current, session.helm, session.kubernetes.version),
  );
}

/**
 * Makes sure that every chart can be had, for a deployment whose values are not complete yet.
 * @throws UserError with the problems of all
 */
export async function checkCharts(
  session: ClusterSession,
  desired: readonly DesiredRelease[],
): Promise<void> {
  await forEachRelease(session, desired, (each, current) =>
    checkChart(each, current, session.helm, session.kubernetes.version),
  );
}

/** Calls `work` for every release with its newest revision, some at a time; all problems become one error. */
async function forEachRelease<T>(
  session: ClusterSession,
  desired: readonly DesiredRelease[],
  work: (desired: DesiredRelease, current: ReleaseRecord | undefined) => Promise<T>,
): Promise<T[]> {
  const namespaces = [...new Set(desired.map(({ use }) => use.namespace))];
  const records = new Map(
    await Promise.all(
      namespaces.map(async (name) => [name, await readReleases(session.kubernetes, name)] as const),
    ),
  );
  const slot = pLimit(PARALLEL);
  const settled = await Promise.allSettled(
    desired.map((each) => slot(() => work(each, records.get(each.use.namespace)?.get(each.use.release)))),
  );
  return collect(
    settled.map((result) => () => {
      if (result.status === "fulfilled") return result.value;
      throw result.reason;
    }),
  );
}

/** Calls every function; the problems of all that throw become one error. */
export function collect<T>(calls: readonly (() => T)[]): T[] {
  const errors: UserError[] = [];
  const results = calls.flatMap((call) => {
    try {
      return [call()];
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      errors.push(thrown);
      return [];
    }
  });
  const first = errors[0];
  if (!first) return results;
  throw new UserError(
    errors.flatMap((error) => error.problems),
    { kind: first.kind, cause: first },
  );
}
