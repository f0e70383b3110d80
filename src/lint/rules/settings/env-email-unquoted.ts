import { quoted, quotesFix, settingsOf } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

export const envEmailUnquoted: Rule = {
  id: "L31",
  slug: "env-email-unquoted",
  severity: "error",
  about: "An e-mail address without inner quotes: the API server parses values as HOCON and crashes at `@`.",
  why: "The API server parses every value as HOCON, and `@` may not stand there without quotes: it crashes at start, and only the traceback names the variable. YAML takes its own quotes off, so the value needs a second pair: `'\"ops@example.com\"'`.",
  components: ["control-plane"],
  fixable: true,
  *check(release) {
    for (const setting of settingsOf(release)) {
      const { value } = setting;
      if (setting.isList || value.kind !== "invalid" || value.character !== "@") continue;
      yield {
        message: `\`${setting.name}\`: the API server crashes at \`@\`, because it reads the value as HOCON`,
        hint: `write inner quotes: ${quoted(setting)}`,
        at: setting.entry.at(),
        ...quotesFix(setting),
      };
    }
  },
};
