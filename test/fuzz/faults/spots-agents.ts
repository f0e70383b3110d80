import { type Spot, type SpotArguments, spotsOf } from "./model.ts";

const FILE = "tenants/acme/agent.yaml";
const spot = (...rest: SpotArguments) => spotsOf("agents")(FILE, ...rest);

/** Queues, pod templates and resources. */
export const AGENT_SPOTS: readonly Spot[] = [
  spot(
    "half a GPU",
    ["extended-resource-fraction", "quantity-form", "value-form", "value-type"],
    "nvidia.com/mig-2g.10gb: 1",
    'nvidia.com/gpu: "0.5"',
  ),
  spot(
    "a label that is a number",
    ["quantity-form"],
    'required-resources: "0.25"',
    "required-resources: 0.25",
  ),
  spot(
    "a profile nobody makes",
    ["mig-profile-unknown"],
    "nvidia.com/mig-2g.10gb: 1",
    "nvidia.com/mig-9g.10gb: 1",
  ),
  spot(
    "a fraction of another size",
    ["mig-fraction-mismatch"],
    'required-resources: "0.25"',
    'required-resources: "0.9"',
  ),
  spot(
    "whole GPUs beside slices",
    ["gpu-and-mig-mixed"],
    "            nvidia.com/mig-2g.10gb: 1\n",
    "            nvidia.com/mig-2g.10gb: 1\n            nvidia.com/gpu: 1\n",
    { text: "nvidia.com/gpu: 1" },
  ),
  spot("a queue of two letters", ["queue-name"], "    gpu-half:\n", "    gp:\n", { text: "    gp:" }),
  spot("a queue with a blank", ["queue-name"], "    gpu-half:\n", "    gpu half:\n", {
    text: "    gpu half:",
  }),
  spot(
    "a queue without a template",
    ["template-overrides-missing"],
    "    gpu-half:\n",
    "    spare:\n      queueSettings:\n        maxPods: 1\n    gpu-half:\n",
    { text: "    spare:" },
  ),
  spot(
    "a template of null",
    ["template-overrides-missing", "value-type", "required-empty"],
    "    gpu-half:\n",
    "    spare:\n      templateOverrides:\n    gpu-half:\n",
    { text: "      templateOverrides:\n    gpu-half" },
  ),
  spot(
    "variables that vanish",
    ["template-key-replacement"],
    '          required-resources: "0.5"\n',
    '          required-resources: "0.5"\n        env:\n          - name: A\n            value: b\n',
    { text: "        env:" },
  ),
  spot(
    "a mount without a volume",
    ["volume-mount-pair"],
    "      - name: dshm\n        mountPath: /dev/shm\n",
    "      - name: shm\n        mountPath: /dev/shm\n",
    { text: "      - name: shm" },
  ),
  spot("more shared memory than memory", ["volume-mount-pair"], "sizeLimit: 8Gi", "sizeLimit: 64Gi"),
  spot("the newest image", ["default-image"], "registry.example.com/ml/python:3.12.4", "python:latest"),
  spot(
    "an image without a tag",
    ["default-image"],
    "registry.example.com/ml/python:3.12.4",
    "registry.example.com/ml/python",
  ),
  spot(
    "logs of pod specs",
    ["debug-mode"],
    "  createQueues: true\n",
    "  createQueues: true\n  debugMode: true\n",
    { text: "debugMode" },
  ),
  spot(
    "braces of a format",
    ["bash-script-format"],
    "  createQueues: true\n",
    "  createQueues: true\n  containerCustomBashScript: |\n    for i in {1..5}; do echo $i; done\n",
    { text: "    for i in {1..5}" },
  ),
  spot("files of root", ["root-paths"], "mountPath: /dev/shm", "mountPath: /root/.cache"),
  spot(
    "an agent of the whole cluster",
    ["cluster-wide-agent"],
    "  createQueues: true\n",
    "  createQueues: true\n  serviceAccountClusterAccess: true\n",
    { text: "serviceAccountClusterAccess" },
  ),
  spot(
    "a field that is a word",
    ["value-form", "monitored-resource-field"],
    'minResourcesFieldName: "metadata|labels|required-resources"',
    "minResourcesFieldName: required-resources",
  ),
  spot(
    "a registry twice",
    ["image-doubled"],
    "  createQueues: true\n",
    "  createQueues: true\n  image:\n    registry: docker.io\n    repository: docker.io/clearml/agent\n",
    { text: "repository: docker.io/" },
  ),
  spot(
    "a variable twice",
    ["env-repeated"],
    "    - name: CLEARML_AGENT_REDIS_PORT\n",
    "    - name: CLEARML_K8S_SUPPORT_SUSPENSION\n",
    { text: "    - name: CLEARML_K8S_SUPPORT_SUSPENSION" },
  ),
  spot(
    "volumes that are a map",
    ["type-by-template", "value-type", "value-shape"],
    "    volumes:\n      - name: dshm\n        emptyDir:\n          medium: Memory\n          sizeLimit: 8Gi\n",
    "    volumes:\n      dshm: {}\n",
    { text: "      dshm: {}" },
  ),
  spot(
    "another Redis",
    ["redis-password-mismatch"],
    "redis-master.redis-shared",
    "redis-primary.redis-shared",
  ),
]; // prettier-ignore
