import type { ComponentDefinition } from "./model.ts";
import { ACCESS_KEY, SECRET_KEY } from "./patterns.ts";
import {
  apiServerUrl,
  customCertificates,
  environmentList,
  globalImageCredentials,
  ingress,
  key,
} from "./rows.ts";
import { enterprise } from "./sources.ts";

export const platformManagement: ComponentDefinition = {
  id: "platform-management",
  title: "ClearML Platform Management Center",
  scope: "cluster",
  kind: "chart",
  charts: [enterprise("C", "clearml-enterprise-platform-management")],
  namespace: "clearml",
  release: "clearml-enterprise-platform-management",
  // Its key is one of the server's own configuration, so the server has to have been started with it.
  needs: ["control-plane"],
  values: [
    key("global", "map", { open: true }),
    ...globalImageCredentials(),
    apiServerUrl("clearml.apiServerUrlReference"),
    key("clearml.apiKey", "string", { required: true, secret: true, pattern: ACCESS_KEY }),
    key("clearml.apiSecret", "string", { required: true, secret: true, pattern: SECRET_KEY }),
    key("platformManagement", "map", { open: true }),
    ...environmentList("platformManagement.extraEnvs"),
    key("platformManagementWebserver", "map", { open: true }),
    ...ingress("platformManagementWebserver"),
    key("platformManagementWebserver.httpRoute", "map", { open: true, versions: ">=1.2.0" }),
    ...customCertificates(),
  ],
};
