import type { Location } from "../../../core/errors.ts";
import type { YamlSource } from "../../../yaml/source.ts";
import { repeatedAnchors } from "../../facts/yaml-anchors.ts";
import type { Rule } from "../../model.ts";

export const anchorRedefined: Rule = {
  id: "Y5",
  slug: "anchor-redefined",
  severity: "warning",
  about: "An anchor `&name` stands twice: an alias `*name` means the one that stands nearest above it.",
  why: "YAML allows an anchor to be given again, and every alias below then means the new one. When a block is moved or inserted, aliases silently change what they stand for. Give the second anchor a name of its own.",
  *check({ layers }) {
    for (const { source } of layers) {
      for (const { name, first, second } of repeatedAnchors(source)) {
        yield {
          message: `the anchor \`&${name}\` stands here a second time, and \`*${name}\` below means this one`,
          hint: "give it another name",
          at: placeOf(source, second.range),
          related: [{ at: placeOf(source, first.range), message: "the first anchor of this name" }],
        };
      }
    }
  },
};

function placeOf(source: YamlSource, range: readonly number[] | null | undefined): Location {
  return source.locateRange(range?.[0] ?? 0, range?.[1] ?? 1);
}
