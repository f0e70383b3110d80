import { ownEntry } from "../../../overrides/values.ts";
import { hasOtherConfigs } from "../../facts/settings.ts";
import {
  missingCredentials,
  type SsoProvider,
  settingOf,
  splitProviders,
  ssoProviders,
} from "../../facts/sso.ts";
import type { Hit, Rule } from "../../model.ts";

/** Addresses that the server's own files cannot know. */
const ADDRESSES = ["authorize_url", "access_token_url"];
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  auth0: [...ADDRESSES, "audience"],
  keycloak: ADDRESSES,
  okta: ADDRESSES,
  ad: ADDRESSES,
  ad_oauth: ADDRESSES,
};

export const ssoIncomplete: Rule = {
  id: "L47",
  slug: "sso-incomplete",
  severity: "warning",
  about:
    "A log-in provider lacks its credentials or one of its addresses, or its address is not that of a realm.",
  why: "Every provider needs `client_id` and `client_secret` below `secure.login.sso`. Auth0, Keycloak, Okta and Active Directory also need `authorize_url` and `access_token_url` below `services.login.sso`, and Auth0 its `audience`; Keycloak's `base_url` ends in `/realms/<name>/`. Without them the button of the provider leads to an error.",
  components: ["control-plane"],
  *check(release) {
    const providers = ssoProviders(release);
    for (const provider of providers) yield* wrongRealm(provider);
    if (release.environment && !hasOtherConfigs(release)) yield* incomplete(providers);
  },
};

function* wrongRealm({ name, services }: SsoProvider): Generator<Hit> {
  const url = name === "keycloak" ? settingOf(services, "base_url") : undefined;
  if (url?.text === undefined || /\/realms\/[^/]+\/$/.test(url.text)) return;
  yield {
    message: `\`${url.text}\` is not the address of a Keycloak realm`,
    hint: "it ends in `/realms/<name>/`, with the slash",
    at: url.valueAt,
  };
}

function* incomplete(providers: readonly SsoProvider[]): Generator<Hit> {
  const split = new Set(splitProviders(providers).flatMap(({ secure, services }) => [secure, services]));
  for (const provider of providers) {
    const [first] = [...provider.secure, ...provider.services];
    const missing = split.has(provider) ? [] : missingOf(provider);
    if (!first || missing.length === 0) continue;
    yield {
      message: `the log-in provider \`${provider.name}\` has no ${missing.map(keyOf).join(" and no ")}`,
      hint: `add ${missing.map((path) => variableOf(provider, path)).join(", ")}`,
      at: first.at,
    };
  }
}

function missingOf(provider: SsoProvider): string[] {
  const addresses = ownEntry(NEEDED, provider.name) ?? [];
  return [
    ...missingCredentials(provider).map((key) => `secure.${key}`),
    ...addresses.filter((key) => !settingOf(provider.services, key)).map((key) => `services.${key}`),
  ];
}

function keyOf(path: string): string {
  return `\`${path.replace(/^\w+\./, "")}\``;
}

function variableOf({ name }: SsoProvider, path: string): string {
  const [part, key] = path.split(".");
  return `CLEARML__${part}__login__sso__oauth_client__${name}__${key}`;
}
