import { GATEWAY_CREDENTIALS } from "../../../catalogue/gateway-rows.ts";
import { type Values, valueAt } from "../../../overrides/values.ts";
import { type Fact, fill, isBefore, type TenantChart } from "./chart.ts";
import type { TenantFacts } from "./facts.ts";

/** From here on session ports stand in `streamSession`; older charts read `tcpSession` only. */
const READS_STREAM_SESSION = "3.0.0";
const SECURE_COOKIE = "ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE";
/** The ports Kubernetes gives to nodes unless a cluster is set up otherwise. */
const NODE_PORTS = { start: 30000, end: 32767 };

const STREAM_KEYS = [
  ["routerAddress"],
  ["service", "type"],
  ["service", "annotations"],
  ["portRange", "start"],
  ["portRange", "end"],
];

/** The values of a tenant's gateway, of the old chart or the new one, with what the overrides left out. */
export function gatewayValues(chart: TenantChart, values: Values, facts: TenantFacts): Values {
  const { addresses, jwksKey, controlPlane } = facts;
  const cookieName = facts.cookieName ?? valueAt(controlPlane, ["clearml", "cookieName"]);
  const filled = fill(values, [
    ...credentials(chart, values, facts),
    [["clearml", "apiServerUrlReference"], addresses.api],
    [["clearml", "authCookieName"], cookieName || undefined],
    // The signing key of the whole server: only for the chart that checks logins itself.
    ...(chart.id === "task-traffic-router" ? [[["clearml", "jwksKey"], jwksKey] as Fact] : []),
    ...streams(chart, values),
    ...nodePort(chart, values),
  ]);
  return withPlainCookie(chart, filled);
}

/** What the values of a gateway leave undone, in words. */
export function gatewayNotes(chart: TenantChart, values: Values): string[] {
  const [start, before] = ["streamSession", "tcpSession"].map((block) => rangeStart(values, block));
  const isPassedOn = readsTcpSession(chart) && Boolean(start) && start === before;
  const isUnreachable = isOnNodePort(chart, values) && !valueAt(values, ["externalURL"]);
  return [
    ...(isPassedOn
      ? [
          `this chart does not read \`streamSession\`, which came with app-gateway ${READS_STREAM_SESSION}; its ports are passed on as \`tcpSession\``,
        ]
      : []),
    ...(isUnreachable
      ? ["the gateway is on a node port and has no `externalURL`, so users are not told where it is"]
      : []),
  ];
}

/** The tenant's pair in the spelling of the chart, unless the overrides give a key in any of the spellings. */
function credentials(chart: TenantChart, values: Values, { gateway }: TenantFacts): Fact[] {
  const given = GATEWAY_CREDENTIALS.flatMap(({ key, secret }) => [key, secret]);
  if (given.some((name) => valueAt(values, ["clearml", name]))) return [];
  const { key, secret } = spelling(chart);
  return [
    [["clearml", key], gateway.accessKey],
    [["clearml", secret], gateway.secretKey],
  ];
}

function spelling({ id, chart = "" }: TenantChart): (typeof GATEWAY_CREDENTIALS)[number] {
  if (id === "app-gateway") return GATEWAY_CREDENTIALS[0];
  return GATEWAY_CREDENTIALS.find((names) => chart.includes(names.chart)) ?? GATEWAY_CREDENTIALS[1];
}

/** Session ports under the name that an older chart reads. */
function streams(chart: TenantChart, values: Values): Fact[] {
  const isNeeded = readsTcpSession(chart) && Boolean(rangeStart(values, "streamSession"));
  if (!isNeeded || rangeStart(values, "tcpSession")) return [];
  return STREAM_KEYS.map((key): Fact => [["tcpSession", ...key], valueAt(values, ["streamSession", ...key])]);
}

function readsTcpSession(chart: TenantChart): boolean {
  return chart.id === "task-traffic-router" || isBefore(chart, READS_STREAM_SESSION);
}

function rangeStart(values: Values, block: string): unknown {
  return valueAt(values, [block, "portRange", "start"]);
}

/** Whether users reach the gateway at a port of the nodes, not through an Ingress. */
export function isOnNodePort({ id }: TenantChart, values: Values): boolean {
  return (
    id === "app-gateway" &&
    valueAt(values, ["ingress", "enabled"]) !== true &&
    valueAt(values, ["service", "type"]) === "NodePort"
  );
}

/** The port that the address promises; else Kubernetes would give any. */
function nodePort(chart: TenantChart, values: Values): Fact[] {
  const port = Number(externalUrl(values)?.port);
  const isPromised = port >= NODE_PORTS.start && port <= NODE_PORTS.end;
  return isPromised && isOnNodePort(chart, values) ? [[["service", "nodePort"], port]] : [];
}

/** Browsers send a secure cookie by https only: over http the gateway would never see the login. */
function withPlainCookie(chart: TenantChart, values: Values): Values {
  if (!isOnNodePort(chart, values) || externalUrl(values)?.protocol !== "http:") return values;
  const given = valueAt(values, ["router", "extraEnvs"]) ?? [];
  if (!Array.isArray(given) || given.some((each) => valueAt(each, ["name"]) === SECURE_COOKIE)) return values;
  const router = valueAt(values, ["router"]) as Values | null | undefined;
  return {
    ...values,
    router: { ...router, extraEnvs: [...given, { name: SECURE_COOKIE, value: "false" }] },
  };
}

function externalUrl(values: Values): URL | undefined {
  const url = valueAt(values, ["externalURL"]);
  return typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
}
