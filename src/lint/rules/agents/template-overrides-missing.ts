import { isMap } from "../../../overrides/merge.ts";
import { hasPath, valueAt } from "../../../overrides/values.ts";
import { keyAt } from "../../facts/entry-at.ts";
import type { Rule } from "../../model.ts";

const QUEUES = ["agentk8sglue", "queues"];

export const templateOverridesMissing: Rule = {
  id: "L101",
  slug: "template-overrides-missing",
  severity: "error",
  about: "A queue has no `templateOverrides`, not even an empty one: the chart's template fails.",
  why: "The chart goes through the queues and reads `templateOverrides` of each, and Helm stops at a queue where it is missing or null. A queue that needs nothing of its own has `templateOverrides: {}`.",
  components: ["agent"],
  *check(release) {
    const queues = valueAt(release.values, QUEUES);
    // The public chart has one queue, by name.
    if (!isMap(queues) || release.environment?.edition === "community") return;
    for (const [name, queue] of Object.entries(queues)) {
      const path = [...QUEUES, name];
      const overrides = valueAt(queue, ["templateOverrides"]);
      if (overrides !== undefined && overrides !== null) continue;
      // What a single file leaves out may stand in another one.
      const isNull = hasPath(queue, ["templateOverrides"]);
      if (!isNull && (!release.environment || (queue !== null && !isMap(queue)))) continue;
      yield {
        message: `queue \`${name}\` has no \`templateOverrides\``,
        hint: "write `templateOverrides: {}` where it needs nothing of its own",
        at: keyAt(release, isNull ? [...path, "templateOverrides"] : path),
      };
    }
  },
};
