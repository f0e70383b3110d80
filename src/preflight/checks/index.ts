import type { Check } from "../model.ts";

/** Everything that is looked at before a deployment. */
export const CHECKS: readonly Check[] = [];
