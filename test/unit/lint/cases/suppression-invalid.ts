import { file, type RuleCase } from "./model.ts";

const RULE = "suppression-invalid";

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "redis",
    "no reason",
    "architecture: cluster # clearml-lint-ignore value-form\n",
    ["error 1:23"],
    "architecture: cluster # clearml-lint-ignore value-form a fork of the chart takes it\n",
  ),
  file(
    RULE,
    "redis",
    "a date alone is no reason",
    "# clearml-lint-ignore value-form until=2099-01-31\narchitecture: cluster\n",
    ["error 1:1"],
    "# clearml-lint-ignore value-form until=2099-01-31 a fork takes it\narchitecture: cluster\n",
  ),
  file(
    RULE,
    "redis",
    "no rule",
    "# clearml-lint-ignore\narchitecture: standalone\n",
    ["error 1:1"],
    "# clearml-lint-ignored is another word\narchitecture: standalone\n",
  ),
  file(
    RULE,
    "redis",
    "a rule that does not exist, beside one that does",
    "architecture: cluster # clearml-lint-ignore vlaue-form, T2 a fork takes it\n",
    ["error 1:45"],
    "architecture: cluster # clearml-lint-ignore value-form, T2 a fork takes it\n",
  ),
  file(
    RULE,
    "redis",
    "a day that is none",
    "architecture: cluster # clearml-lint-ignore T2 a fork takes it until=2099-02-31\n",
    ["error 1:23"],
    "architecture: cluster # clearml-lint-ignore T2 a fork takes it until=2099-02-28\n",
  ),
  file(
    RULE,
    "redis",
    "in a comment, not in a text that looks like one",
    "auth: {} # clearml-lint-ignore\n",
    ["error 1:10"],
    "commonConfiguration: |-\n  appendonly yes\n  # clearml-lint-ignore\n",
  ),
];
