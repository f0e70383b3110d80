import { withChart } from "../chart-at-hand.ts";
import { files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  files(
    "same-as-default",
    "values of the chart at hand, one finding for the file",
    withChart({ "serving.yaml": "replicaCount: 1\ndebug: true\nservice:\n  port: 8080\n  type: NodePort\n" }),
    ["info serving.yaml:1:1"],
    // What takes back the value of an earlier file says something.
    withChart({ "serving.yaml": "replicaCount: 2\n", "more.yaml": "replicaCount: 1\n" }),
  ),
];
