import { withChart } from "../chart-at-hand.ts";
import { file, files, type RuleCase } from "./model.ts";

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
  files(
    "value-type",
    "a boolean and a count of the chart at hand",
    withChart({ "serving.yaml": 'debug: "false"\nreplicaCount: two\n' }),
    ["warning serving.yaml:1:8", "warning serving.yaml:2:15"],
    withChart({ "serving.yaml": "debug: false\nreplicaCount: 25%\nservice: { targetPort: http }\n" }),
  ),
];
