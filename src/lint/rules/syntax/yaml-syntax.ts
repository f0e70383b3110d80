import { explainSyntax } from "../../facts/syntax.ts";
import type { Rule } from "../../model.ts";

export const yamlSyntax: Rule = {
  id: "Y1",
  slug: "yaml-syntax",
  severity: "error",
  about: "The file is not YAML, or not a map of values; Helm refuses it.",
  why: "Nothing of a file that does not parse is used: the deployment stops before anything is installed. The place of the finding is where the parser gave up; the cause is there or on the lines just above it. Values are a map, so the top level of the file is keys.",
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
