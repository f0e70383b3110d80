import {
  authCookieName,
  credentialsOfOthers,
  GATEWAY_VALUES,
  ROUTER_VALUES,
  streams,
} from "./gateway-rows.ts";
import type { ComponentDefinition } from "./model.ts";
import { ACCESS_KEY, HTTP_URL, SECRET_KEY } from "./patterns.ts";
import { customCertificates, key } from "./rows.ts";
import { enterprise } from "./sources.ts";

export const appGateway: ComponentDefinition = {
  id: "app-gateway",
  title: "AI Application Gateway: reaches the applications a tenant's tasks serve",
  scope: "both",
  kind: "chart",
  charts: [
    enterprise("C", "clearml-enterprise-app-gateway", ">=2.0.0"),
    enterprise("B", "clearml-enterprise-app-gateway", "<2.0.0"),
  ],
  namespace: "clearml-agent",
  release: "clearml-app-gateway",
  needs: ["control-plane", "agent"],
  values: [
    ...GATEWAY_VALUES,
    key("clearml.apiKey", "string", {
      required: true,
      secret: true,
      pattern: ACCESS_KEY,
      filled: "access-key",
    }),
    key("clearml.apiSecret", "string", {
      required: true,
      secret: true,
      pattern: SECRET_KEY,
      filled: "secret-key",
    }),
    ...credentialsOfOthers("apiKey"),
    // Read by the router before 2025; nothing reads them now.
    key("clearml.jwksKey", "string", { secret: true }),
    key("clearml.sslVerify", "boolean"),
    authCookieName(false),
    key("httpRoute", "map", { open: true, versions: ">=3.1.0" }),
    key("service.type", "string", { words: ["ClusterIP", "NodePort"] }),
    key("service.nodePort", "integer", { minimum: 1, maximum: 65535 }),
    key("externalURL", "string", {
      pattern: HTTP_URL,
      required: { when: { path: "service.type", is: "NodePort" } },
    }),
    ...ROUTER_VALUES,
    key("proxy", "map", { open: true }),
    key("proxy.autoReloadConfig", "boolean", { versions: ">=3.2.0" }),
    ...streams("tcpSession"),
    ...streams("streamSession"),
    key("networkPolicy", "map", { open: true, versions: ">=3.0.0" }),
    ...customCertificates(),
  ],
};
