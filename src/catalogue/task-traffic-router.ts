import {
  authCookieName,
  credentialsOfOthers,
  GATEWAY_VALUES,
  ROUTER_VALUES,
  streams,
} from "./gateway-rows.ts";
import type { ComponentDefinition } from "./model.ts";
import { ACCESS_KEY, SECRET_KEY } from "./patterns.ts";
import { key } from "./rows.ts";
import { enterprise } from "./sources.ts";

export const taskTrafficRouter: ComponentDefinition = {
  id: "task-traffic-router",
  title: "Task Traffic Router: the gateway before May 2025",
  scope: "both",
  kind: "chart",
  charts: [
    enterprise("B", "clearml-enterprise-task-traffic-router"),
    enterprise("A", "clearml-enterprise-task-traffic-router"),
    enterprise("A", "clearml-task-traffic-router"),
  ],
  namespace: "clearml-agent",
  release: "clearml-ttr",
  needs: ["control-plane", "agent"],
  values: [
    ...GATEWAY_VALUES,
    key("clearml.apiServerKey", "string", {
      // The oldest chart spells both with a small s.
      required: { unless: ["clearml.apiserverKey"] },
      secret: true,
      pattern: ACCESS_KEY,
      filled: "access-key",
    }),
    key("clearml.apiServerSecret", "string", {
      required: { unless: ["clearml.apiserverSecret"] },
      secret: true,
      pattern: SECRET_KEY,
      filled: "secret-key",
    }),
    ...credentialsOfOthers("apiServerKey"),
    key("clearml.jwksKey", "string", { required: true, secret: true, filled: "jwks-key" }),
    authCookieName(true),
    key("clearml.sslVerify", "boolean"),
    ...ROUTER_VALUES,
    ...streams("tcpSession"),
    ...streams("streamSession"),
  ],
};
