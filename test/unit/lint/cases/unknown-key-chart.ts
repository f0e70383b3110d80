import { withChart } from "../chart-at-hand.ts";
import { files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  files(
    "unknown-key",
    "a near miss of a key of the chart at hand",
    withChart({ "serving.yaml": "replicaCont: 2\nqueue: { broker: 1 }\nprobe: { periodSecond: 5 }\n" }),
    ["warning serving.yaml:1:1", "warning serving.yaml:2:10", "warning serving.yaml:3:10"],
    withChart({ "serving.yaml": "replicaCount: 2\nqueue: { brokers: 1 }\nprobe: { failureThreshold: 5 }\n" }),
  ),
  files(
    "unknown-key",
    "a key that the chart at hand does not know, told once for all that is below it",
    withChart({ "serving.yaml": "autoscaling: { enabled: true, most: 3 }\nservice: { colour: red }\n" }),
    ["warning serving.yaml:1:1", "warning serving.yaml:2:12"],
    // Printed as a whole, read by a template without a default, handed to every chart, read by the values themselves.
    withChart({
      "serving.yaml": `labels: { team: ml }
service: { password: "\${TOKEN}" }
global: { anything: 1 }
own: { name: x }
image: { tag: "{{ .Values.own.name }}" }
`,
    }),
  ),
  files(
    "unknown-key",
    "not with a chart that is not complete",
    withChart({ "serving.yaml": "autoscaling: 1\n" }),
    ["warning serving.yaml:1:1"],
    withChart(
      { "serving.yaml": "autoscaling: 1\n" },
      {
        "chart/Chart.yaml":
          "apiVersion: v2\nname: clearml-serving\nversion: 1.6.3\ndependencies: [{ name: gone, version: 1.0.0 }]\n",
      },
    ),
  ),
];
