import type { Kubernetes } from "../kubernetes/api.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import { leaseName, leasePath, readLease } from "../lock/lease.ts";

/** Whether a lock of the tenant is there: somebody is at work on it, or was. */
export async function isLocked(
  kubernetes: Pick<Kubernetes, "get">,
  environment: string,
  tenant: string,
): Promise<boolean> {
  return (await kubernetes.get(leasePath(leaseName(environment, tenant)))) !== undefined;
}

/** Removes the lock of a tenant that is gone; one that somebody has taken meanwhile stays. */
export async function forgetLease(
  kubernetes: Pick<Kubernetes, "get" | "remove">,
  environment: string,
  tenant: string,
): Promise<void> {
  const path = leasePath(leaseName(environment, tenant));
  const found = await kubernetes.get(path);
  if (!found || readLease(found).holder) return;
  const { resourceVersion } = found.metadata;
  try {
    await kubernetes.remove(path, resourceVersion ? { resourceVersion } : {});
  } catch (thrown) {
    // Taken this very moment, or not ours to delete: an empty lock does no harm.
    if (!(thrown instanceof RefusedError)) throw thrown;
  }
}
