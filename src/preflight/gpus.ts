import type { Look, PreflightFinding } from "./model.ts";
import type { Node } from "./node.ts";
import { valuesOf } from "./values.ts";

/** Components that are of no use without a GPU. */
const GPU_COMPONENTS = ["gpu-operator", "dynamic-mig-operator", "fractional-gpu-injector"];
/** Set by node feature discovery, NVIDIA's operator, and the providers. */
const GPU_LABELS =
  /^(nvidia\.com\/(gpu|mig)|feature\.node\.kubernetes\.io\/pci-(03\w\w_)?10de\.present|cloud\.google\.com\/gke-accelerator|k8s\.amazonaws\.com\/accelerator|eks\.amazonaws\.com\/instance-gpu|kubernetes\.azure\.com\/accelerator)/;

/** What is to be said of GPUs: components that need one, and no node is known to have any. */
export function judgeGpus(
  look: Pick<Look, "uses" | "records" | "values">,
  nodes: readonly Node[],
): PreflightFinding[] {
  if (nodes.some(hasGpu)) return [];
  const needing = look.uses.filter(({ id }) => GPU_COMPONENTS.includes(id)).map(({ id }) => id);
  const asking = look.uses
    .filter((use) => use.id === "agent" && JSON.stringify(valuesOf(look, use)).includes("nvidia.com/"))
    .map(({ tenant, id }) => (tenant ? `${id} of ${tenant}` : id));
  const wanted = [...needing, ...asking];
  if (wanted.length === 0) return [];
  // The operator is what labels the nodes, so before its first run they tell nothing.
  const operator = look.uses.find(({ id }) => id === "gpu-operator");
  const isFirstRun = operator !== undefined && !look.records.has(operator);
  return [
    {
      check: "nodes",
      severity: isFirstRun || needing.length === 0 ? "info" : "warning",
      message: `no node is known to have a GPU, which ${wanted.join(", ")} ${wanted.length === 1 ? "asks" : "ask"} for${isFirstRun ? "; gpu-operator finds out when it runs" : ""}`,
      hint: "add a node with a GPU; tasks that ask for one wait until there is one",
    },
  ];
}

function hasGpu({ labels, capacity }: Node): boolean {
  return (
    Object.entries(labels).some(
      ([label, value]) => GPU_LABELS.test(label) && value !== "false" && value !== "0",
    ) ||
    Object.entries(capacity).some(
      ([resource, amount]) => resource.startsWith("nvidia.com/") && amount !== "0",
    )
  );
}
