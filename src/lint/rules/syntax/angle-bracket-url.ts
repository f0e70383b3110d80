import { isBracketedUrl } from "../../leftover.ts";
import type { Rule } from "../../model.ts";

export const angleBracketUrl: Rule = {
  id: "L02",
  slug: "angle-bracket-url",
  severity: "error",
  about: "A URL stands in angle brackets, as Markdown prints it; Helm takes them literally.",
  *check({ entries }) {
    for (const { value, at } of entries) {
      if (typeof value !== "string" || !isBracketedUrl(value)) continue;
      yield { message: `the URL \`${value}\` is in angle brackets`, hint: "remove them", at: at() };
    }
  },
};
