import type { HoconValue } from "../../../hocon/value.ts";
import { settingsOf } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

export const envListShape: Rule = {
  id: "L32",
  slug: "env-list-shape",
  severity: "error",
  about: "A setting that must be a list is not one: `a,b` crashes the API server, `'a'` keeps its quotes.",
  why: 'Groups, features, administrators and Kafka hosts are lists. HOCON knows no lists without brackets: `a,b` crashes the API server at start, a word alone is a text that is then read letter by letter, and single quotes become part of the items. Write `\'["a", "b"]\'`.',
  components: ["control-plane"],
  *check(release) {
    for (const { name, isList, text, value, entry } of settingsOf(release)) {
      const reason = isList && text.trim() !== "" ? wrongList(value) : undefined;
      if (!reason) continue;
      yield { message: `\`${name}\`: ${reason}`, hint: `write a list: '["a", "b"]'`, at: entry.at() };
    }
  },
};

function wrongList(value: HoconValue): string | undefined {
  if (value.kind === "invalid") return `the API server crashes at \`${value.character}\``;
  if (value.kind !== "list") return "the value is no list";
  return value.items.some((item) => item.startsWith("'"))
    ? "single quotes become part of the items"
    : undefined;
}
