import { UserError } from "../core/errors.ts";
import { github, pullRequestOf } from "../github/api.ts";
import { planMarker, putStickyComment } from "../github/comments.ts";
import { planComment } from "../plan/comment.ts";
import type { ClusterPlan } from "../plan/digest.ts";
import { writePlanFile } from "../plan/file.ts";
import type { Needs } from "../plan/picture.ts";
import { CATALOGUE_NEEDS, planSummary } from "../plan/summary.ts";
import { hasChanges } from "../plan/words.ts";
import type { Seen } from "./look.ts";
import type { DeploymentOutputs } from "./outputs.ts";
import { needsOf } from "./run-deployment.ts";
import type { ClusterSession } from "./session.ts";

export interface CommentOptions {
  /** Whether the plan is kept in one comment of the pull request. */
  comment: "none" | "manage";
  /** Names of tenants as they were asked for: their plan has a comment of its own. */
  tenants?: readonly string[];
  githubToken?: string | undefined;
}

/** Writes the plan down: to a file, to the job summary and, when asked, to the pull request. */
export async function showPlan(
  cluster: ClusterSession,
  { plan, releases }: Pick<Seen, "plan" | "releases">,
  options: CommentOptions,
  report: (report: DeploymentOutputs) => void,
): Promise<void> {
  const { context } = cluster;
  const path = await writePlanFile(plan, await context.outputDir(), new Date());
  report({ plan: path, changed: hasChanges(plan) });
  const needs = {
    ...CATALOGUE_NEEDS,
    ...Object.fromEntries(releases.map(({ use }) => [use.id, needsOf(use)])),
  };
  context.summary(planSummary(plan, needs));
  context.log.info(`the plan is in ${path}`);
  if (options.comment === "none") return;
  try {
    await comment(cluster, plan, needs, options);
  } catch (thrown) {
    // The plan is made, and stands in file and summary: a token that may not comment takes nothing from it.
    if (!(thrown instanceof UserError)) throw thrown;
    for (const problem of thrown.problems) context.annotate("warning", problem, "the plan was not commented");
  }
}

/** Keeps the plan in one comment of the pull request. A plan without changes makes no comment where there is none. */
async function comment(
  { context }: ClusterSession,
  plan: ClusterPlan,
  needs: Needs,
  { githubToken, tenants }: CommentOptions,
): Promise<void> {
  const { env, log, secrets } = context;
  const pullRequest = await pullRequestOf(env);
  const api = github(context, githubToken);
  if (!api || pullRequest === undefined) {
    log.info("no comment is written: this is no run for a pull request");
    return;
  }
  const tenant = plan.tenant ?? tenants?.join(",");
  const topic = { workflow: env.GITHUB_WORKFLOW, environment: plan.environment };
  const marker = planMarker({ ...topic, ...(tenant === undefined ? {} : { tenant }) });
  const runUrl = `${api.server}/${api.repository}/actions/runs/${env.GITHUB_RUN_ID}`;
  const body = secrets.redact(planComment(plan, { marker, runUrl, needs }));
  const put = await putStickyComment(api, {
    pullRequest: pullRequest.number,
    marker,
    body,
    create: hasChanges(plan),
  });
  log.info(`comment of pull request ${pullRequest.number}: ${put.what}${put.url ? `, ${put.url}` : ""}`);
}
