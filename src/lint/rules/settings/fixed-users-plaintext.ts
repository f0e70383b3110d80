import { parseHoconValue } from "../../../hocon/value.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { type ConfigSetting, configFiles, configSettings } from "../../facts/settings.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const fixedUsersPlaintext: Rule = {
  id: "L44",
  slug: "fixed-users-plaintext",
  severity: "warning",
  about:
    "Fixed users have their passwords in clear text in a configuration file, or a hash that does not parse.",
  why: "With `pass_hashed: false` the passwords of `fixed_users` stand in the repository, and in a ConfigMap that everybody in the namespace may read. Write `pass_hashed: true` and the bcrypt hash of each password in quotes: without them, HOCON breaks at its `$`. Fixed users join the default company only, so they are no way to give tenants their users.",
  components: ["control-plane"],
  *check(release) {
    for (const file of configFiles(release)) {
      const settings = configSettings(file).filter(({ path }) => path.includes("fixed_users"));
      if (textOf(settings, "enabled") !== "false") yield* passwordHits(release, settings);
    }
  },
};

function* passwordHits(release: LintRelease, settings: readonly ConfigSetting[]): Generator<Hit> {
  const passwords = settings.filter(
    ({ path, text }) => path.at(-1) === "password" && findPlaceholders(text).length === 0,
  );
  const [first] = passwords;
  if (!first) return;
  if (textOf(settings, "pass_hashed") === "true") {
    const broken = passwords.filter(({ text }) => parseHoconValue(text).kind === "invalid");
    for (const { at } of broken)
      yield {
        message: "the hash is not in quotes, and the API server crashes at its `$`",
        hint: "write it in double quotes",
        severity: "error",
        at,
      };
    return;
  }
  const tenants = release.environment?.tenants.length
    ? "; fixed users also join the default company only, not a tenant's"
    : "";
  yield {
    message: `the passwords of fixed users stand here in clear text${tenants}`,
    hint: "set `pass_hashed: true` and write the bcrypt hash of each in quotes",
    at: (settings.find(({ path }) => path.at(-1) === "pass_hashed") ?? first).at,
  };
}

function textOf(settings: readonly ConfigSetting[], key: string): string | undefined {
  return settings
    .findLast(({ path }) => path.at(-1) === key && path.at(-2) === "fixed_users")
    ?.text.toLowerCase();
}
