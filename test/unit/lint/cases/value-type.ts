import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "value-type",
    "app-gateway",
    "a number in quotes",
    'service:\n  nodePort: "30080"\n',
    ["error 2:13"],
    'service:\n  nodePort: ""\n',
  ),
  file(
    "value-type",
    "control-plane",
    "a boolean in quotes",
    'clearmlApplications:\n  enabled: "false"\n',
    ["error 2:12"],
    "clearmlApplications:\n  enabled: false\n",
  ),
  file(
    "value-type",
    "app-gateway",
    "a port from a placeholder",
    "streamSession:\n  portRange:\n    start: ${PORT}\n    end: 30110\n",
    ["error 3:12"],
    "streamSession:\n  portRange:\n    start: 30100\n    end: 30110\n",
  ),
];
