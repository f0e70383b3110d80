import type { LiveObject } from "../../readiness/model.ts";
import type { Probe, SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import type { Container } from "./containers.ts";

const AGENT_CHART = /^clearml(-enterprise)?-agent-v?\d/;

/** A gateway sees the tasks of its own namespace alone. */
export const agentNamespace = insideCheck({
  name: "agent-namespace",
  proves: "An agent runs in the namespace of the gateway, which serves the tasks of that namespace alone.",
  run: async (gateway, probe) =>
    judgeAgents(await gateway.allDeployments(), gateway.namespace, agentElsewhere(probe)),
});

/** Where the files of the tenant put its agent. */
function agentElsewhere({ target: { environment, tenant } }: Probe): string | undefined {
  const components = environment?.tenants.find(({ name }) => name === tenant)?.components ?? [];
  return components.find(({ id, enabled }) => id === "agent" && enabled)?.namespace;
}

/**
 * @param deployments of the gateway's namespace
 * @param expected namespace in which the tenant's agent is, if its files name one
 */
export function judgeAgents(
  deployments: readonly LiveObject[],
  namespace: string,
  expected: string | undefined,
): SmokeResult {
  const agents = deployments.filter(isAgent);
  const names = agents.map(({ metadata }) => `\`${metadata.name}\``).join(", ");
  if (agents.length === 0) {
    const elsewhere = expected !== undefined && expected !== namespace ? expected : undefined;
    return {
      status: "fail",
      detail: `no agent is in namespace ${namespace}${elsewhere ? `: the tenant's is in ${elsewhere}` : ""}; the gateway serves the tasks of its own namespace alone, and there will be none`,
      hint: elsewhere
        ? `put both into one namespace: \`namespace: ${elsewhere}\` for the gateway, or \`namespace: ${namespace}\` for the agent`
        : "deploy the tenant's component `agent` into this namespace, or the gateway into that of the agent",
    };
  }
  if (agents.some(isAvailable)) return { status: "pass", detail: `${names} in namespace ${namespace}` };
  return {
    status: "info",
    detail: `${names} is in namespace ${namespace}, but has no pod that is available: no tasks are started for now`,
    hint: `see why with \`kubectl -n ${namespace} describe pods\``,
  };
}

function isAgent({ metadata, spec }: LiveObject): boolean {
  if (AGENT_CHART.test(metadata.labels?.["helm.sh/chart"] ?? "")) return true;
  const { template } = (spec ?? {}) as { template?: { spec?: { containers?: Container[] } } };
  const containers = template?.spec?.containers ?? [];
  return containers.some(({ env = [] }) => env.some(({ name }) => name === "K8S_GLUE_QUEUE"));
}

function isAvailable({ status }: LiveObject): boolean {
  return ((status as { availableReplicas?: number } | undefined)?.availableReplicas ?? 0) > 0;
}
