import type { Rule, Unchecked } from "../../model.ts";
import { routerAddress } from "./router-address.ts";

/** Ports of sessions and streams. */
export const PORTS_RULES: readonly Rule[] = [routerAddress];

/** Traps of this kind that have no rule of their own. */
export const PORTS_UNCHECKED: readonly Unchecked[] = [];
