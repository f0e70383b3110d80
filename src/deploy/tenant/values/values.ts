import type { Values } from "../../../overrides/values.ts";
import { consumerOf } from "../keys/consumers.ts";
import { agentNotes, agentValues } from "./agent.ts";
import type { TenantChart } from "./chart.ts";
import type { TenantFacts } from "./facts.ts";
import { gatewayNotes, gatewayValues } from "./gateway.ts";

/** The values of a tenant's component with what the overrides left out. What they say is never changed. */
export function withTenantFacts(chart: TenantChart, values: Values, facts: TenantFacts): Values {
  const consumer = consumerOf(chart.id);
  if (consumer === "agent") return agentValues(chart, values, facts);
  return consumer === "gateway" ? gatewayValues(chart, values, facts) : values;
}

/**
 * What people should know about the values of a tenant's component and cannot be filled in, each a sentence.
 * @param values with what could be filled in
 */
export function tenantNotes(
  chart: TenantChart,
  values: Values,
  facts: Pick<TenantFacts, "controlPlane" | "queues">,
): string[] {
  const consumer = consumerOf(chart.id);
  if (consumer === "agent") return agentNotes(chart, values, facts);
  return consumer === "gateway" ? gatewayNotes(chart, values) : [];
}
