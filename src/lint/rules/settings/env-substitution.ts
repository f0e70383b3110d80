import { settingsOf } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

export const envSubstitution: Rule = {
  id: "L37",
  slug: "env-substitution",
  severity: "error",
  about:
    "A literal `${…}` in a setting is a HOCON substitution that nothing resolves: the API server crashes.",
  why: "HOCON replaces `${name}` by another setting and ends with an error when there is none, which is how the API server crashes here. Guides print such text for the reader to fill in. Fill it in; or, where it is meant as it stands, put inner quotes around the whole value.",
  components: ["control-plane"],
  *check(release) {
    for (const { name, isList, value, entry } of settingsOf(release)) {
      if (isList || value.kind !== "substitution") continue;
      yield {
        message: `\`${name}\`: HOCON takes \`\${…}\` for a substitution`,
        hint: "write inner quotes around the whole value",
        at: entry.at(),
      };
    }
  },
};
