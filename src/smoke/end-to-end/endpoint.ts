import { shownAddress } from "../address.ts";

/**
 * What is wrong with the address that a router gave a task's endpoint; undefined when it lies at the gateway under
 * test. A token must go nowhere else.
 */
export function foreignEndpoint(
  endpoint: string,
  gateway: URL,
): { detail: string; hint: string } | undefined {
  const url = URL.parse(endpoint);
  if (!url || !/^https?:$/.test(url.protocol)) {
    return { detail: "the `endpoint` that the router wrote is no http(s) address", hint: NAMED_BY };
  }
  const there = url.hostname === gateway.hostname || url.hostname.endsWith(`.${gateway.hostname}`);
  const found = `the router gave the endpoint \`${shownAddress(url)}\``;
  if (!there) {
    return {
      detail: `${found}, which is not at \`${gateway.origin}\``,
      hint: `${NAMED_BY}; or another gateway serves this namespace, then test that one`,
    };
  }
  // People are led from http to https.
  const upgraded = gateway.protocol === "http:" && url.protocol === "https:" && gateway.port === "";
  if ((url.protocol !== gateway.protocol || url.port !== gateway.port) && !(upgraded && url.port === "")) {
    return { detail: `${found}, which is not how \`${gateway.origin}\` is reached`, hint: NAMED_BY };
  }
  return undefined;
}

const NAMED_BY =
  "routers name endpoints by `ingress.hostName`, or by `externalURL` without an Ingress: make it the address under test";
