import type { LintRelease } from "../model.ts";
import { type GivenSetting, givenSettings, groupBy } from "./settings.ts";

/** An OAuth provider of the control plane: its settings are in two places. */
export interface SsoProvider {
  name: string;
  /** Below `secure.login.sso`: the credentials. */
  secure: readonly GivenSetting[];
  /** Below `services.login.sso`: the addresses. */
  services: readonly GivenSetting[];
}

const SETTING = /^(secure|services)\.login\.sso\.oauth_client\.([^.]+)\.(.+)$/;

/** The providers that settings name, in the order they come. */
export function ssoProviders(release: LintRelease): SsoProvider[] {
  const groups = groupBy(givenSettings(release), ({ path }) => SETTING.exec(path)?.[2]);
  return [...groups].map(([name, settings]) => ({
    name,
    secure: settings.filter(({ path }) => path.startsWith("secure.")),
    services: settings.filter(({ path }) => path.startsWith("services.")),
  }));
}

/** The setting of a provider, such as `client_id`. */
export function settingOf(settings: readonly GivenSetting[], key: string): GivenSetting | undefined {
  return settings.findLast(({ path }) => SETTING.exec(path)?.[3] === key);
}

const CREDENTIALS = ["client_id", "client_secret"] as const;

/** Credentials a provider lacks; with a code challenge there is no secret. */
export function missingCredentials({ secure, services }: SsoProvider): string[] {
  const isPublic = settingOf(services, "code_challenge") !== undefined;
  return CREDENTIALS.filter((key) => !settingOf(secure, key) && !(isPublic && key === "client_secret"));
}

/** Pairs of providers that are one by two names: credentials under the one, addresses under the other. */
export function splitProviders(
  providers: readonly SsoProvider[],
): { secure: SsoProvider; services: SsoProvider }[] {
  const orphans = providers.filter(({ services }) => services.length === 0);
  const bare = providers.filter(({ secure, services }) => secure.length === 0 && services.length > 0);
  const partial = providers.filter(
    (each) => each.secure.length > 0 && each.services.length > 0 && missingCredentials(each).length > 0,
  );
  // With one of each there is no doubt which belong together.
  const rests = bare.length > 0 ? bare : partial;
  const [secure] = orphans;
  const [services] = rests;
  return orphans.length === 1 && rests.length === 1 && secure && services ? [{ secure, services }] : [];
}
