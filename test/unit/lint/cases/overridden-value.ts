import { withChart } from "../chart-at-hand.ts";
import { files, type RuleCase } from "./model.ts";

const shared = (files: ReturnType<typeof withChart>) => ({
  ...files,
  "clearml.yaml": (files["clearml.yaml"] ?? "").replace(
    "control-plane: { ",
    "control-plane: { overrides: [serving.yaml], ",
  ),
});

export const cases: readonly RuleCase[] = [
  files(
    "overridden-value",
    "a value that the next file sets again",
    withChart({
      "serving.yaml": "debug: true\nprobe: { periodSeconds: 5 }\n",
      "more.yaml": "debug: false\n",
    }),
    ["info serving.yaml:1:1"],
    withChart({
      "serving.yaml": "probe: { periodSeconds: 5 }\n",
      "more.yaml": "debug: true\nprobe: { other: 1 }\n",
    }),
  ),
  files(
    "overridden-value",
    "not in a file that others use",
    withChart({ "serving.yaml": "global: { a: 1 }\n", "more.yaml": "global: { a: 2 }\n" }),
    ["info serving.yaml:1:11"],
    shared(withChart({ "serving.yaml": "global: { a: 1 }\n", "more.yaml": "global: { a: 2 }\n" })),
  ),
];
