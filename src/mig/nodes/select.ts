import { UserError } from "../../core/errors.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { nearestHint } from "../../yaml/nearest.ts";

const NODES = "/api/v1/nodes";
/** Set by GPU feature discovery on every node with an NVIDIA GPU. */
const GPU_NODES = "nvidia.com/gpu.present=true";
/** What no name of a node has: `a=b`, `a in (b)`, `!a`, `a,b`, `example.com/a`. */
const SELECTOR = /[=!(),/]|\s/;

/**
 * The nodes that the `nodes` input means, each once, by name.
 * @param wanted names and label selectors; none: every node with an NVIDIA GPU
 * @throws UserError for a name or a selector that no node has
 */
export async function selectNodes(
  kubernetes: Pick<Kubernetes, "list">,
  wanted: readonly string[],
): Promise<KubernetesObject[]> {
  const selectors = wanted.filter((each) => SELECTOR.test(each));
  const names = wanted.filter((each) => !SELECTOR.test(each));
  const [named, ...selected] = await Promise.all([
    names.length > 0 ? nodesByName(kubernetes, names) : [],
    ...selectors.map((selector) => nodesBySelector(kubernetes, selector)),
    ...(wanted.length === 0 ? [nodesWithGpu(kubernetes)] : []),
  ]);
  const found = [...named, ...selected.flat()];
  const unique = new Map(found.map((node) => [node.metadata.name, node]));
  return [...unique.values()].sort((a, b) =>
    a.metadata.name.localeCompare(b.metadata.name, "en", { numeric: true }),
  );
}

async function nodesByName(
  kubernetes: Pick<Kubernetes, "list">,
  names: readonly string[],
): Promise<KubernetesObject[]> {
  const all = await kubernetes.list(NODES);
  const known = all.map(({ metadata }) => metadata.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      unknown.map((name) => ({
        message: `input \`nodes\`: this cluster has no node \`${name}\``,
        hint: nearestHint(name, known, "`kubectl get nodes` lists them"),
      })),
    );
  }
  return all.filter(({ metadata }) => names.includes(metadata.name));
}

async function nodesBySelector(
  kubernetes: Pick<Kubernetes, "list">,
  selector: string,
): Promise<KubernetesObject[]> {
  const found = await listSelected(kubernetes, selector).catch((thrown: unknown) => {
    if (!(thrown instanceof RefusedError) || thrown.status !== 400) throw thrown;
    throw new UserError({
      message: `input \`nodes\`: \`${selector}\` is neither the name of a node nor a label selector`,
      hint: "write a selector as kubectl takes it, such as `nvidia.com/gpu.product=NVIDIA-A100-SXM4-80GB`",
    });
  });
  if (found.length > 0) return found;
  throw new UserError({
    message: `input \`nodes\`: no node has the labels \`${selector}\``,
    hint: `\`kubectl get nodes -l '${selector}'\` shows none; correct the selector, or label the nodes`,
  });
}

async function nodesWithGpu(kubernetes: Pick<Kubernetes, "list">): Promise<KubernetesObject[]> {
  const found = await listSelected(kubernetes, GPU_NODES);
  if (found.length > 0) return found;
  throw new UserError({
    message: `this cluster has no node with the label \`${GPU_NODES}\`, which GPU feature discovery sets`,
    hint: "deploy the GPU operator (component `gpu-operator`), or name the nodes with input `nodes`",
  });
}

function listSelected(kubernetes: Pick<Kubernetes, "list">, selector: string): Promise<KubernetesObject[]> {
  return kubernetes.list(NODES, `labelSelector=${encodeURIComponent(selector)}`);
}
