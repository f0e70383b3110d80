import { choice, flag, githubToken, text } from "../core/fields.ts";
import type { RunOptions } from "./application.ts";
import type { OnFailure } from "./failure/aftermath.ts";
import type { CommentOptions } from "./show-plan.ts";

/** Inputs that mean the same for every deployment. */
export const DEPLOYMENT_INPUTS = {
  plan: text(
    "Path of an approved plan; `apply` does that plan, or refuses when anything it rests on has moved",
  ).optional(),
  "repair-pending": flag(
    "Repair a release that a Helm outside of these actions has left unfinished; what our own runs leave is repaired without it",
  ).prefault("false"),
  comment: choice("Keep the plan in one comment of the pull request: `manage`, or `none`", [
    "none",
    "manage",
  ]).prefault("none"),
  "github-token": githubToken(
    "Token to ask whether another run has ended (`actions: read`) and to write the comment (`pull-requests: write`)",
  ),
};

/** The options that these inputs, and those that each deployment describes in its own words, give. */
export function deploymentOptions(inputs: {
  plan?: string | undefined;
  "on-failure": OnFailure;
  "repair-pending": boolean;
  "lock-timeout": number;
  comment: CommentOptions["comment"];
  "github-token"?: string | undefined;
}): RunOptions & CommentOptions & { plan: string | undefined } {
  return {
    plan: inputs.plan,
    onFailure: inputs["on-failure"],
    repairPending: inputs["repair-pending"],
    lockTimeoutMs: inputs["lock-timeout"],
    comment: inputs.comment,
    githubToken: inputs["github-token"],
  };
}
