import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { connectKubernetes, type Kubernetes } from "./api.ts";
import { currentServer } from "./current-server.ts";

/**
 * The cluster of the kubeconfig, for work that can do without one.
 * @returns why there is none, where no cluster is configured
 * @throws UserError (kind cluster) when there is one and it does not answer
 */
export async function clusterAtHand(
  context: Pick<Context, "exec" | "tempDir" | "env" | "signal">,
): Promise<Kubernetes | { none: string }> {
  try {
    await currentServer(context);
  } catch (thrown) {
    if (thrown instanceof UserError) return { none: thrown.message };
    throw thrown;
  }
  return connectKubernetes(context);
}
