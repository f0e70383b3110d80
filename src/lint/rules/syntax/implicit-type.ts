import { isMetadata } from "../../metadata.ts";
import type { Rule } from "../../model.ts";

export const implicitType: Rule = {
  id: "L10",
  slug: "implicit-type",
  severity: "warning",
  about: "A text without quotes is read as a number or boolean: `tag: 1.30` becomes 1.3.",
  *check({ entries }) {
    for (const { rule, value, at, layer } of entries) {
      if (rule?.type !== "string" || isMetadata(rule) || !["number", "boolean"].includes(typeof value))
        continue;
      const place = at();
      const line = layer.source.text.split("\n")[place.line - 1] ?? "";
      const written = line.slice(place.column - 1, (place.endColumn ?? place.column) - 1);
      const changed = written !== "" && written !== String(value);
      yield {
        message: changed
          ? `\`${written}\` without quotes is read as ${String(value)}`
          : `\`${written}\` without quotes is read as a ${typeof value}, and the chart expects text`,
        hint: `write it in quotes: "${written}"`,
        ...(changed ? { severity: "error" as const } : {}),
        at: place,
      };
    }
  },
};
