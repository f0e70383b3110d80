import { withChart } from "../chart-at-hand.ts";
import { file, files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "value-shape",
    "control-plane",
    "a map for a list",
    "apiserver:\n  extraEnvs:\n    A: b\n",
    ["error 3:5"],
    "apiserver:\n  extraEnvs: []\n  resources:\n",
  ),
  file(
    "value-shape",
    "control-plane",
    "a list for a text",
    "clearml:\n  cookieName: [a]\n",
    ["error 2:15"],
    "clearml:\n  cookieName: a\n",
  ),
  files(
    "value-shape",
    "a list for a map, and a map for a list, of the chart at hand",
    withChart({ "serving.yaml": "probe: [a]\nhosts: { a: b }\n" }),
    ["warning serving.yaml:1:8", "warning serving.yaml:2:8"],
    withChart({ "serving.yaml": "probe: { periodSeconds: 2 }\nhosts: []\nlabels: [a]\n" }),
  ),
];
