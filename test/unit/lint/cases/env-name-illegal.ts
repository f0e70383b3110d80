import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "env-name-illegal",
    "agent",
    "a colon in quotes",
    'agentk8sglue:\n  extraEnvs:\n    - name: "A:"\n      value: "1"\n',
    ["error 3:13"],
    'agentk8sglue:\n  extraEnvs:\n    - name: a.b-C_1\n      value: "1"\n',
  ),
  file(
    "env-name-illegal",
    "control-plane",
    "a colon without quotes",
    'apiserver:\n  extraEnvs:\n    - name: CLEARML__billing__enabled:\n      value: "true"\n',
    ["error 3:13"],
    setting("CLEARML__billing__enabled", '"true"'),
  ),
  file(
    "env-name-illegal",
    "control-plane",
    "a dot in a setting",
    setting("CLEARML__a.b", '"1"'),
    ["error 3:13"],
    setting("CLEARML__services__-auth", '"1"'),
  ),
  file(
    "env-name-illegal",
    "agent",
    "no name",
    'agentk8sglue:\n  extraEnvs:\n    - value: "1"\n',
    ["error 3:7"],
    "agentk8sglue:\n  extraEnvs: []\n",
  ),
];
