import type { ComponentId } from "../../../catalogue/model.ts";
import type { Consumer } from "../../../tenant/model.ts";

const BY_COMPONENT: Partial<Record<ComponentId, Consumer>> = {
  agent: "agent",
  "app-gateway": "gateway",
  "task-traffic-router": "gateway",
};

/** The consumer whose keys a component runs with; undefined when it needs none of the tenant's. */
export function consumerOf(component: ComponentId): Consumer | undefined {
  return BY_COMPONENT[component];
}
