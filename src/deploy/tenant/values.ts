import type { Credentials } from "../../clearml/api.ts";
import type { Values } from "../../overrides/values.ts";
import type { Addresses } from "../addresses.ts";
import { agentNotes, agentValues } from "./agent-values.ts";
import { consumerOf } from "./consumers.ts";
import { gatewayNotes, gatewayValues } from "./gateway-values.ts";
import type { TenantChart } from "./tenant-chart.ts";

/** What earlier steps know that a tenant's charts need. */
export interface TenantFacts {
  addresses: Addresses;
  gateway: Credentials;
  /** For charts that may not read the Secret; without it they are given its name alone. */
  agent?: Credentials;
  /** Signing key of the control plane's tokens. */
  jwksKey?: string;
  /** Name of the session cookie, when the control plane's values name it. */
  cookieName?: string;
  /** Values of the control plane, as far as they can be told. */
  controlPlane?: Values;
  /** Queues of the tenant's file. */
  queues?: readonly string[];
}

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
