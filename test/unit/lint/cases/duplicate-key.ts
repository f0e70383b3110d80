import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "duplicate-key",
    "redis",
    "a key twice",
    "auth:\n  enabled: true\n  enabled: false\n",
    ["error 3:3"],
    "auth:\n  enabled: true\n",
  ),
];
