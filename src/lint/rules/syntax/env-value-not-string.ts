import { isMap } from "../../../overrides/merge.ts";
import type { Rule } from "../../model.ts";

export const envValueNotString: Rule = {
  id: "L11",
  slug: "env-value-not-string",
  severity: "error",
  about: "The value of an environment variable is not a text; the API server refuses the whole Deployment.",
  *check({ variables }) {
    for (const { item, name, value } of variables) {
      if (value && value.value !== null && typeof value.value !== "string") {
        const kind = Array.isArray(value.value) ? "list" : isMap(value.value) ? "map" : typeof value.value;
        yield {
          message: `the value of \`${name}\` is a ${kind}, and variables hold text`,
          hint:
            kind === "list" || kind === "map"
              ? "write it as JSON within single quotes"
              : "write it in quotes",
          at: value.at(),
        };
      }
      if (isMap(item.value) && item.value.value != null && item.value.valueFrom != null) {
        yield {
          message: `\`${name}\` has both value and valueFrom`,
          hint: "keep one of the two",
          at: item.at(),
        };
      }
    }
  },
};
