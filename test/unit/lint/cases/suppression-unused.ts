import { file, type RuleCase } from "./model.ts";

const RULE = "suppression-unused";

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "redis",
    "what it silenced has been repaired",
    "architecture: standalone # clearml-lint-ignore value-form a fork takes it\n",
    ["warning 1:48"],
    "architecture: cluster # clearml-lint-ignore value-form a fork takes it\n",
  ),
  file(
    RULE,
    "redis",
    "at the wrong line",
    "# clearml-lint-ignore value-form a fork takes it\nauth: {}\n\narchitecture: standalone\n",
    ["warning 1:23"],
    "auth: {}\n# clearml-lint-ignore value-form a fork takes it\n\n# of two lines\narchitecture: cluster\n",
  ),
  file(
    RULE,
    "redis",
    "one of two rules",
    "architecture: cluster # clearml-lint-ignore value-form,L10 a fork takes it\n",
    ["warning 1:56"],
    "architecture: cluster # clearml-lint-ignore value-form a fork takes it\n",
  ),
];
