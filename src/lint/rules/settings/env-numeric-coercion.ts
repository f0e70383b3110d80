import { typeOfBare } from "../../../hocon/value.ts";
import { quoted, quotesFix, type Setting, settingsOf } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

/** Settings that hold a text, by what they are called, where nothing else says it. */
const TEXT = /(^|[._])(key|secret|password|id|name)$|\.((default|supervisor)_)?company$/;

export const envNumericCoercion: Rule = {
  id: "L35",
  slug: "env-numeric-coercion",
  severity: "warning",
  about: "A name, id or password that HOCON reads as a number, a duration or nothing at all.",
  why: "The API server parses the value as HOCON. Digits alone become a number and lose their leading zeros, `12e5` becomes 1200000.0 and an id with one `e` among its digits becomes infinite, `7d` becomes a duration and `null` nothing. The user or company is then looked for under another name. Put inner quotes around the value.",
  components: ["control-plane"],
  fixable: true,
  *check(release) {
    for (const setting of settingsOf(release)) {
      const { value, name, entry } = setting;
      if (value.kind !== "bare" || !isText(setting)) continue;
      const type = typeOfBare(value.text);
      if (type === "string" || (type === "boolean" && setting.type === undefined)) continue;
      yield {
        message: `\`${name}\`: HOCON reads the value as ${type === "null" ? "nothing" : `a ${type}`}, and a text belongs here`,
        hint: `write inner quotes: ${quoted(setting)}`,
        at: entry.at(),
        ...quotesFix(setting),
      };
    }
  },
};

function isText({ type, path }: Setting): boolean {
  return type === undefined ? TEXT.test(path) : type === "string";
}
