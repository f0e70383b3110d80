import { isGateway } from "../catalogue/gateways.ts";
import { UserError } from "../core/errors.ts";
import { controlPlaneAddresses, gatewayAddress } from "../deploy/addresses.ts";
import { controlPlaneValues } from "../deploy/control-plane.ts";
import { placeholdersFor } from "../deploy/placeholders.ts";
import type { Session } from "../deploy/session.ts";
import { selectTenants } from "../deploy/tenant/select.ts";
import { isOnNodePort } from "../deploy/tenant/values/gateway.ts";
import type { ComponentUse, Tenant } from "../environment/model.ts";
import { resolveValues } from "../overrides/resolve.ts";
import { type Values, valueAt } from "../overrides/values.ts";
import type { SmokeTarget } from "./model.ts";

/** What inputs say beside the files, or instead of them. */
export interface Given {
  apiUrl?: string | undefined;
  cookieName?: string | undefined;
}

/**
 * A gateway by its address alone.
 * @throws UserError when it is none
 */
export function urlTarget(address: string, given: Given): SmokeTarget {
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new UserError({
      message: `input \`url\`: \`${address}\` is no http(s) address without credentials`,
      hint: "write it as people open it, such as https://gateway.acme.ml.example.com",
    });
  }
  // Node ports are the one way without an Ingress, and have no TLS.
  const port = Number(url.port);
  const nodePort = port >= 30_000 && port <= 32_767;
  return { url, values: {}, nodePort, ...settings(given, {}) };
}

/**
 * The gateway of a tenant, as its files say.
 * @throws UserError when the environment has no such tenant, or the tenant no gateway that has an address
 */
export function tenantTarget(session: Session, name: string, given: Given): SmokeTarget {
  const { environment, secrets } = session;
  const [tenant] = selectTenants(environment, [name]);
  if (!tenant) throw new Error("no tenant was selected");
  const use = gatewayOf(tenant);
  const { known, lookup } = placeholdersFor(use, environment, secrets, tenant);
  // Nothing that is judged here rests on secrets, or on what onboarding makes.
  const values = resolveValues(use, { known, lookup: (each) => lookup(each) ?? "" });
  const address = gatewayAddress(values);
  const url = address === undefined ? undefined : URL.parse(address);
  if (!url) throw noAddress(use, tenant, address);
  const server = controlPlaneValues(session);
  const addresses = controlPlaneAddresses(environment, server);
  const chart = { id: use.id, ...(use.chart ? { chart: use.chart } : {}) };
  const streams = streamsOf(values);
  return {
    ...{ url, use, environment, tenant: tenant.name, values },
    nodePort: isOnNodePort(chart, values),
    appUrl: addresses.app,
    ...settings(
      { apiUrl: given.apiUrl ?? addresses.api, cookieName: given.cookieName ?? cookieOf(values, server) },
      server,
    ),
    ...(streams ? { streams } : {}),
  };
}

function gatewayOf({ name, components }: Tenant): ComponentUse {
  // A tenant has at most one that is enabled.
  const use = components.find((each) => isGateway(each) && each.enabled);
  if (use) return use;
  throw new UserError({
    message: `input \`tenant\`: tenant \`${name}\` has no gateway`,
    hint: `give it one under \`components\` (app-gateway or task-traffic-router), or name the address with input \`url\``,
  });
}

function noAddress(use: ComponentUse, { name }: Tenant, address: string | undefined): UserError {
  const found = address === undefined ? "neither `externalURL` nor `ingress.hostName`" : `\`${address}\``;
  return new UserError({
    message: `the ${use.id} of tenant \`${name}\` has no address that can be opened: its values give ${found}`,
    hint: "set `ingress.hostName` to a bare host name, or `externalURL` to the whole address",
    at: use.at,
  });
}

function settings({ apiUrl, cookieName }: Given, server: Values) {
  const cookieDomain = textAt(server, ["clearml", "cookieDomain"]);
  return {
    ...(apiUrl ? { apiUrl } : {}),
    ...(cookieName ? { cookieName } : {}),
    ...(cookieDomain ? { cookieDomain } : {}),
  };
}

function cookieOf(values: Values, server: Values): string | undefined {
  return textAt(values, ["clearml", "authCookieName"]) ?? textAt(server, ["clearml", "cookieName"]);
}

/** Where sessions without HTTP are served; charts before and after 3.0.0 name it differently. */
function streamsOf(values: Values): SmokeTarget["streams"] {
  for (const block of ["streamSession", "tcpSession"]) {
    const host = textAt(values, [block, "routerAddress"]);
    const [start, end] = ["start", "end"].map((key) => Number(valueAt(values, [block, "portRange", key])));
    if (host && start && end && start <= end) return { host, start, end };
  }
  return undefined;
}

function textAt(values: Values, path: readonly string[]): string | undefined {
  const value = valueAt(values, [...path]);
  return typeof value === "string" && value !== "" ? value : undefined;
}
