import type { Rule } from "../../model.ts";

export const duplicateKey: Rule = {
  id: "L09",
  slug: "duplicate-key",
  severity: "error",
  about: "A key stands twice in one map: one of the two is lost without a word, or the file is refused.",
  why: "A map has each key once. Depending on the YAML library, the last of two wins without a word or the file is refused, so what you read first may not be what is deployed. Put what stands below the two keys together, or remove one.",
  *check({ layers }) {
    for (const { source } of layers) {
      for (const problem of source.problems) {
        if (problem.kind === "duplicate-key") yield { ...problem, hint: "merge the two, or remove one" };
      }
    }
  },
};
