import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "value-form",
    "control-plane",
    "a word in lower case",
    "apiserver:\n  service:\n    type: clusterIP\n",
    ["error 3:11"],
    "apiserver:\n  service:\n    type: ClusterIP\n",
  ),
  file(
    "value-form",
    "control-plane",
    "a port out of range",
    "apiserver:\n  service:\n    port: 80080\n",
    ["error 3:11"],
    "apiserver:\n  service:\n    port: 8008\n",
  ),
  file(
    "value-form",
    "control-plane",
    "a company id that is a name",
    "clearml:\n  defaultCompany: acme\n",
    ["error 2:19"],
    "clearml:\n  defaultCompany: d1bd92a3b039400cbafc60a7a5b1e52b\n",
  ),
];
