import type { Rule, Unchecked } from "../../model.ts";

/** Shell commands in workflows and scripts. */
export const COMMANDS_RULES: readonly Rule[] = [];

/** Traps of this kind that have no rule of their own. */
export const COMMANDS_UNCHECKED: readonly Unchecked[] = [];
