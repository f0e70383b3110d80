import { QUANTITY } from "../../../catalogue/patterns.ts";
import { quantityOf } from "../../../kubernetes/quantities.ts";
import { writes } from "../../facts/entry-at.ts";
import { writtenAt } from "../../facts/entry-text.ts";
import { isMetadata } from "../../facts/metadata.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

/** No container runs with less memory than this. */
const LEAST = 2 ** 20;

export const quantityForm: Rule = {
  id: "L94",
  slug: "quantity-form",
  severity: "error",
  about:
    "A quantity is not in Kubernetes' form, or a label or annotation is not a text: the API server refuses the pod.",
  why: "Labels and annotations are texts, so that `required-resources: 0.5` without quotes is refused with the whole pod. Quantities take a point, not a comma, and a unit of Kubernetes: `4GB` is none, `4Gi` is. Memory without a unit is counted in bytes: `memory: 4` is four of them, and the pod never starts. Write quotes round labels, and a unit behind memory.",
  fixable: true,
  *check({ entries }) {
    for (const entry of entries) {
      const hit = entry.rule && !entry.leftover ? (quantityHit(entry) ?? labelHit(entry)) : undefined;
      if (hit) yield hit;
    }
  },
};

function quantityHit({ rule, path, text, value, at }: Entry): Hit | undefined {
  if (rule?.type !== "quantity") return undefined;
  if (text !== undefined && !QUANTITY.expression.test(text))
    return { message: `\`${text}\` is not ${QUANTITY.expected}`, at: at() };
  const isMemory = /^(memory|ephemeral-storage)$/.test(String(path.at(-1)));
  const amount = isMemory ? quantityOf(text ?? value) : undefined;
  if (amount === undefined || amount === 0 || amount >= LEAST) return undefined;
  return {
    message: `\`${String(value)}\` is ${amount} bytes of ${path.at(-1)}`,
    hint: `write the unit: ${Number.parseFloat(String(value))}Gi or ${Number.parseFloat(String(value))}Mi`,
    severity: "warning",
    at: at(),
  };
}

function labelHit(entry: Entry): Hit | undefined {
  const { rule, layer, value, at } = entry;
  if (!rule || !isMetadata(rule) || !["number", "boolean"].includes(typeof value)) return undefined;
  const text = String(value);
  // `0.50` and `yes` stand for more than they are written as.
  const isAsWritten = writtenAt(layer.source, at()) === text;
  return {
    message: `labels and annotations hold text, found the ${typeof value} \`${text}\``,
    hint: `write it in quotes: "${text}"`,
    at: at(),
    ...(isAsWritten ? { fix: writes(entry, text, "write quotes") } : {}),
  };
}
