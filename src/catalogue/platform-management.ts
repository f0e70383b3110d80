import type { ComponentDefinition } from "./model.ts";
import { ACCESS_KEY, SECRET_KEY } from "./patterns.ts";
import { apiServerUrl, environmentList, ingress, key } from "./rows.ts";
import { enterprise } from "./sources.ts";

export const platformManagement: ComponentDefinition = {
  id: "platform-management",
  title: "ClearML Platform Management Center",
  scope: "cluster",
  kind: "chart",
  charts: [enterprise("C", "clearml-enterprise-platform-management")],
  namespace: "clearml",
  release: "clearml-enterprise-platform-management",
  needs: ["control-plane"],
  values: [
    key("global", "map", { open: true }),
    key("global.imageCredentials", "map", { open: true }),
    key("global.imageCredentials.password", "string", { required: true, secret: true }),
    apiServerUrl("clearml.apiServerUrlReference"),
    key("clearml.apiKey", "string", { required: true, secret: true, pattern: ACCESS_KEY }),
    key("clearml.apiSecret", "string", { required: true, secret: true, pattern: SECRET_KEY }),
    key("platformManagement", "map", { open: true }),
    ...environmentList("platformManagement.extraEnvs"),
    key("platformManagementWebserver", "map", { open: true }),
    ...ingress("platformManagementWebserver"),
  ],
};
