import { z } from "zod";
import { COMPONENT_IDS } from "../../catalogue/model.ts";
import { nearestName } from "../../yaml/nearest.ts";
import type { DriftClass } from "../model.ts";
import { CLASS_WORDS } from "../report/words.ts";
import { isPath } from "./path.ts";

/** The shape of an ignore file, as users write it. */

/** What stands as the component of a finding about what a tenant has on the ClearML server. */
const TENANT = "tenant";
const COMPONENTS: readonly string[] = [...COMPONENT_IDS, TENANT];

const text = z.string().trim().min(1, { error: "expected a text that is not empty" });

const component = text.refine((name) => name.includes("*") || COMPONENTS.includes(name), {
  error: ({ input }) => {
    const nearest = nearestName(String(input), COMPONENTS);
    return `expected ${nearest ? `a component (did you mean \`${nearest}\`?)` : `one of ${COMPONENTS.join(", ")}`}`;
  },
});

const path = text.refine(isPath, {
  error:
    "expected a JSON pointer such as /spec/replicas, a path of values such as values.image.tag, or status, revision or chart",
});

const day = z.string().refine(isDay, { error: "expected the last day it is valid for, such as 2027-01-31" });

const ruleSchema = z.strictObject({
  component: component.optional(),
  tenant: text.optional(),
  class: z.enum(Object.keys(CLASS_WORDS) as [DriftClass, ...DriftClass[]]).optional(),
  kind: text.optional(),
  namespace: text.optional(),
  name: text.optional(),
  path: path.optional(),
  manager: text.optional(),
  reason: text,
  until: day,
});

export const ignoreSchema = z.strictObject({
  version: z.literal(1, { error: "expected 1" }),
  rules: z.array(ruleSchema),
});

function isDay(written: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return false;
  const date = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(written);
}
