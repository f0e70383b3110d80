import type { Rule } from "../../model.ts";

/** Where a quote was meant: at the ends of a text. Inside of prose, curly quotes are fine. */
const AT_ENDS = /^[\u201c\u201d\u2018\u2019]|[\u201c\u201d\u2018\u2019]$/;

export const curlyQuotes: Rule = {
  id: "L04",
  slug: "curly-quotes",
  severity: "error",
  about: "Typographic quotes are ordinary characters to YAML and HOCON: they become part of the value.",
  *check({ entries, variables }) {
    const settings = new Set(variables.map((variable) => variable.value));
    for (const entry of entries) {
      if (typeof entry.value !== "string") continue;
      const found = AT_ENDS.test(entry.value) || (settings.has(entry) && /[\u201c\u201d]/.test(entry.value));
      if (found) {
        yield {
          message: "the value holds typographic quotes",
          hint: "write \" or ' instead",
          at: entry.at(),
        };
      }
    }
  },
};
