import { quoted, quotesFix, settingsOf } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

export const envHashTruncates: Rule = {
  id: "L34",
  slug: "env-hash-truncates",
  severity: "error",
  about:
    "`#`, or `//` after a blank, starts a HOCON comment: the rest of the value is lost without an error.",
  why: "HOCON takes `#`, and `//` behind a blank, for the start of a comment. The secret `abc#def` becomes `abc`, and nothing says so until somebody cannot log in. Put inner quotes around the value.",
  components: ["control-plane"],
  fixable: true,
  *check(release) {
    for (const setting of settingsOf(release)) {
      const { value, text } = setting;
      if (setting.isList || value.kind !== "truncated") continue;
      const sign = text[value.at] === "#" ? "#" : "//";
      yield {
        message: `\`${setting.name}\`: \`${sign}\` starts a comment, the rest of the value is lost`,
        hint: `write inner quotes: ${quoted(setting)}`,
        at: setting.entry.at(),
        // Behind a blank it may be meant as a comment.
        ...(/\s/.test(text[value.at - 1] ?? " ") ? {} : quotesFix(setting)),
      };
    }
  },
};
