import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "yaml-syntax",
    "redis",
    "a bracket left open",
    "auth: [a\n",
    ["error 2:1"],
    "auth: { enabled: true }\n",
  ),
  file(
    "yaml-syntax",
    "redis",
    "a bracket left open below a list within a list",
    "a:\n  - b:\n      - c: 1\n      - d: 2\nx: [\n",
    ["error 6:1"],
    "auth: { enabled: true }\n",
  ),
  file("yaml-syntax", "redis", "a list", "- a\n", ["error 1:1"], ""),
];
