import type { Location } from "../../core/errors.ts";
import type { DriftClass } from "../model.ts";

/** What a rule looks for: a finding has to fit all that is given. In texts, `*` stands for any characters. */
export interface Selectors {
  component?: string | undefined;
  tenant?: string | undefined;
  class?: DriftClass | undefined;
  kind?: string | undefined;
  namespace?: string | undefined;
  name?: string | undefined;
  /** A JSON pointer or `values.…`, with everything below it; a step of `*` is any one step. */
  path?: string | undefined;
  manager?: string | undefined;
}

/** Drift that somebody has looked at and lets be, for a while. */
export interface IgnoreRule {
  selectors: Selectors;
  reason: string;
  /** The last day, in UTC, on which it hides anything: `2027-01-31`. */
  until: string;
  at: Location;
}

export type IgnoreRules = readonly IgnoreRule[];
