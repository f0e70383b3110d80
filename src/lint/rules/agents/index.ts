import type { Rule, Unchecked } from "../../model.ts";
import { quantityForm } from "./quantity-form.ts";
import { queueName } from "./queue-name.ts";

/** Queues, pod templates and resources of agents. */
export const AGENTS_RULES: readonly Rule[] = [quantityForm, queueName];

/** Traps of this kind that have no rule of their own. */
export const AGENTS_UNCHECKED: readonly Unchecked[] = [];
