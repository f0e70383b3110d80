import { pathInFile, writtenAt } from "../../facts/entry-text.ts";
import { isMetadata } from "../../facts/metadata.ts";
import type { Entry, Fix, Rule } from "../../model.ts";

export const implicitType: Rule = {
  id: "L10",
  slug: "implicit-type",
  severity: "warning",
  about: "A text without quotes is read as a number or boolean: `tag: 1.30` becomes 1.3.",
  why: "YAML decides the type of what has no quotes by its looks. A tag `1.30` loses its last zero and names another image, an id `12e5` becomes 1200000, a password `0123` another number. Where the chart expects text, put it in quotes.",
  fixable: true,
  *check({ entries }) {
    for (const entry of entries) {
      const { rule, value } = entry;
      if (rule?.type !== "string" || isMetadata(rule) || !["number", "boolean"].includes(typeof value))
        continue;
      const at = entry.at();
      const written = writtenAt(entry.layer.source, at) ?? String(value);
      const isChanged = written !== String(value);
      const shown = rule.secret ? "the value" : `\`${written}\``;
      yield {
        message: isChanged
          ? `${shown} without quotes is read as ${rule.secret ? "another one" : String(value)}`
          : `${shown} without quotes is read as a ${typeof value}, and the chart expects text`,
        hint: rule.secret ? "write it in quotes" : `write it in quotes: "${written}"`,
        ...(isChanged ? { severity: "error" as const } : {}),
        at,
        ...(rule.secret ? {} : { fix: inQuotes(entry, written) }),
      };
    }
  },
};

function inQuotes(entry: Entry, written: string): Fix {
  const change = { source: entry.layer.source, kind: "value", path: pathInFile(entry), to: written } as const;
  return { description: "put the value in quotes", changes: [change] };
}
