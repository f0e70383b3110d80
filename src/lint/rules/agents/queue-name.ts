import { QUEUE_NAME } from "../../../catalogue/patterns.ts";
import { formHits } from "../../form.ts";
import type { Rule } from "../../model.ts";

export const queueName: Rule = {
  id: "L99",
  slug: "queue-name",
  severity: "error",
  about: "The server refuses queue names under 3 characters, and a blank splits a name in two.",
  check: (release) => formHits(release, (pattern) => pattern === QUEUE_NAME),
};
