import { withChart } from "../chart-at-hand.ts";
import { files, type RuleCase } from "./model.ts";

const rule = "default-secret-kept";
/** A chart that brings keys of its own. */
const VALUES = {
  "chart/values.yaml":
    "clearml: { apiAccessKey: K0123456789ABCDEF, apiSecretKey: '', apiKeyExistingSecret: '' }\ngrafana: { enabled: false, adminPassword: kept }\n",
};

export const cases: readonly RuleCase[] = [
  files(
    rule,
    "a key of the chart",
    withChart({ "serving.yaml": "replicaCount: 2\n" }, VALUES),
    ["warning clearml.yaml:7:3"],
    withChart({ "serving.yaml": "clearml: { apiAccessKey: '${TOKEN}' }\n" }, VALUES),
  ),
  files(
    rule,
    "a password of a part that is on",
    withChart(
      { "serving.yaml": "clearml: { apiAccessKey: '${TOKEN}' }\ngrafana: { enabled: true }\n" },
      VALUES,
    ),
    ["warning clearml.yaml:7:3"],
    withChart({ "serving.yaml": "clearml: { apiKeyExistingSecret: serving-credentials }\n" }, VALUES),
  ),
];
