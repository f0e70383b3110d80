import { CATALOGUE } from "../catalogue/index.ts";
import type { ClusterPlan } from "./digest.ts";
import { planPage } from "./page.ts";
import type { Needs } from "./picture.ts";

/** GitHub takes a summary of 1 MiB from a step and drops a longer one; what else the step has to say needs room too. */
const MOST_BYTES = 800 * 1024;

/** What components wait for as the catalogue knows it; an environment file may add to it. */
export const CATALOGUE_NEEDS: Needs = Object.fromEntries(
  Object.entries(CATALOGUE).map(([id, { needs }]) => [id, needs]),
);

/** The section of the job summary about a plan. */
export function planSummary(plan: ClusterPlan, needs: Needs = CATALOGUE_NEEDS): string {
  return planPage(plan, { most: MOST_BYTES, needs, elsewhere: "the plan file (output `plan`)" });
}
