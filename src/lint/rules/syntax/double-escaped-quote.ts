import type { Rule } from "../../model.ts";
import { explainSyntax } from "../../syntax.ts";

export const doubleEscapedQuote: Rule = {
  id: "L03",
  slug: "double-escaped-quote",
  severity: "error",
  about:
    'The escape of a quote is escaped itself (`"[\\\\"x\\\\"]"`), so the text ends there and the file does not parse.',
  *check({ layers }) {
    for (const { source } of layers) {
      for (const at of explainSyntax(source).doubleEscaped) {
        yield {
          message: 'the quote after `\\\\` ends the text: `\\\\` is one backslash, not part of `\\"`',
          hint: 'write single quotes around the text: \'["a", "b"]\'',
          at,
        };
      }
    }
  },
};
