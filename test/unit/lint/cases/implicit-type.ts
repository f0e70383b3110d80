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
];
