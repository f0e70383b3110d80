import type { Kubernetes } from "../../kubernetes/api.ts";
import { tellMissing } from "../../preflight/checks/rights.ts";
import type { PreflightFinding } from "../../preflight/model.ts";
import { accountName, missingIn, missingOneByOne } from "../../preflight/rights/ask.ts";
import type { Need } from "../../preflight/rights/needs.ts";
import { roleSnippet } from "../../preflight/rights/snippet.ts";

/** Of its own, so that nobody's other role is replaced by it. */
const ROLE = "clearml-actions-mig-enable";
/** Where the lock of a run is kept. */
const LOCK_NAMESPACE = "default";

/** What a run is going to do in the cluster. */
export interface Doing {
  /** Whether it writes to nodes: labels, cordons. */
  patches: boolean;
  drain: boolean;
  /** Namespace of the pods that reboot nodes; undefined when none is rebooted. */
  rebootIn?: string | undefined;
  /** Namespaces of the pods that nvidia-smi is run in: none on the machine itself; undefined: not known, so any. */
  execIn?: readonly string[] | undefined;
}

const need = (
  group: string,
  resource: string,
  verbs: readonly string[],
  severity: Need["severity"] = "error",
): Need => ({ group, resource, verbs, severity });

const LEASES = need("coordination.k8s.io", "leases", ["get", "create", "update"]);
/** kubectl opens the connection with GET; since 1.35 the API server asks for `create` on top. */
const EXEC: readonly Need[] = [need("", "pods", ["get"]), need("", "pods/exec", ["get", "create"])];

/** The rights that a run uses: in the whole cluster (key undefined), and by namespace. */
export function needsOf({ patches, drain, rebootIn, execIn }: Doing): Map<string | undefined, Need[]> {
  // A machine that changes its own GPUs touches nothing but its node.
  const isAlone = execIn?.length === 0 && !drain;
  const needs = new Map<string | undefined, Need[]>([
    [
      undefined,
      [
        need("", "nodes", ["get", "list", ...(patches ? ["patch"] : [])]),
        need("nvidia.com", "clusterpolicies", ["list"], "warning"),
        ...(isAlone ? [] : [need("", "pods", ["list"])]),
        ...(drain ? [need("", "pods/eviction", ["create"])] : []),
        ...(execIn ? [] : EXEC),
      ],
    ],
  ]);
  if (!isAlone) needs.set(LOCK_NAMESPACE, [LEASES]);
  const add = (namespace: string, more: readonly Need[]) =>
    needs.set(namespace, [...(needs.get(namespace) ?? []), ...more]);
  for (const namespace of new Set(execIn)) add(namespace, EXEC);
  if (rebootIn !== undefined) add(rebootIn, [need("", "pods", ["get", "create", "delete"])]);
  return needs;
}

/** What the account lacks for what the run is going to do; nothing is written to find out. */
export async function missingRights(kubernetes: Kubernetes, doing: Doing): Promise<PreflightFinding[]> {
  // Most accounts that may do this may do everything: one question then.
  const all: Need = need("*", "*", ["*"]);
  if ((await missingOneByOne(kubernetes, [all])).length === 0) return [];
  const asked = [...needsOf(doing)].map(async ([namespace, needs]) => {
    const missing =
      namespace === undefined
        ? await missingOneByOne(kubernetes, needs)
        : await missingIn(kubernetes, needs, namespace);
    return { namespace, needs, missing };
  });
  const lacking = (await Promise.all(asked)).filter(({ missing }) =>
    // What is of use only is told where it is missed.
    missing.some(({ severity }) => severity === "error"),
  );
  if (lacking.length === 0) return [];
  const account = await accountName(kubernetes);
  return lacking.map(({ namespace, needs, missing }) => ({
    ...tellMissing({ ...(namespace ? { namespace } : {}), missing }, account, "apply"),
    hint: `an administrator can apply this ${namespace ? "Role" : "ClusterRole"}`,
    // All that is needed there, not only what is missing: applied again with fewer rules it would take rights away.
    snippet: roleSnippet(needs, account, namespace, ROLE),
  }));
}
