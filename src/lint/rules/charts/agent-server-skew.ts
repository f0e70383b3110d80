import semver from "semver";
import { valueAt } from "../../../overrides/values.ts";
import { compareMinor, serverVersion } from "../../facts/server-version.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const TAG = ["agentk8sglue", "image", "tag"] as const;

/** Newest servers known to refuse the call that agents make since 1.9.3. */
const REFUSING_SERVER = { enterprise: "3.21", community: "2.0" } as const;
/** The public image that learned `--create-queue`. */
const CREATES_QUEUES = 21;

export const agentServerSkew: Rule = {
  id: "L30",
  slug: "agent-server-skew",
  severity: "warning",
  about:
    "The agent's image asks for something the server does not have, or is too old for what its values ask of it.",
  why: "An agent from 1.9.3 on moves a task to its pending queue with a call that older servers refuse (`Cannot skip setting execution queue`): tasks are taken and never run. An old image, on the other hand, ends at once when it is asked to create queues (`unrecognized arguments: --create-queue`). Remove the agent's image tag, or upgrade the server first.",
  *checkAll(releases) {
    const controlPlane = releases.find(({ id }) => id === "control-plane");
    const server = controlPlane && serverVersion(controlPlane);
    for (const release of releases) {
      if (release.id !== "agent") continue;
      const tag = valueAt(release.values, TAG);
      if (typeof tag !== "string") continue;
      const reason =
        (controlPlane && server ? newerThanServer(tag, server, controlPlane) : undefined) ??
        cannotCreateQueues(tag, release);
      if (reason) yield { ...reason, at: release.locate(TAG) };
    }
  },
};

/** Enterprise tags name the agent's version after that of Kubernetes: `1.24-1.9.3-160`. */
function newerThanServer(
  tag: string,
  server: string,
  controlPlane: LintRelease,
): Omit<Hit, "at"> | undefined {
  const agent = /^\d+\.\d+-(\d+\.\d+\.\d+)/.exec(tag)?.[1];
  const refusing = REFUSING_SERVER[controlPlane.environment?.edition ?? "enterprise"];
  if (!agent || semver.lt(agent, "1.9.3") || compareMinor(server, refusing) > 0) return undefined;
  return {
    message: `agent ${agent} needs a newer server than ${server}, which refuses to move its tasks to the pending queue`,
    hint: "upgrade the server first, or remove the agent's tag",
    related: [{ at: controlPlane.locate(["apiserver", "image", "tag"]), message: `the server, ${server}` }],
  };
}

/** Public tags end in the number of the build: `1.24-21`. */
function cannotCreateQueues(tag: string, { values }: LintRelease): Omit<Hit, "at"> | undefined {
  const build = /^1\.\d+-(\d+)$/.exec(tag)?.[1];
  const isAsked = valueAt(values, ["agentk8sglue", "createQueueIfNotExists"]) === true;
  if (!isAsked || build === undefined || Number(build) >= CREATES_QUEUES) return undefined;
  return {
    message: `image \`${tag}\` does not know \`--create-queue\`, which \`createQueueIfNotExists\` passes, and ends at once`,
    hint: "remove the tag, or create the queue yourself",
  };
}
