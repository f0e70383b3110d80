import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Check, PreflightFinding } from "../model.ts";
import { writtenNamespaces } from "../namespaces.ts";

const CHECK = "namespace-terminating";

/** Whether a namespace is being deleted: nothing can be created in it. */
export const namespaceTerminating: Check = {
  name: CHECK,
  looksAt: "the namespaces",
  needs: "get namespaces",
  async find(look) {
    const live = await look.namespaces();
    return writtenNamespaces(look).flatMap((name) => judgeNamespace(live.get(name)));
  },
};

interface NamespaceStatus {
  phase?: string;
  conditions?: { type: string; status: string; message?: string }[];
}

/** What is to be said of a namespace. */
export function judgeNamespace(namespace: KubernetesObject | undefined): PreflightFinding[] {
  const status = (namespace?.status ?? {}) as NamespaceStatus;
  if (!namespace || (status.phase !== "Terminating" && !namespace.metadata.deletionTimestamp)) return [];
  const { name } = namespace.metadata;
  const holding = (status.conditions ?? []).filter((each) => each.status === "True").map(tellCondition);
  const own = finalizersOf(namespace);
  const reasons = [...holding, ...(own.length > 0 ? [`finalizers of its own: ${own.join(", ")}`] : [])];
  return [
    {
      check: CHECK,
      severity: "error",
      message: `namespace ${name} is being deleted, nothing can be created in it${reasons.length > 0 ? `: ${reasons.join("; ")}` : ""}`,
      hint: `wait until it is gone (\`kubectl get namespace ${name}\`); an object with a finalizer goes when the controller that set it lets go, or when somebody removes the finalizer by hand`,
    },
  ];
}

/** The namespace controller's own words, such as "Some content in the namespace has finalizers remaining: …". */
function tellCondition({ type, message }: { type: string; message?: string }): string {
  return (message ?? type).trim();
}

/** What holds the namespace itself; `kubernetes` alone is on every namespace. */
function finalizersOf({ metadata, spec }: KubernetesObject): string[] {
  const own = (metadata as { finalizers?: string[] }).finalizers ?? [];
  const ofSpec = (spec as { finalizers?: string[] } | undefined)?.finalizers ?? [];
  return [...own, ...ofSpec.filter((each) => each !== "kubernetes")];
}
