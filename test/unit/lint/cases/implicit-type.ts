import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "implicit-type",
    "control-plane",
    "a tag that loses its zero",
    "apiserver:\n  image:\n    tag: 1.30\n",
    ["error 3:10"],
    'apiserver:\n  image:\n    tag: "1.30"\n',
  ),
  file(
    "implicit-type",
    "agent",
    "an id of digits",
    "sessions:\n  portModeEnabled: true\n  externalIP: 10.0.0.1\n  agentID: 7\n",
    ["warning 4:12"],
    'sessions:\n  portModeEnabled: true\n  externalIP: 10.0.0.1\n  agentID: "7"\n',
  ),
  file(
    "implicit-type",
    "redis",
    "a password that is a number to YAML",
    "auth:\n  password: 0123\n",
    ["error 2:13"],
    'auth:\n  password: "${NAME}"\n',
  ),
];
