import { mapAt } from "../manifest.ts";
import type { ReleaseRule } from "./model.ts";

const QUEUES = ["agentk8sglue", "queues"];

export const queueRemoved: ReleaseRule = {
  rule: "queue-removed",
  severity: "note",
  *check({ use, current, values }) {
    if (use.id !== "agent" || !current) return;
    const after = mapAt(values, QUEUES);
    for (const queue of Object.keys(mapAt(current.values, QUEUES)).filter(
      (each) => !Object.hasOwn(after, each),
    )) {
      yield {
        message: `the agent no longer serves queue \`${queue}\`: tasks in it wait for ever`,
        hint: "move its tasks to another queue first",
      };
    }
  },
};
