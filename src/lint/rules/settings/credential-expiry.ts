import { givenSettings } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

export const credentialExpiry: Rule = {
  id: "L136",
  slug: "credential-expiry",
  severity: "warning",
  about: "Credentials expire after a while, also those that agents and gateways log in with.",
  why: "With `apiserver.auth.credentials.default_expiration_sec` every credential made from then on ends after that time. Agents, gateways and the upload of applications fail one day with 401 and nothing has been changed. Leave it out, or renew those credentials before they end.",
  components: ["control-plane"],
  *check(release) {
    for (const { path, name, text, at } of givenSettings(release)) {
      if (path !== "apiserver.auth.credentials.default_expiration_sec" || /^(0|null)?$/i.test(text ?? "1"))
        continue;
      yield {
        message: `\`${name}\`: credentials of agents and gateways end after this time, and they fail with 401`,
        hint: "leave it out, or renew their credentials in time",
        at,
      };
    }
  },
};
