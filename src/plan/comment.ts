import type { ClusterPlan } from "./digest.ts";
import { planPage } from "./page.ts";
import type { Needs } from "./picture.ts";
import { CATALOGUE_NEEDS } from "./summary.ts";

/** GitHub refuses more than 65,536 characters; this is in bytes, and some are left for what others add. */
const MOST_BYTES = 60_000;

export interface CommentOptions {
  /** Hidden first line by which the comment is found again. */
  marker: string;
  /** Page of the run, whose job summary has the whole plan. */
  runUrl?: string | undefined;
  needs?: Needs;
}

/**
 * The comment of a pull request about a plan. It names the run only when something had to be left out: a plan that is
 * the same as before makes the same comment.
 */
export function planComment(plan: ClusterPlan, { marker, runUrl, needs }: CommentOptions): string {
  const elsewhere = runUrl ? `[the job summary](${runUrl})` : "the job summary";
  return planPage(plan, { most: MOST_BYTES, needs: needs ?? CATALOGUE_NEEDS, elsewhere, marker });
}
