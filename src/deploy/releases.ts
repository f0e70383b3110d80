import pLimit from "p-limit";
import { UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { chartReference } from "../helm/chart-reference.ts";
import { readReleases } from "../helm/record.ts";
import type { Values } from "../overrides/values.ts";
import { type DesiredRelease, type PlannedRelease, planRelease } from "./plan-release.ts";
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
export async function planReleases(
  session: ClusterSession,
  desired: readonly DesiredRelease[],
): Promise<PlannedRelease[]> {
  const namespaces = [...new Set(desired.map(({ use }) => use.namespace))];
  const records = new Map(
    await Promise.all(
      namespaces.map(async (name) => [name, await readReleases(session.kubernetes, name)] as const),
    ),
  );
  const slot = pLimit(PARALLEL);
  const settled = await Promise.allSettled(
    desired.map((each) =>
      slot(() => {
        const current = records.get(each.use.namespace)?.get(each.use.release);
        return planRelease(each, current, session.helm, session.kubernetes.version);
      }),
    ),
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
