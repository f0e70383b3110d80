import type { Hit, LintRelease, Rule } from "../../model.ts";

const GATEWAYS: readonly string[] = ["app-gateway", "task-traffic-router"];

export const gatewayAgentNamespace: Rule = {
  id: "L126",
  slug: "gateway-agent-namespace",
  severity: "error",
  about: "A gateway is not in the namespace of an agent; it serves the tasks of its own namespace alone.",
  why: "The gateway looks for tasks in the namespace it is installed in. In any other one it runs, logs in and shows no error, but no application ever gets an address. Put gateway and agent of a tenant into one namespace; each namespace with an agent needs a gateway of its own.",
  *checkAll(releases) {
    const byTenant = Map.groupBy(
      releases.filter(({ environment }) => environment),
      ({ tenant }) => tenant,
    );
    for (const ofTenant of byTenant.values()) {
      const agents = ofTenant.filter(({ id }) => id === "agent");
      for (const gateway of ofTenant.filter(({ id }) => GATEWAYS.includes(id))) {
        if (!agents.some(({ namespace }) => namespace === gateway.namespace)) yield apart(gateway, agents);
      }
    }
  },
};

function apart(gateway: LintRelease, agents: readonly LintRelease[]): Hit {
  const [agent] = agents;
  const { use, namespace } = gateway;
  if (!agent) {
    return {
      message: `no agent in \`${namespace}\`, and \`${gateway.id}\` serves the tasks of its own namespace alone`,
      hint: "add the `agent` of the tenant, or make sure that one is there",
      severity: "warning",
      at: gateway.at,
    };
  }
  return {
    message: `\`${gateway.id}\` is in \`${namespace}\`, the agent in \`${agent.namespace}\`: the gateway sees none of its tasks`,
    hint: "leave `namespace` out of both, or give both the same",
    at: use ? use.source.locate([...use.path, "namespace"]) : gateway.at,
    related: [{ at: agent.at, message: "the agent" }],
  };
}
