import type { ValueRule } from "./model.ts";
import { COOKIE_NAME, HOST_OR_IP } from "./patterns.ts";
import { apiServerUrl, environmentList, imageCredentials, ingress, key, keys } from "./rows.ts";

/** Rows that both gateway charts know. */
export const GATEWAY_VALUES: readonly ValueRule[] = [
  key("global", "map", { open: true }),
  ...imageCredentials("existingImagePullSecrets"),
  apiServerUrl("clearml.apiServerUrlReference"),
  ...ingress(""),
  key("fullnameOverride", "string"),
  key("nameOverride", "string"),
];

/** Spellings of the tenant's credentials by generation of the chart, newest first. */
export const GATEWAY_CREDENTIALS = [
  { key: "apiKey", secret: "apiSecret", chart: "clearml-enterprise-app-gateway" },
  { key: "apiServerKey", secret: "apiServerSecret", chart: "clearml-enterprise-task-traffic-router" },
  { key: "apiserverKey", secret: "apiserverSecret", chart: "clearml-task-traffic-router" },
] as const;

/** Keys another generation of the chart reads: known, so that they are secret and explained, but never needed. */
export function credentialsOfOthers(own: string): ValueRule[] {
  const others = GATEWAY_CREDENTIALS.filter(({ key }) => key !== own);
  return keys(
    "clearml",
    others.flatMap(({ key, secret }) => [key, secret]),
    "string",
    { secret: true },
  );
}

/** Name of the cookie that carries the login to the gateway. */
export function authCookieName(required: boolean): ValueRule {
  return key("clearml.authCookieName", "string", {
    pattern: COOKIE_NAME,
    ...(required ? { required: true } : {}),
  });
}

/** Ports for TCP (and since `streamSession` UDP) sessions. */
export function streams(prefix: "tcpSession" | "streamSession"): ValueRule[] {
  return [
    key(`${prefix}.routerAddress`, "string", { pattern: HOST_OR_IP, required: { when: { path: prefix } } }),
    key(`${prefix}.service.type`, "string", { words: ["NodePort", "LoadBalancer", "ClusterIP"] }),
    key(`${prefix}.service.loadBalancerClass`, "string", { versions: ">=3.0.6" }),
    ...keys(`${prefix}.service`, ["annotations"], "map", { open: true }),
    ...keys(`${prefix}.portRange`, ["start", "end"], "integer", {
      minimum: 1,
      maximum: 65535,
      required: { when: { path: prefix } },
    }),
  ];
}

export const ROUTER_VALUES: readonly ValueRule[] = [
  ...environmentList("router.extraEnvs"),
  key("router", "map", { open: true }),
];
