import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "additional-config-name",
    "control-plane",
    "another suffix",
    'apiserver:\n  additionalConfigs:\n    apiserver.yaml: ""\n',
    ["error 3:5"],
    'apiserver:\n  additionalConfigs:\n    apiserver.conf: ""\n',
  ),
];
