import { withChart } from "../chart-at-hand.ts";
import { files, type RuleCase } from "./model.ts";

const CLOSED = {
  "chart/values.schema.json": `{"additionalProperties": false, "required": ["token"], "properties": {
    "replicaCount": {}, "debug": {}, "service": {}, "probe": {}, "labels": {}, "hosts": {}, "forgotten": {},
    "image": {}, "queue": {}, "token": {}}}`,
};

export const cases: readonly RuleCase[] = [
  files(
    "values-schema",
    "a word and a type that the schema does not accept",
    withChart({ "serving.yaml": "service:\n  type: Cluster\n  port: '8080'\n" }),
    ["error serving.yaml:2:9", "error serving.yaml:3:9"],
    withChart({ "serving.yaml": "service:\n  type: NodePort\n  port: 8081\n" }),
  ),
  files(
    "values-schema",
    "a text whose length is known, beside one that is not",
    withChart({ "serving.yaml": "service: { password: short }\n" }),
    ["error serving.yaml:1:22"],
    withChart({ "serving.yaml": "service: { password: '${TOKEN}' }\n" }),
  ),
  files(
    "values-schema",
    "the schema of a subchart, unless it is switched off",
    withChart({ "serving.yaml": "queue: { brokers: many }\n" }),
    ["error serving.yaml:1:19"],
    withChart({ "serving.yaml": "queue: { brokers: many, enabled: false }\n" }),
  ),
  files(
    "values-schema",
    "a key beside those of a closed schema, and one that it requires",
    withChart({ "serving.yaml": "tokn: a\n" }, CLOSED),
    ["error serving.yaml:1:1", "error serving.yaml:1:1"],
    withChart({ "serving.yaml": "token: a\n" }, CLOSED),
  ),
];
