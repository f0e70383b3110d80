/** What the GPU operator, or a chart that follows its labels, runs on every GPU node and holds its GPUs open. */
const CLIENTS = [
  "device-plugin",
  "gpu-feature-discovery",
  "dcgm-exporter",
  "dcgm",
  "nvsm",
  "client",
] as const;

const PREFIX = "nvidia.com/gpu.deploy.";

/** Labels of a node that say which clients run there. */
export const CLIENT_LABELS: readonly string[] = CLIENTS.map((each) => PREFIX + each);

/** The label of a client by what stands behind the dot, such as `device-plugin`. */
export function clientLabel(suffix: string): string {
  return PREFIX + suffix;
}

/** NVIDIA's own word for it: the GPU operator leaves a label with this value alone. */
export const PAUSED = "paused-for-mig-change";

/** Somebody does not want this client here at all. */
export const OFF = "false";
