import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "value-shape",
    "control-plane",
    "a map for a list",
    "apiserver:\n  extraEnvs:\n    A: b\n",
    ["error 3:5"],
    "apiserver:\n  extraEnvs: []\n  resources:\n",
  ),
  file(
    "value-shape",
    "control-plane",
    "a list for a text",
    "clearml:\n  cookieName: [a]\n",
    ["error 2:15"],
    "clearml:\n  cookieName: a\n",
  ),
];
