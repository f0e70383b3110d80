import type { ComponentDefinition } from "./model.ts";

export const networkIsolation: ComponentDefinition = {
  id: "network-isolation",
  title: "Network policies that keep the namespaces of server and tenants apart",
  scope: "both",
  kind: "manifests",
  charts: [],
  release: "network-isolation",
  // The policies of a gateway are read off its Services, so they come after it.
  needs: ["control-plane", "redis", "billing", "app-gateway", "task-traffic-router"],
  values: [],
};
