import { commands, file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  commands(
    "cdmo-label",
    "mig.sh",
    "another value or name",
    'kubectl label nodes "$NODE" "cdmo.clear.ml/gpu-partitioning=true"\nkubectl label node a cdmo.clear.ml/gpu-partition=mig\n',
    ["warning mig.sh:1:29", "warning mig.sh:2:22"],
    'kubectl label nodes "$NODE" "cdmo.clear.ml/gpu-partitioning=mig"\nkubectl label node a cdmo.clear.ml/gpu-partitioning-\nkubectl label node a cdmo.clear.ml/gpu-partitioning=$VALUE\nkubectl get nodes -l cdmo.clear.ml/gpu-partitioning=x\n',
  ),
  commands(
    "cdmo-label",
    "mig.sh",
    "every node",
    "kubectl label nodes --all cdmo.clear.ml/gpu-partitioning=mig --overwrite\n",
    ["warning mig.sh:1:21"],
    "kubectl label nodes -l gpu=a100 cdmo.clear.ml/gpu-partitioning=mig --overwrite\nkubectl label nodes --all team=a\n",
  ),
  file(
    "cdmo-label",
    "agent",
    "in a node selector",
    'agentk8sglue:\n  basePodTemplate:\n    nodeSelector: { cdmo.clear.ml/gpu-partitioning: "enabled" }\n',
    ["warning 3:53"],
    'agentk8sglue:\n  basePodTemplate:\n    nodeSelector: { cdmo.clear.ml/gpu-partitioning: "mig" }\n',
  ),
];
