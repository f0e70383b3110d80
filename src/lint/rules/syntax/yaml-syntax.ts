import type { Rule } from "../../model.ts";
import { explainSyntax } from "../../syntax.ts";

export const yamlSyntax: Rule = {
  id: "Y1",
  slug: "yaml-syntax",
  severity: "error",
  about: "The file is not YAML, or not a map of values; Helm refuses it.",
  *check({ layers }) {
    for (const { source, value } of layers) {
      const { other } = explainSyntax(source);
      if (other) yield other;
      const isOther =
        value !== undefined && value !== null && (typeof value !== "object" || Array.isArray(value));
      if (isOther) {
        yield {
          message: "the file holds no map of values",
          hint: "write keys at its top level",
          at: source.locate([]),
        };
      }
    }
  },
};
