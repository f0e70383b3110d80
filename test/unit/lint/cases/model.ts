import type { ComponentId } from "../../../../src/catalogue/model.ts";
import type { environmentOf } from "../support.ts";

type Overrides = Parameters<typeof environmentOf>[0];

/** A values file alone, or the override files of an environment. */
interface Sample {
  component: ComponentId;
  text: string;
  environment?: Overrides;
}

/** Something a rule finds, and the good file closest to it. */
export interface RuleCase {
  rule: string;
  what: string;
  bad: Sample;
  /** `error values.yaml:3:5`, one for each finding of the rule. */
  at: string[];
  good: Sample;
}

/** A case of a single file; `at` are places such as `error 3:5`. */
export function file(
  rule: string,
  component: ComponentId,
  what: string,
  bad: string,
  at: string[],
  good: string,
): RuleCase {
  return {
    rule,
    what,
    bad: { component, text: bad },
    at: at.map((each) => each.replace(" ", " values.yaml:")),
    good: { component, text: good },
  };
}

/** A case that takes an environment; `at` are places such as `error tenants/acme/agent.yaml:3:5`. */
export function environment(
  rule: string,
  what: string,
  bad: Overrides,
  at: string[],
  good: Overrides,
): RuleCase {
  const sample = (overrides: Overrides): Sample => ({
    component: "control-plane",
    text: "",
    environment: overrides,
  });
  return { rule, what, bad: sample(bad), at, good: sample(good) };
}
