import { settings } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const rule = "env-repeated";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "agent",
    "a name twice",
    "agentk8sglue:\n  extraEnvs:\n    - name: A\n      value: a\n    - name: B\n      value: b\n    - name: A\n      value: c\n",
    ["error 3:13"],
    "agentk8sglue:\n  extraEnvs:\n    - name: A\n      value: a\n  basePodTemplate:\n    env:\n      - name: A\n        value: c\n",
  ),
  file(
    rule,
    "control-plane",
    "a name three times",
    settings(["X", "a"], ["X", "b"], ["X", "c"]),
    ["error 3:13", "error 5:13"],
    settings(["X", "a"], ["x", "b"]),
  ),
  file(
    rule,
    "control-plane",
    "what the chart sets",
    settings(["CLEARML__apiserver__auth__cookies__domain", '".ml.example.com"']),
    ["warning 3:13"],
    settings(["CLEARML__apiserver__auth__cookies__max_age", '"3600"']),
  ),
];
