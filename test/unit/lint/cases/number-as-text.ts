import { withChart } from "../chart-at-hand.ts";
import { files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  files(
    "number-as-text",
    "a number in quotes that the template prints with its type",
    withChart({ "serving.yaml": 'probe:\n  periodSeconds: "5"\n' }),
    ["warning serving.yaml:2:18"],
    // The template prints this one without quotes.
    withChart({ "serving.yaml": 'probe:\n  periodSeconds: 5\nservice: { targetPort: "8081" }\n' }),
  ),
];
