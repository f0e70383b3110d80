import type { ComponentUse } from "../../environment/model.ts";
import { readNamespace } from "../../kubernetes/namespaces.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { type Finding, ownerOf, type Scan } from "../model.ts";
import { nameOf } from "./names.ts";

/** Components that have no release. Where their namespace is not there either, that is one finding for all of it. */
export async function notInstalled(
  scan: Pick<Scan, "kubernetes">,
  uses: readonly ComponentUse[],
): Promise<Finding[]> {
  const byNamespace = Map.groupBy(uses, ({ namespace }) => namespace);
  const parts = await Promise.all(
    [...byNamespace].map(async ([namespace, inside]) =>
      (await isThere(scan, namespace)) ? inside.map(missingRelease) : [missingNamespace(namespace, inside)],
    ),
  );
  return parts.flat();
}

/** Whoever may not ask is told of the releases alone. */
async function isThere({ kubernetes }: Pick<Scan, "kubernetes">, namespace: string): Promise<boolean> {
  try {
    return (await readNamespace(kubernetes, namespace)) !== undefined;
  } catch (thrown) {
    if (thrown instanceof RefusedError) return true;
    throw thrown;
  }
}

function missingRelease(use: ComponentUse): Finding {
  return {
    class: "release",
    ...ownerOf(use),
    path: "status",
    expected: "deployed",
    actual: "not installed",
    upgradeRepairs: true,
    message: `${nameOf(use)} is not installed`,
    hint: "deploy it, or take it out of the files",
  };
}

function missingNamespace(namespace: string, uses: readonly ComponentUse[]): Finding {
  const [first] = uses as [ComponentUse];
  return {
    class: "missing",
    ...ownerOf(first),
    object: { apiVersion: "v1", kind: "Namespace", name: namespace },
    upgradeRepairs: true,
    message: `namespace ${namespace} is not there, and nothing of ${uses.map(nameOf).join(", ")}`,
    hint: "a deployment makes it anew; what was stored in its volumes comes back from a backup alone",
  };
}
