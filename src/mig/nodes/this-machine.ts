import { hostname } from "node:os";
import { UserError } from "../../core/errors.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { selectNodes } from "./select.ts";

/**
 * This machine as a node of the cluster: the one that is named, else the one with its host name.
 * @param named the `nodes` input: what the node is called where that is not its host name
 * @returns undefined when the cluster has no node of this host name
 * @throws UserError when the input names another number of nodes than one
 */
export async function thisMachine(
  kubernetes: Pick<Kubernetes, "get" | "list">,
  named: readonly string[],
): Promise<KubernetesObject | undefined> {
  if (named.length > 0) {
    const nodes = await selectNodes(kubernetes, named);
    if (nodes.length === 1) return nodes[0];
    throw new UserError({
      message: `input \`nodes\` means ${nodes.length} nodes, and \`transport: local\` changes the GPUs of this machine alone`,
      hint: "name the node that this machine is, or set `transport: exec`",
    });
  }
  const name = hostname().toLowerCase();
  const found = await kubernetes.get(`/api/v1/nodes/${encodeURIComponent(name)}`);
  if (found) return found;
  const selector = encodeURIComponent(`kubernetes.io/hostname=${name}`);
  const [labelled] = await kubernetes.list("/api/v1/nodes", `labelSelector=${selector}`);
  return labelled;
}
