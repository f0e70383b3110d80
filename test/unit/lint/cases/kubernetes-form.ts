import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "kubernetes-form",
    "redis",
    "a quantity with another unit",
    "metrics:\n  resources:\n    limits: { memory: 4GB, cpu: 2 cores }\n",
    ["error 3:23", "error 3:33"],
    "metrics:\n  resources:\n    limits: { memory: 4Gi, cpu: 0.5, ephemeral-storage: 1e9 }\n    note: 4GB\n  pace:\n    limits: { window: 5 minutes }\n",
  ),
  file(
    "kubernetes-form",
    "redis",
    "an image with a scheme, and one with capitals",
    "image:\n  registry: https://registry.example.com\n  repository: Tools/redis\n",
    ["error 2:13", "error 3:15"],
    "image:\n  registry: registry.example.com:5000\n  repository: tools/redis\n",
  ),
];
