import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "cookie-domain-form",
    "control-plane",
    "a leading dot",
    "clearml:\n  cookieDomain: .ml.example.com\n",
    ["error 2:17"],
    "clearml:\n  cookieDomain: ml.example.com\n",
  ),
];
