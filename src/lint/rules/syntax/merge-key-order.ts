import type { Location } from "../../../core/errors.ts";
import type { YamlSource } from "../../../yaml/source.ts";
import { overtakenKeys } from "../../facts/yaml-anchors.ts";
import type { Rule } from "../../model.ts";

export const mergeKeyOrder: Rule = {
  id: "Y6",
  slug: "merge-key-order",
  severity: "warning",
  about:
    "A key stands before the `<<` of its map: Helm takes the merged value instead of it, other readers do not.",
  why: "The rules of YAML let a map's own keys win over what `<<` merges in, wherever they stand. Helm's parser works from top to bottom, so a key above `<<` is overwritten by the merged map: `helm -f` and this toolkit would deploy different values. Put `<<` first in its map, and the keys that differ below it.",
  *check({ layers }) {
    for (const { source } of layers) {
      for (const { key, node, merge } of overtakenKeys(source)) {
        yield {
          message: `\`${key}\` stands before \`<<\`, and Helm overwrites it with the merged value`,
          hint: "move `<<` to the top of its map",
          at: placeOf(source, node.range),
          related: [{ at: placeOf(source, merge.range), message: "the merge" }],
        };
      }
    }
  },
};

function placeOf(source: YamlSource, range: readonly number[] | null | undefined): Location {
  return source.locateRange(range?.[0] ?? 0, range?.[1] ?? 1);
}
