import type { SmokeCheck } from "../model.ts";
import { factsOf } from "./facts.ts";

export const login: SmokeCheck = {
  name: "login",
  group: "outside",
  proves: "`auth.login` of the API accepts the tenant's key.",
  // The router's own words for a key that is refused.
  after: ["log"],
  async run(probe) {
    const found = await factsOf(probe).login();
    if ("none" in found) return { status: "skip", detail: found.none };
    return { status: "pass", detail: `auth.login at \`${probe.target.apiUrl}\` gives a token` };
  },
};
