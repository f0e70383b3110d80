import { SERVER_GROUPS } from "../../../catalogue/environment-variables.ts";
import { type GivenSetting, givenSettings, groupBy, hasOtherConfigs } from "../../facts/settings.ts";
import type { Hit, Rule } from "../../model.ts";

const GROUP = /^services\.auth\.default_groups\.([^.]+)\.(.+)$/;
const FIELDS = ["id", "name", "features", "assignable", "system"];
const UUID = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i;

export const groupDefinition: Rule = {
  id: "L48",
  slug: "group-definition",
  severity: "warning",
  about: "A group of one's own among the default groups lacks a field, or its id is not a UUID.",
  why: "The groups `users`, `admins` and `queue_admins` exist, and need their `features` only. Any other below `services.auth.default_groups` is made from these settings alone: it needs `id` (a UUID of its own; the one in the guide is none), `name`, `features`, `assignable`, and `system` set to false.",
  components: ["control-plane"],
  *check(release) {
    const groups = groupBy(givenSettings(release), ({ path }) => GROUP.exec(path)?.[1]);
    for (const [group, settings] of groups) {
      if (SERVER_GROUPS.includes(group)) continue;
      yield* wrongFields(settings);
      if (release.environment && !hasOtherConfigs(release)) yield* missingFields(group, settings);
    }
  },
};

function* wrongFields(settings: readonly GivenSetting[]): Generator<Hit> {
  for (const { path, name, text, valueAt: at } of settings) {
    const field = GROUP.exec(path)?.[2];
    if (text === undefined) continue;
    if (field === "id" && !UUID.test(text))
      yield {
        message: `\`${name}\`: the id of a group is a UUID`,
        hint: "make one, for example with `uuidgen`",
        at,
      };
    if (field === "system" && /^true$/i.test(text))
      yield { message: `\`${name}\`: a group of your own is no system group`, hint: "write `false`", at };
  }
}

function* missingFields(group: string, settings: readonly GivenSetting[]): Generator<Hit> {
  const given = settings.map(({ path }) => GROUP.exec(path)?.[2]?.split(".")[0]);
  const missing = FIELDS.filter((field) => !given.includes(field));
  const [first] = settings;
  if (!first || missing.length === 0) return;
  yield {
    message: `the group \`${group}\` has no ${missing.join(", no ")}`,
    hint: `add ${missing.map((field) => `CLEARML__services__auth__default_groups__${group}__${field}`).join(", ")}`,
    at: first.at,
  };
}
