import type { Rule } from "../../model.ts";
import { quoted, settingsOf } from "../../settings.ts";

export const envHashTruncates: Rule = {
  id: "L34",
  slug: "env-hash-truncates",
  severity: "error",
  about:
    "`#`, or `//` after a blank, starts a HOCON comment: the rest of the value is lost without an error.",
  components: ["control-plane"],
  *check(release) {
    for (const setting of settingsOf(release)) {
      const { value, text } = setting;
      if (setting.isList || value.kind !== "truncated") continue;
      const sign = text[value.at] === "#" ? "#" : "//";
      yield {
        message: `\`${setting.name}\`: \`${sign}\` starts a comment, the rest of the value is lost`,
        hint: `write inner quotes: ${quoted(setting)}`,
        at: setting.entry.at(),
      };
    }
  },
};
