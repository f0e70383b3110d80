import { environmentWith } from "../support.ts";
import { file, files, type RuleCase } from "./model.ts";

const RULE = "redis-generation";
const redis = (version: string, overrides: string) =>
  environmentWith(`redis: { version: ${version}, overrides: [a.yaml] }`, { "a.yaml": overrides });

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "redis",
    "Sentinel",
    "architecture: replication\nsentinel:\n  enabled: true\n",
    ["error 3:12"],
    "architecture: standalone\nsentinel:\n  enabled: true\n",
  ),
  file(
    RULE,
    "redis",
    "Sentinel by the chart's own replication",
    "sentinel: { enabled: true }\n",
    ["error 1:22"],
    "sentinel: { enabled: false }\n",
  ),
  file(
    RULE,
    "redis",
    "keys of before 2021",
    "usePassword: true\npassword: ${TOKEN}\nslave: {}\ncluster: { enabled: false }\n",
    ["error 1:1", "error 2:1", "error 3:1", "error 4:1"],
    "auth: { enabled: true, password: '${TOKEN}' }\nreplica: {}\narchitecture: standalone\n",
  ),
  files(
    RULE,
    "an empty key of before 2021",
    redis("17.8.3", "existingSecret:\n"),
    ["warning a.yaml:1:1"],
    redis("13.0.1", "existingSecret: redis\npassword:\n"),
  ),
  files(
    RULE,
    "keys of today for an old chart",
    redis("13.0.1", "auth: { enabled: true }\n"),
    ["error a.yaml:1:1"],
    redis("14.0.0", "auth: { enabled: true }\n"),
  ),
];
