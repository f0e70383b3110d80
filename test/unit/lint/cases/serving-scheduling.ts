import { environmentWith } from "../support.ts";
import { files, type RuleCase } from "./model.ts";

const RULE = "serving-scheduling";
const serving = (version: string, overrides: string) =>
  environmentWith(`serving: { version: ${version}, overrides: [a.yaml] }`, { "a.yaml": overrides });
const scheduled =
  "clearml_serving_inference:\n  nodeSelector: { gpu: a }\nclearml_serving_statistics:\n  tolerations: [{ key: a }]\n";

export const cases: readonly RuleCase[] = [
  files(
    RULE,
    "a chart that does not print them",
    serving("1.4.1", scheduled),
    ["warning a.yaml:2:3", "warning a.yaml:4:3"],
    serving(
      "1.4.1",
      "clearml_serving_inference:\n  nodeSelector: {}\nclearml_serving_triton:\n  nodeSelector: { gpu: a }\n",
    ),
  ),
  files(
    RULE,
    "a chart that prints them in the wrong place",
    serving("1.6.2", scheduled),
    ["warning a.yaml:2:3", "warning a.yaml:4:3"],
    serving("1.6.3", scheduled),
  ),
];
