import { withChart } from "../chart-at-hand.ts";
import { file, files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "null-deletes-default",
    "control-plane",
    "a block whose lines are commented out",
    "apiserver:\n  ingress:\n    # enabled: true\n",
    ["warning 2:3"],
    "apiserver:\n  ingress:\n    enabled: false\n  extraEnvs:\n  nodeSelector:\n  podAnnotations:\n",
  ),
  files(
    "null-deletes-default",
    "a map and a list of the chart at hand",
    withChart({ "serving.yaml": "service:\nhosts: null\n" }),
    ["warning serving.yaml:1:1", "warning serving.yaml:2:1"],
    // An empty default loses nothing; a later file gives the key back.
    withChart({ "serving.yaml": "labels:\nhosts:\n", "more.yaml": "hosts: [b.example.com]\n" }),
  ),
];
