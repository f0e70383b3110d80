import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const GROUPS = "CLEARML__secure__credentials__supervisor__sec_groups";

export const cases: readonly RuleCase[] = [
  file(
    "env-value-not-string",
    "agent",
    "a boolean",
    "agentk8sglue:\n  extraEnvs:\n    - name: A\n      value: true\n",
    ["error 4:14"],
    'agentk8sglue:\n  extraEnvs:\n    - name: A\n      value: "true"\n    - name: B\n',
  ),
  file(
    "env-value-not-string",
    "control-plane",
    "a list",
    setting(GROUPS, "[users]"),
    ["error 4:14"],
    setting(GROUPS, "'[\"users\"]'"),
  ),
  file(
    "env-value-not-string",
    "agent",
    "value and valueFrom",
    "agentk8sglue:\n  extraEnvs:\n    - name: A\n      value: a\n      valueFrom: { secretKeyRef: { name: a, key: b } }\n",
    ["error 3:7"],
    "agentk8sglue:\n  extraEnvs:\n    - name: A\n      valueFrom: { secretKeyRef: { name: a, key: b } }\n",
  ),
];
