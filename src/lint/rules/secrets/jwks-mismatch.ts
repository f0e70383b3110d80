import { isCertain, secretUseAt } from "../../facts/secret-uses.ts";
import type { Rule } from "../../model.ts";

export const jwksMismatch: Rule = {
  id: "L60",
  slug: "jwks-mismatch",
  severity: "error",
  about: "The router checks cookies with another key than the server signs them with.",
  why: "Every cookie is refused then, and users are sent to the login page without end. `clearml.jwksKey` of the router must be the server's `clearml.secureAuthTokenSecret`; write `${JWKS_KEY}`, or leave the key out, and the deployment reads it from the cluster.",
  components: ["control-plane", "task-traffic-router"],
  *checkAll(releases) {
    const server = releases.find(({ id }) => id === "control-plane");
    const signing = server && secretUseAt(server, "clearml.secureAuthTokenSecret");
    if (!signing) return;
    for (const release of releases) {
      if (release.id !== "task-traffic-router") continue;
      const checking = secretUseAt(release, "clearml.jwksKey");
      if (!checking || checking.identity === "name JWKS_KEY" || checking.identity === signing.identity)
        continue;
      yield {
        message: "`clearml.jwksKey` is not the key the server signs its cookies with",
        // Two names may stand for the same secret.
        ...(isCertain(checking, signing) ? {} : { severity: "warning" as const }),
        hint: "write `${JWKS_KEY}`, or delete the key: the deployment fills it in",
        at: checking.entry.at(),
        related: [{ at: signing.entry.at(), message: "the server's key" }],
      };
    }
  },
};
