import type { ComponentUse } from "../environment/model.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { DEFAULT_INGRESS_NAMESPACE } from "../network-isolation/policies.ts";
import type { PreflightInput } from "./model.ts";

/** From this many on, one list of all is less work for the cluster than asking for each. */
const LIST_FROM = 8;

/** The namespaces that the run writes to. */
export function writtenNamespaces(input: Pick<PreflightInput, "environment" | "uses">): string[] {
  const namespaces = input.uses.flatMap((use) => {
    if (use.definition.kind === "chart") return [use.namespace];
    return use.id === "network-isolation" ? policyNamespaces(input, use) : [];
  });
  return [...new Set(namespaces)];
}

/** The namespaces that `network-isolation` closes: the tenant's, or those of the shared services. */
export function policyNamespaces(
  { environment }: Pick<PreflightInput, "environment">,
  use: ComponentUse,
): string[] {
  if (use.tenant) return [use.namespace];
  const closed = ["control-plane", "billing", "redis"];
  return environment.components
    .filter(({ id, enabled }) => enabled && closed.includes(id))
    .map(({ namespace }) => namespace);
}

/** Where the ingress controller is said, or else taken, to be. */
export function ingressNamespace({
  environment,
  uses,
}: Pick<PreflightInput, "environment" | "uses">): string {
  const named = [...uses, ...environment.components].find(
    (use) => use.id === "network-isolation" && use.ingressNamespace !== undefined,
  );
  return named?.ingressNamespace ?? DEFAULT_INGRESS_NAMESPACE;
}

/** Reads the namespaces that the run writes to; absent ones are left out. */
export async function readNamespaces(
  input: Pick<PreflightInput, "environment" | "uses" | "kubernetes">,
): Promise<Map<string, KubernetesObject>> {
  const names = writtenNamespaces(input);
  const path = (name?: string) => resourcePath("v1", "Namespace", undefined, name);
  const found =
    names.length < LIST_FROM
      ? await Promise.all(names.map((name) => input.kubernetes.get(path(name))))
      : await input.kubernetes.list(path());
  return new Map(
    found.flatMap((each) => (each && names.includes(each.metadata.name) ? [[each.metadata.name, each]] : [])),
  );
}
