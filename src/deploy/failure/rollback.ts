import { componentOrder } from "../../catalogue/index.ts";
import { errorMessage } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import { type ReleaseRecord, readReleases } from "../../helm/record.ts";
import { manifestObjects } from "../../kubernetes/manifest.ts";
import { resourcePath } from "../../kubernetes/objects.ts";
import { waitUntilReady } from "../../readiness/watch.ts";
import type { ClusterSession } from "../session.ts";

/** A release that this run has written. */
export interface TouchedRelease {
  use: ComponentUse;
  /** Its newest revision when the run began; undefined when there was none. */
  before?: ReleaseRecord;
  /** What this run has made of it. */
  after: { revision: number };
  failed: boolean;
}

export interface RolledBack {
  component: string;
  release: string;
  namespace: string;
  outcome: "rolled back" | "removed" | "kept";
  why: string;
}

/** What is done about a release, and why. */
export type Decision =
  | { do: "rollback"; revision: number; why: string }
  | { do: "uninstall"; why: string }
  | { do: "keep"; why: string };

/** How long releases that were rolled back are given to become ready again. */
const SETTLE_MS = 120_000;

/**
 * Takes back what a failed run has done: what failed (`failed`), or all it has written (`group`), those that others
 * need last. Left alone, and said so: releases that somebody has changed since, and those that keep data, unless they
 * failed and their chart is the same as before. Never throws; what could not be undone is told as kept.
 */
export async function rollBack(
  session: ClusterSession,
  touched: readonly TouchedRelease[],
  scope: "failed" | "group",
): Promise<RolledBack[]> {
  const results: RolledBack[] = [];
  const restored: { result: RolledBack; manifest: string }[] = [];
  for (const each of undoOrder(touched)) {
    if (scope === "failed" && !each.failed) continue;
    const { id, release, namespace } = each.use;
    const result: RolledBack = { component: id, release, namespace, ...(await undo(session, each)) };
    results.push(result);
    const manifest = result.outcome === "rolled back" ? await manifestNow(session, each.use) : undefined;
    if (manifest !== undefined) restored.push({ result, manifest });
  }
  await Promise.all(restored.map((each) => sayWhetherReady(session, each.result, each.manifest)));
  return results;
}

/** Those that need others first: the opposite of the order they are deployed in. */
export function undoOrder(touched: readonly TouchedRelease[]): TouchedRelease[] {
  const order = componentOrder(touched.map(({ use }) => use)).reverse();
  return order.flatMap((use) => touched.find((each) => each.use === use) ?? []);
}

async function undo(
  session: ClusterSession,
  touched: TouchedRelease,
): Promise<Pick<RolledBack, "outcome" | "why">> {
  const { helm, kubernetes, context } = session;
  const { use } = touched;
  const { release, namespace, timeoutMs = session.timeoutMs } = use;
  try {
    if (context.signal.aborted) return { outcome: "kept", why: "the run was cancelled" };
    const records = await readReleases(kubernetes, namespace, new Set([release]));
    const decision = decide(touched, records.get(release), await goodRevisions(kubernetes, use));
    if (decision.do === "keep") return { outcome: "kept", why: decision.why };
    if (decision.do === "uninstall") {
      await helm.uninstall(use, { release, namespace, timeoutMs });
      return { outcome: "removed", why: decision.why };
    }
    await helm.rollback(use, { release, namespace, revision: decision.revision, timeoutMs });
    return { outcome: "rolled back", why: decision.why };
  } catch (thrown) {
    return { outcome: "kept", why: `it could not be undone: ${errorMessage(thrown)}` };
  }
}

/** Revisions that Helm has once called deployed, newest first; from the labels of Helm's Secrets alone. */
async function goodRevisions(
  kubernetes: ClusterSession["kubernetes"],
  { namespace, release }: ComponentUse,
): Promise<number[]> {
  const selector = `owner=helm,name=${release},status in (deployed,superseded)`;
  const secrets = await kubernetes.listMetadata(
    resourcePath("v1", "Secret", namespace),
    `labelSelector=${encodeURIComponent(selector)}`,
  );
  return secrets.map(({ metadata }) => Number(metadata.labels?.version ?? 0)).sort((a, b) => b - a);
}

/**
 * What to do about a release that is to be undone.
 * @param live its newest revision now
 * @param good revisions that can be gone back to, newest first
 */
export function decide(
  { use, before, after, failed }: TouchedRelease,
  live: ReleaseRecord | undefined,
  good: readonly number[],
): Decision {
  if (!live) return { do: "keep", why: "the release is gone: somebody has removed it since" };
  if (live.revision !== after.revision) {
    const since = `revision ${live.revision} (${live.description || live.status})`;
    return {
      do: "keep",
      why: `somebody has changed it since: this run made revision ${after.revision}, now it is ${since}`,
    };
  }
  if (live.status.startsWith("pending")) {
    return { do: "keep", why: `Helm is at work on it or was interrupted (${live.status})` };
  }
  const definitions = definitionsOf(live).filter((name) => !before || !definitionsOf(before).includes(name));
  if (definitions.length > 0) {
    return {
      do: "keep",
      why: `undoing it would delete ${definitions.join(", ")} with every object of these kinds`,
    };
  }
  if (!before || before.status === "uninstalled") {
    if (use.definition.stateful)
      return { do: "keep", why: "it keeps data, and is not removed without being asked" };
    return { do: "uninstall", why: "there was no such release before this run" };
  }
  if (use.definition.stateful && !failed) {
    return { do: "keep", why: "it keeps data and is ready as it is" };
  }
  if (use.definition.stateful && !isSameChart(before, live)) {
    const change = `${before.chart} ${before.chartVersion} → ${live.chart} ${live.chartVersion}`;
    return { do: "keep", why: `it keeps data, which the new chart may have changed already (${change})` };
  }
  // Of older revisions only the numbers are known here, not the charts.
  const older = use.definition.stateful ? [] : good;
  const target =
    before.status === "deployed" ? before.revision : older.find((each) => each <= before.revision);
  if (target === undefined) {
    return {
      do: "keep",
      why: `it had no working revision before this run (revision ${before.revision} was ${before.status})`,
    };
  }
  return { do: "rollback", revision: target, why: `back to revision ${target}, as before this run` };
}

function isSameChart(before: ReleaseRecord, live: ReleaseRecord): boolean {
  return before.chart === live.chart && before.chartVersion === live.chartVersion;
}

/** Definitions of custom resources in a release's manifest. Those of a chart's `crds/` are not: Helm never deletes them. */
function definitionsOf({ manifest }: ReleaseRecord): string[] {
  return manifestObjects(manifest)
    .filter(({ kind }) => kind === "CustomResourceDefinition")
    .map(({ metadata }) => metadata.name);
}

async function manifestNow(
  { kubernetes }: ClusterSession,
  { namespace, release }: ComponentUse,
): Promise<string | undefined> {
  const records = await readReleases(kubernetes, namespace, new Set([release])).catch(() => undefined);
  return records?.get(release)?.manifest;
}

/** Adds to the result whether the release is ready again. */
async function sayWhetherReady(
  { context, kubernetes, timeoutMs }: ClusterSession,
  result: RolledBack,
  manifest: string,
): Promise<void> {
  const { release, namespace } = result;
  const objects = manifestObjects(manifest);
  try {
    await waitUntilReady(
      context,
      kubernetes,
      { release, namespace, objects },
      Math.min(timeoutMs, SETTLE_MS),
    );
    result.why = `${result.why}; it is ready`;
  } catch (thrown) {
    result.why = `${result.why}; it is not ready again yet: ${errorMessage(thrown).split("\n")[0]}`;
  }
}
