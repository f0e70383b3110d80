import type { ComponentDefinition } from "./model.ts";

export const networkIsolation: ComponentDefinition = {
  id: "network-isolation",
  title: "Network policies that keep the namespaces of server and tenants apart",
  scope: "both",
  kind: "manifests",
  charts: [],
  release: "network-isolation",
  needs: ["control-plane"],
  values: [],
};
