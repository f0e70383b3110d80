import { errorMessage } from "../../core/errors.ts";
import { readReleases } from "../../helm/record.ts";
import { manifestObjects } from "../../kubernetes/manifest.ts";
import type { Journal } from "../apply-release.ts";
import type { PlannedRelease } from "../plan-release.ts";
import type { ClusterSession } from "../session.ts";
import { collectEvidence, type Evidence, saveEvidence } from "./evidence.ts";
import { type RolledBack, rollBack } from "./rollback.ts";

/** What to do about a failed release: leave it for people to look at, undo it, or undo the whole run. */
export type OnFailure = "stop" | "failed" | "group";

/** What was kept and undone after a failure. */
export interface Aftermath {
  evidence: readonly Evidence[];
  /** Folder the evidence was saved to. */
  folder?: string;
  rolledBack: readonly RolledBack[];
}

/**
 * Keeps the evidence of every failed release, and only then undoes what `onFailure` says. A cancelled run has seconds
 * left and does neither: nothing of it is lost, the releases stay as they are.
 */
export async function afterFailure(
  cluster: ClusterSession,
  failed: readonly PlannedRelease[],
  journal: Journal,
  onFailure: OnFailure,
): Promise<Aftermath> {
  const { context, kubernetes } = cluster;
  if (failed.length === 0 || context.signal.aborted) return { evidence: [], rolledBack: [] };
  const evidence = await Promise.all(
    failed.map(async ({ use: { id, namespace, release } }) => {
      const objects = await objectsOf(cluster, namespace, release);
      return collectEvidence(context, kubernetes, { component: id, namespace, release, objects });
    }),
  );
  const folder = await saveEvidence(context, evidence).catch((thrown: unknown) => {
    context.log.info(`the evidence could not be saved: ${errorMessage(thrown)}`);
    return undefined;
  });
  const rolledBack = onFailure === "stop" ? [] : await rollBack(cluster, journal, onFailure);
  for (const each of rolledBack)
    context.log.info(`${each.component}: ${each.namespace}/${each.release} ${each.outcome}: ${each.why}`);
  return { evidence, rolledBack, ...(folder ? { folder } : {}) };
}

/** The objects of the revision that failed; none when even its record cannot be read. */
async function objectsOf({ kubernetes }: ClusterSession, namespace: string, release: string) {
  const records = await readReleases(kubernetes, namespace, new Set([release])).catch(() => undefined);
  return manifestObjects(records?.get(release)?.manifest ?? "");
}
