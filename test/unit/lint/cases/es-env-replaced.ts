import { environment, type RuleCase } from "./model.ts";

const rule = "es-env-replaced";
const list = (name: string, more = "") =>
  `elasticsearch:\n  extraEnvs:\n    - { name: ${name}, value: "false" }\n${more}`;

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "a list without the switch",
    { controlPlane: list("bootstrap.memory_lock") },
    ["warning control-plane.yaml:2:3"],
    { controlPlane: list("xpack.security.enabled") },
  ),
  environment(
    rule,
    "a list without the switch, and a secret that is off",
    { controlPlane: list("bootstrap.memory_lock", "  secret: { enabled: false }\n") },
    ["warning control-plane.yaml:2:3"],
    { controlPlane: list("bootstrap.memory_lock", "  secret: { enabled: true }\n") },
  ),
  {
    ...environment(
      rule,
      "a single file, and an Elasticsearch that is off",
      { controlPlane: list("bootstrap.memory_lock") },
      ["warning control-plane.yaml:2:3"],
      { controlPlane: "" },
    ),
    good: { kind: "file", component: "control-plane", text: list("bootstrap.memory_lock") },
  },
];
