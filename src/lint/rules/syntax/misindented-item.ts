import { explainSyntax } from "../../facts/syntax.ts";
import type { Rule } from "../../model.ts";

export const misindentedItem: Rule = {
  id: "L05",
  slug: "misindented-item",
  severity: "error",
  about: "A list item stands deeper than the items before it, so the file does not parse.",
  why: "The items of a list start in one column. An item that stands deeper than its neighbours belongs to the text before it, which cannot have items, and the whole file is refused. Align its dash with theirs.",
  *check({ layers }) {
    for (const { source } of layers) {
      for (const range of explainSyntax(source).misindented)
        yield {
          message: "the list item is deeper than the items before it",
          hint: "align its `-` with theirs",
          at: source.locateRange(...range),
        };
    }
  },
};
