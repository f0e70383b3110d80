import type { ComponentId } from "./model.ts";

/** The components that users reach their tenant's applications through, the newer one first. */
const GATEWAYS: readonly ComponentId[] = ["app-gateway", "task-traffic-router"];

/** Whether a component is a gateway. */
export function isGateway({ id }: { id: ComponentId }): boolean {
  return GATEWAYS.includes(id);
}
