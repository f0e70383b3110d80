import { github, pullRequestOf } from "../github/api.ts";
import { planMarker, putStickyComment } from "../github/comments.ts";
import { planComment } from "../plan/comment.ts";
import type { ClusterPlan } from "../plan/digest.ts";
import { writePlanFile } from "../plan/file.ts";
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
  if (options.comment === "manage") await comment(cluster, plan, options.githubToken);
}

/** Keeps the plan in one comment of the pull request. A plan without changes makes no comment where there is none. */
async function comment(
  { context }: ClusterSession,
  plan: ClusterPlan,
  token: string | undefined,
): Promise<void> {
  const { env, log } = context;
  const pullRequest = await pullRequestOf(env);
  const api = github(context, token);
  if (!api || pullRequest === undefined) {
    log.info("no comment is written: this is no run for a pull request");
    return;
  }
  const marker = planMarker({ workflow: env.GITHUB_WORKFLOW, environment: plan.environment });
  const runUrl = `${api.server}/${api.repository}/actions/runs/${env.GITHUB_RUN_ID}`;
  const body = planComment(plan, { marker, runUrl });
  const put = await putStickyComment(api, {
    pullRequest: pullRequest.number,
    marker,
    body,
    create: hasChanges(plan),
  });
  log.info(`comment of pull request ${pullRequest.number}: ${put.what}${put.url ? `, ${put.url}` : ""}`);
}

/** Whether applying the plan would do anything. */
export function hasChanges({ releases, manifests, tenants }: ClusterPlan): boolean {
  return (
    releases.some(({ action }) => action !== "none") ||
    manifests.some(({ objects }) => objects.length > 0) ||
    tenants.some(({ steps }) => steps.length > 0)
  );
}
