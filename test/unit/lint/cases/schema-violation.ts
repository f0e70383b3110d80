import { standIn } from "../../../../src/render/stand-ins.ts";
import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const deployment = (spec: string) => `---
# Source: clearml-enterprise/templates/apiserver.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: apiserver
spec:
${spec}`;
const good = deployment("  replicas: 2\n");

export const cases: readonly RuleCase[] = [
  rendered(
    "schema-violation",
    "control-plane",
    "a number that became a text, at the override that says so",
    { controlPlane: "apiserver:\n  progressDeadlineSeconds: two\n" },
    {
      text: deployment("  progressDeadlineSeconds: two\n"),
      violations: [
        { name: "apiserver", path: ["spec", "progressDeadlineSeconds"], message: "got string, want integer" },
      ],
    },
    ["error control-plane.yaml:2:28"],
    good,
  ),
  rendered(
    "schema-violation",
    "control-plane",
    "a key that Kubernetes does not know is a warning",
    { controlPlane: "apiserver:\n  affinity:\n    podAfinity: { weight: 11 }\n" },
    {
      text: deployment("  affinity:\n    podAfinity:\n      weight: 11\n"),
      violations: [
        {
          name: "apiserver",
          path: ["spec", "affinity", "podAfinity"],
          message: "no such key",
          unknownKey: "podAfinity",
        },
      ],
    },
    ["warning control-plane.yaml:3:17"],
    good,
  ),
  rendered(
    "schema-violation",
    "control-plane",
    "a fault that no override explains is the chart's: the component; a secret is not known",
    { controlPlane: "clearml:\n  apiserverKey: ${TOKEN}\n" },
    {
      text: deployment("  replicas: many\n"),
      violations: [{ name: "apiserver", path: ["spec", "replicas"], message: "got string, want integer" }],
    },
    ["error clearml.yaml:7:3"],
    {
      text: deployment(`  replicas: ${standIn("TOKEN")}\n`),
      violations: [{ name: "apiserver", path: ["spec", "replicas"], message: "got string, want integer" }],
    },
  ),
];
