import { QUEUE_NAME } from "../../../catalogue/patterns.ts";
import { formHits } from "../../facts/form.ts";
import type { Rule } from "../../model.ts";

export const queueName: Rule = {
  id: "L99",
  slug: "queue-name",
  severity: "error",
  about: "The server refuses queue names under 3 characters, and a blank splits a name in two.",
  why: "The chart hands the names of all queues to the agent in one text, parted by blanks: `gpu half` is two queues there, which nobody has made. The server refuses names of less than three characters. Use three characters or more without blanks; capitals are fine.",
  check: (release) => formHits(release, (pattern) => pattern === QUEUE_NAME),
};
