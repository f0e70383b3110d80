import { hasOtherConfigs } from "../../facts/settings.ts";
import { splitProviders, ssoProviders } from "../../facts/sso.ts";
import type { Rule } from "../../model.ts";

export const ssoProviderNameSplit: Rule = {
  id: "L46",
  slug: "sso-provider-name-split",
  severity: "warning",
  about: "A log-in provider has its credentials under one name and its addresses under another.",
  why: "The name of a provider is part of both settings, `secure.login.sso.oauth_client.<name>` and `services.login.sso.oauth_client.<name>`, and the server puts the two together by it. Under different names, as in the guide for Azure, it has two halves of a provider and offers neither. Use one name.",
  components: ["control-plane"],
  *check(release) {
    if (!release.environment || hasOtherConfigs(release)) return;
    for (const { secure, services } of splitProviders(ssoProviders(release))) {
      const [first] = secure.secure;
      const [other] = services.services;
      if (!first || !other) continue;
      yield {
        message: `the credentials are for the provider \`${secure.name}\`, the addresses for \`${services.name}\``,
        hint: `write \`${services.name}\` in both`,
        at: first.at,
        related: [{ at: other.at, message: "the addresses" }],
      };
    }
  },
};
