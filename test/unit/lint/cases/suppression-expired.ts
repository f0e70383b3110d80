import { file, type RuleCase } from "./model.ts";

const RULE = "suppression-expired";

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "redis",
    "a day that is over",
    "architecture: cluster # clearml-lint-ignore T2 until=2026-01-31 a fork takes it\n",
    ["error 1:23"],
    "architecture: cluster # clearml-lint-ignore T2 until=2099-01-31 a fork takes it\n",
  ),
];
