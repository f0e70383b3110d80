import type { Kubernetes } from "./api.ts";
import { readNamespace } from "./namespaces.ts";

const known = new WeakMap<Kubernetes, Promise<string | undefined>>();

/**
 * What tells a cluster from others by whatever address it is reached: the UID of its namespace `kube-system`, asked for
 * once. Undefined when the account may not read it.
 */
export function clusterId(kubernetes: Kubernetes): Promise<string | undefined> {
  let id = known.get(kubernetes);
  if (!id) {
    id = readNamespace(kubernetes, "kube-system").then(
      (found) => found?.metadata.uid,
      () => undefined,
    );
    known.set(kubernetes, id);
  }
  return id;
}
