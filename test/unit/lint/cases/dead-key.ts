import { withChart } from "../chart-at-hand.ts";
import { files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  files(
    "dead-key",
    "a default that no template reads",
    withChart({ "serving.yaml": "forgotten: { speed: 2 }\n" }),
    ["info serving.yaml:1:1"],
    withChart({ "serving.yaml": "probe: { periodSeconds: 5 }\nqueue: { brokers: 1, enabled: true }\n" }),
  ),
  files(
    "dead-key",
    "not in a chart that is not complete",
    withChart({ "serving.yaml": "forgotten: { speed: 2 }\n" }),
    ["info serving.yaml:1:1"],
    withChart(
      { "serving.yaml": "forgotten: { speed: 2 }\n" },
      {
        "chart/Chart.yaml":
          "apiVersion: v2\nname: clearml-serving\nversion: 1.6.3\ndependencies: [{ name: gone, version: 1.0.0 }]\n",
      },
    ),
  ),
];
