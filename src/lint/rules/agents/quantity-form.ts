import { QUANTITY } from "../../../catalogue/patterns.ts";
import { isMetadata } from "../../metadata.ts";
import type { Rule } from "../../model.ts";

export const quantityForm: Rule = {
  id: "L94",
  slug: "quantity-form",
  severity: "error",
  about:
    "A quantity is not in Kubernetes' form, or a label or annotation is not a text: the API server refuses the pod.",
  *check({ entries }) {
    for (const { rule, value, text, leftover, at } of entries) {
      if (!rule || leftover) continue;
      if (rule.type === "quantity" && text !== undefined && !QUANTITY.expression.test(text)) {
        yield { message: `\`${text}\` is not ${QUANTITY.expected}`, at: at() };
      }
      if (isMetadata(rule) && ["number", "boolean"].includes(typeof value)) {
        yield {
          message: `labels and annotations hold text, found the ${typeof value} \`${String(value)}\``,
          hint: `write it in quotes: "${String(value)}"`,
          at: at(),
        };
      }
    }
  },
};
