import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "ingress-level",
    "control-plane",
    "keys beside an empty block",
    "apiserver:\n  ingress:\n  hostName: api.ml.example.com\n  tlsSecretName: tls\n",
    ["error 3:3", "error 4:3"],
    "apiserver:\n  ingress:\n    hostName: api.ml.example.com\n    tlsSecretName: tls\n",
  ),
  file(
    "ingress-level",
    "app-gateway",
    "keys among the annotations",
    "ingress:\n  annotations:\n    a/b: c\n    enabled: true\n    hostName: gw.ml.example.com\n",
    ["error 4:5", "error 5:5"],
    "ingress:\n  annotations:\n    a/b: c\n  enabled: true\n  hostName: gw.ml.example.com\n",
  ),
];
