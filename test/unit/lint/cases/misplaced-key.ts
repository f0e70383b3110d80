import { withChart } from "../chart-at-hand.ts";
import { file, files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "misplaced-key",
    "control-plane",
    "a key of the ingress beside it",
    "apiserver:\n  ingressClassName: nginx\n",
    ["warning 2:3"],
    "apiserver:\n  ingress:\n    ingressClassName: nginx\n",
  ),
  file(
    "misplaced-key",
    "control-plane",
    "a key of the block around it",
    "apiserver:\n  ingress:\n    replicaCount: 2\n",
    ["warning 3:5"],
    "apiserver:\n  replicaCount: 2\n",
  ),
  files(
    "misplaced-key",
    "a subchart below its name, and a key one level too high",
    withChart({ "serving.yaml": "kafka: { brokers: 1 }\nperiodSeconds: 5\n" }),
    ["warning serving.yaml:1:1", "warning serving.yaml:2:1"],
    withChart({ "serving.yaml": "queue: { brokers: 1 }\nprobe: { periodSeconds: 5 }\n" }),
  ),
];
