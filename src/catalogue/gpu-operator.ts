import type { ComponentDefinition } from "./model.ts";
import { environmentList, key, keys } from "./rows.ts";

/** Top-level blocks of NVIDIA's chart; ClearML cares about few of their keys. */
const BLOCKS = [
  ...[
    "platform",
    "nfd",
    "psa",
    "cdi",
    "sandboxWorkloads",
    "hostPaths",
    "daemonsets",
    "validator",
    "operator",
  ],
  ...["mig", "driver", "toolkit", "devicePlugin", "dcgm", "dcgmExporter", "gfd", "migManager"],
  ...["nodeStatusExporter", "gds", "gdrcopy", "vgpuManager", "vgpuDeviceManager", "vfioManager"],
  ...["kataManager", "sandboxDevicePlugin", "ccManager", "node-feature-discovery"],
];

/** Blocks in the spelling of other programs: dropped, but known, so that they are explained. */
const MISSPELT = BLOCKS.filter((name) => /^[a-z]+[A-Z]/.test(name)).map((name) =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
);

export const gpuOperator: ComponentDefinition = {
  id: "gpu-operator",
  title: "NVIDIA GPU Operator",
  scope: "cluster",
  kind: "chart",
  charts: [
    { generation: "any", name: "gpu-operator", repository: "https://helm.ngc.nvidia.com/nvidia" },
    // Where the charts before 1.8 were published; older guides still name it.
    {
      generation: "any",
      name: "gpu-operator",
      repository: "https://nvidia.github.io/gpu-operator",
      versions: "<1.8.0",
    },
  ],
  namespace: "gpu-operator",
  release: "gpu-operator",
  needs: [],
  values: [
    ...keys("", [...BLOCKS, ...MISSPELT], "map", { open: true }),
    key("migManager.enabled", "boolean"),
    key("mig.strategy", "string", { words: ["none", "single", "mixed"] }),
    key("cdi.enabled", "boolean"),
    ...environmentList("toolkit.env"),
    ...environmentList("devicePlugin.env"),
    key("devicePlugin.config", "map", { open: true }),
    key("devicePlugin.config.name", "string"),
    key("devicePlugin.config.create", "boolean"),
    key("devicePlugin.config.default", "string"),
    key("devicePlugin.config.data", "map", { open: true }),
    ...keys("devicePlugin", ["repository", "image", "version", "imagePullPolicy"], "string"),
    ...["devicePlugin", "gfd"].flatMap((block) => [
      key(`${block}.imagePullSecrets`, "list"),
      key(`${block}.imagePullSecrets[]`, "string"),
    ]),
  ],
};
