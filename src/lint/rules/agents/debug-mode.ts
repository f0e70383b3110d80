import type { Rule } from "../../model.ts";

export const debugMode: Rule = {
  id: "L107",
  slug: "debug-mode",
  severity: "info",
  about: "The agent logs in debug mode, with the specs of its pods and the credentials in them.",
  why: "With `debugMode` the agent writes every template it applies to its log, environment variables included. Whoever reads logs reads the credentials of the tenant. Switch it off outside of a search for a fault.",
  components: ["agent"],
  *check({ entries }) {
    for (const { path, value, at } of entries) {
      if (value !== true || path.join(".") !== "agentk8sglue.debugMode") continue;
      yield {
        message: "`debugMode` is on: credentials of the tenant reach the agent's log",
        hint: "remove it outside of a search for a fault",
        at: at(),
      };
    }
  },
};
