import { SERVER_USERS } from "../../../catalogue/environment-variables.ts";
import { type GivenSetting, givenSettings, groupBy, hasOtherConfigs } from "../../facts/settings.ts";
import type { Hit, Rule } from "../../model.ts";

const USER = /^secure\.credentials\.([^.]+)\.(.+)$/;
const SUPERVISOR = ["allow_login", "sec_groups", "email"];

export const credentialBlockIncomplete: Rule = {
  id: "L40",
  slug: "credential-block-incomplete",
  severity: "error",
  about:
    "A user below `secure.credentials` lacks its role, so the API server does not start, or its key or secret.",
  why: "The server makes a user of every block below `secure.credentials` when it starts. It reads the role of each, and ends with an error where there is none; without key and secret nobody can log in as that user. A supervisor needs `role`, `user_key`, `user_secret`, `allow_login`, `sec_groups` and `email`.",
  components: ["control-plane"],
  *check(release) {
    // A single file need not be complete, and files of the cluster may hold the rest.
    if (!release.environment || hasOtherConfigs(release)) return;
    const users = groupBy(givenSettings(release), ({ path }) => USER.exec(path)?.[1]);
    for (const [user, settings] of users) {
      if (SERVER_USERS.includes(user)) continue;
      yield* missingOf(user, settings);
    }
  },
};

function* missingOf(user: string, settings: readonly GivenSetting[]): Generator<Hit> {
  const given = new Set(settings.map(({ path }) => USER.exec(path)?.[2]));
  const at = settings[0]?.at;
  if (!at) return;
  const lacks = (...names: string[]) => names.filter((name) => !given.has(name));
  const hint = (names: readonly string[]) =>
    `add ${names.map((name) => `CLEARML__secure__credentials__${user}__${name}`).join(", ")}`;
  if (!given.has("role"))
    yield { message: `\`${user}\` has no role, and the API server does not start`, hint: hint(["role"]), at };
  const key = lacks("user_key", "user_secret");
  if (key.length > 0)
    yield {
      message: `\`${user}\` has no ${key.join(" and no ")}: nobody can log in with it`,
      hint: hint(key),
      // One without the other is a mistake; a user without both may be there for its id alone.
      severity: key.length === 1 ? "error" : "warning",
      at,
    };
  const more = user === "supervisor" ? lacks(...SUPERVISOR) : [];
  if (more.length > 0)
    yield { message: `\`${user}\` has no ${more.join(", no ")}`, hint: hint(more), severity: "warning", at };
}
