import { quoted, quotesFix, type Setting, settingsOf } from "../../facts/settings.ts";
import type { Hit, Rule } from "../../model.ts";

export const envReservedChar: Rule = {
  id: "L33",
  slug: "env-reserved-char",
  severity: "error",
  about:
    "A value holds a character that HOCON reserves, without inner quotes: the API server crashes at start.",
  why: 'The API server parses every value as HOCON, where ``^ ` + ? ! @ * & " [ ] { } , = $`` have a meaning or none at all outside quotes: it crashes at start. URLs with a query, LDAP filters and secrets in Base64 have such characters. What follows a line break is read as further settings, and a quote behind a backslash becomes part of the text. Put inner quotes around the whole value.',
  components: ["control-plane"],
  fixable: true,
  *check(release) {
    for (const setting of settingsOf(release)) {
      const reason = setting.isList ? undefined : reasonOf(setting);
      if (!reason) continue;
      yield {
        hint: `write inner quotes: ${quoted(setting)}`,
        ...reason,
        message: `\`${setting.name}\`: ${reason.message}`,
        at: setting.entry.at(),
        ...quotesFix(setting),
      };
    }
  },
};

function reasonOf({ value, text }: Setting): Pick<Hit, "message" | "severity" | "hint"> | undefined {
  if (value.kind === "several")
    return { message: "the value ends at the line break, and what follows are settings of their own" };
  if (value.kind === "bare" && /^\\"/.test(text.trim()))
    return {
      message: "a quote behind a backslash is part of the text for HOCON",
      hint: "write the inner quotes without backslashes, within single quotes",
      severity: "warning",
    };
  if (value.kind !== "invalid" || value.character === "@") return undefined;
  const character = value.character === "\n" ? "the line break" : `\`${value.character}\``;
  return { message: `the API server crashes at ${character}, because it reads the value as HOCON` };
}
