import type { YamlSource } from "../../../yaml/source.ts";
import { explainSyntax, type Range } from "../../facts/syntax.ts";
import type { Change, Rule } from "../../model.ts";

export const doubleEscapedQuote: Rule = {
  id: "L03",
  slug: "double-escaped-quote",
  severity: "error",
  about:
    'The escape of a quote is escaped itself (`"[\\\\"x\\\\"]"`), so the text ends there and the file does not parse.',
  why: 'Within double quotes, `\\"` is a quote, but `\\\\` is a backslash: the quote behind it ends the text, and what follows is not YAML. Guides show it where their own escapes were escaped once more. Write `\\"`, or put single quotes around the text and none of the escapes are needed.',
  fixable: true,
  *check({ layers }) {
    for (const { source } of layers) {
      for (const range of explainSyntax(source).doubleEscaped) {
        yield {
          message: 'the quote after `\\\\` ends the text: `\\\\` is one backslash, not part of `\\"`',
          hint: 'write single quotes around the text: \'["a", "b"]\'',
          at: source.locateRange(...range),
          fix: { description: 'write `\\"` for `\\\\"`', changes: singleEscapes(source, range) },
        };
      }
    }
  },
};

function singleEscapes(source: YamlSource, [start, end]: Range): Change[] {
  return [...source.text.slice(start, end).matchAll(/\\\\"/g)].map(({ index }) => ({
    source,
    kind: "text",
    start: start + index,
    end: start + index + 2,
    to: "\\",
  }));
}
