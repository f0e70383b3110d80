import { environment, file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "unknown-key",
    "control-plane",
    "a near miss",
    "apiserver:\n  ingres:\n    enabled: true\n",
    ["warning 2:3"],
    "apiserver:\n  ingress:\n    enabled: false\n",
  ),
  file(
    "unknown-key",
    "control-plane",
    "the word of other charts",
    "webserver:\n  ingress:\n    className: nginx\n",
    ["warning 3:5"],
    "webserver:\n  ingress:\n    ingressClassName: nginx\n",
  ),
  file(
    "unknown-key",
    "control-plane",
    "a key nobody heard of",
    "somethingElse: 1\n",
    ["info 1:1"],
    "global: { anything: 1 }\nnameOverride: x\nhelper: &anchor { a: 1 }\napiserver: { nodeSelector: *anchor }\n",
  ),
  file(
    "unknown-key",
    "agent",
    "a key of a closed item",
    "agentk8sglue:\n  extraEnvs:\n    - name: A\n      vaule: b\n",
    ["error 4:7"],
    "agentk8sglue:\n  extraEnvs:\n    - name: A\n      value: b\n",
  ),
  environment(
    "unknown-key",
    "a key of a later version",
    { controlPlane: "usageAggregator: { enabled: true }\n" },
    ["warning control-plane.yaml:1:1"],
    { controlPlane: "apiserver: { httpRoute: { enabled: true } }\n" },
  ),
  file(
    "unknown-key",
    "custom-events",
    "a slip in a map that takes any key",
    "global:\n  imageCedentials: { username: a }\n",
    ["warning 2:3"],
    // Another word, and a key beside the one it is near to.
    "global:\n  imagePullPolicy: Always\n  clear: 1\n  imageCredential: { a: b }\n  imageCredentials: { username: a }\n",
  ),
];
