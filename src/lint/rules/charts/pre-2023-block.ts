import { ownEntry } from "../../../overrides/values.ts";
import type { LintRelease, Rule } from "../../model.ts";

/** Keys of the time when one chart served both editions, or of the public chart of today. */
const OLD_KEYS: Readonly<Record<string, { hint: string; isPublic?: true }>> = {
  enterpriseFeatures: { hint: "move what stands below it to the top level, to the block it is about" },
  "agentk8sglue.queue": {
    hint: "name the queues as keys below `agentk8sglue.queues`, each with `templateOverrides`",
    isPublic: true,
  },
  "agentk8sglue.createQueueIfNotExists": { hint: "write `agentk8sglue.createQueues`", isPublic: true },
};

export const pre2023Block: Rule = {
  id: "L26",
  slug: "pre-2023-block",
  severity: "error",
  about:
    "A key of the public charts, or of the charts before April 2023, which the enterprise charts ignore.",
  why: "Until April 2023 the public charts held the enterprise features below `enterpriseFeatures:`; then they got charts of their own with other keys. Helm ignores what a chart does not read, so features stay off and an agent serves no queue. Move the keys to where the finding says.",
  components: ["control-plane", "agent"],
  *check(release) {
    for (const { path, at } of release.entries) {
      if (path.length > 2) continue;
      const name = path.join(".");
      const old = ownEntry(OLD_KEYS, name);
      if (!old || (old.isPublic && release.environment?.edition !== "enterprise")) continue;
      yield {
        message: `the ${chartOf(release)} does not read \`${name}\`, which has no effect`,
        hint: old.hint,
        ...(release.environment?.edition === "enterprise" ? {} : { severity: "warning" as const }),
        at: at("key"),
      };
    }
  },
};

function chartOf({ environment }: LintRelease): string {
  return environment?.edition === "community" ? "public chart" : "enterprise chart";
}
