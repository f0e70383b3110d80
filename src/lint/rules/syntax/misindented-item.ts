import type { Rule } from "../../model.ts";
import { explainSyntax } from "../../syntax.ts";

export const misindentedItem: Rule = {
  id: "L05",
  slug: "misindented-item",
  severity: "error",
  about: "A list item stands deeper than the items before it, so the file does not parse.",
  *check({ layers }) {
    for (const { source } of layers) {
      for (const at of explainSyntax(source).misindented)
        yield {
          message: "the list item is deeper than the items before it",
          hint: "align its `-` with theirs",
          at,
        };
    }
  },
};
