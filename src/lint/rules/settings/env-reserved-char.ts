import type { Rule } from "../../model.ts";
import { quoted, settingsOf } from "../../settings.ts";

export const envReservedChar: Rule = {
  id: "L33",
  slug: "env-reserved-char",
  severity: "error",
  about:
    "A value holds a character that HOCON reserves, without inner quotes: the API server crashes at start.",
  components: ["control-plane"],
  *check(release) {
    for (const setting of settingsOf(release)) {
      const { value } = setting;
      if (setting.isList || value.kind !== "invalid" || value.character === "@") continue;
      yield {
        message: `\`${setting.name}\`: the API server crashes at \`${value.character}\`, because it reads the value as HOCON`,
        hint: `write inner quotes: ${quoted(setting)}`,
        at: setting.entry.at(),
      };
    }
  },
};
