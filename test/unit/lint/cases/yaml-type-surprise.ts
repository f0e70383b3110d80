import { file, type RuleCase } from "./model.ts";

const RULE = "yaml-type-surprise";

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "redis",
    "a key that is a boolean or a number to YAML",
    "master:\n  on: 1\n  1.10: a\n",
    ["warning 2:3", "warning 3:3"],
    'master:\n  "on": 1\n  true: 1\n  1.1: a\n  online: yes\n',
  ),
  file(RULE, "redis", "a key that is nothing", "master:\n  ~: a\n", ["error 2:3"], 'master:\n  "": a\n'),
  file(
    RULE,
    "redis",
    "a version that loses its zero",
    "metrics:\n  image:\n    tag: 1.30\n  password: 007\n",
    ["warning 3:10", "warning 4:13"],
    'metrics:\n  image:\n    tag: "1.30"\n  retries: 1.0\n  ratio: 1e3\n  sessionId: 12\n',
  ),
  file(
    RULE,
    "redis",
    "a version in its place, and one that is a number elsewhere",
    "metrics:\n  image:\n    tag: 1.30\n",
    ["warning 3:10"],
    "master:\n  ratio: &ratio 1.30\nmetrics:\n  image:\n    tag: *ratio\n",
  ),
  file(
    RULE,
    "agent",
    "a port with a leading zero",
    "sessions:\n  startingPort: 030000\n",
    ["warning 2:17"],
    "sessions:\n  startingPort: 30000\nagentk8sglue:\n  volumes:\n    - name: a\n      configMap: { name: a, defaultMode: 0644 }\n",
  ),
  file(
    RULE,
    "agent",
    "a selector, an annotation or a variable that is no text",
    "agentk8sglue:\n  nodeSelector:\n    gpu: yes\n  serviceAccountAnnotations:\n    value: 12\n  basePodTemplate:\n    initContainers:\n      - name: a\n        env:\n          - { name: A, value: 1 }\n",
    ["warning 3:10", "warning 5:12", "warning 10:31"],
    'agentk8sglue:\n  nodeSelector:\n    gpu: "yes"\n  serviceAccountAnnotations:\n    enabled: true\n    a.example/b: "12"\n  basePodTemplate:\n    initContainers:\n      - name: a\n        env:\n          - { name: A, value: "1" }\n        ports:\n          - { name: web, value: 1 }\n',
  ),
];
