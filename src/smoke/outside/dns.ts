import { BlockList, isIPv6 } from "node:net";
import { UserError } from "../../core/errors.ts";
import { apiPath, type KubernetesObject } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { valueAt } from "../../overrides/values.ts";
import type { Probe, SmokeCheck, SmokeResult } from "../model.ts";
import { addressesOf, hostOf, isAddress } from "./connection.ts";
import { triesText, untilGood, type Waited } from "./waiting.ts";

export const dns: SmokeCheck = {
  name: "dns",
  group: "outside",
  proves: "The gateway's host resolves, and to its own Ingress or node where the cluster can be asked.",
  async run(probe) {
    const host = hostOf(probe.target.url);
    const [found, expected] = await Promise.all([resolved(probe, host), expectedAddresses(probe)]);
    return nowhere(host, found, OF_GATEWAY) ?? judgeAddresses(host, found.seen, expected, triesText(found));
  },
};

export const dnsStreams: SmokeCheck = {
  name: "dns-streams",
  group: "outside",
  proves: "The host of sessions without HTTP (`routerAddress`) resolves.",
  async run(probe) {
    const { streams } = probe.target;
    if (!streams) return { status: "skip", detail: "the gateway's values name no ports for sessions" };
    const found = await resolved(probe, streams.host);
    return nowhere(streams.host, found, OF_STREAMS) ?? pass(streams.host, found.seen, triesText(found));
  },
};

/**
 * Waits for a name that is new, and for name servers that have no time.
 * @throws UserError when they never had
 */
async function resolved(probe: Probe, host: string): Promise<Waited<string[]>> {
  const look = () => addressesOf(host).catch(unanswered);
  const { seen, ...waited } = await untilGood(
    probe,
    look,
    (found) => Array.isArray(found) && found.length > 0,
  );
  if (Array.isArray(seen)) return { seen, ...waited };
  const [problem] = seen.problems;
  const message = `${seen.message}${triesText(waited)}`;
  throw new UserError({ ...problem, message }, { kind: seen.kind, cause: seen });
}

function unanswered(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  throw thrown;
}

const OF_GATEWAY =
  "let its record lead to the load balancer of the ingress controller, or correct the host in the gateway's values (`ingress.hostName`, `externalURL`)";
const OF_STREAMS =
  "let its record lead to the Service of the gateway's sessions, or correct `routerAddress` of `streamSession` (before chart 3.0.0 `tcpSession`) in the gateway's values";

/** What is wrong with a host that leads to no machine at all. */
function nowhere(host: string, found: Waited<string[]>, hint: string): SmokeResult | undefined {
  if (found.seen.length === 0) {
    return { status: "fail", detail: `the DNS knows no address of \`${host}\`${triesText(found)}`, hint };
  }
  const unspecified = found.seen.filter((address) => /^(0\.0\.0\.0|::)$/.test(address));
  if (unspecified.length === 0) return undefined;
  const detail = `\`${host}\` leads to ${unspecified.join(", ")}, which is no machine's address`;
  return { status: "fail", detail, hint };
}

function pass(host: string, addresses: readonly string[], more: string): SmokeResult {
  const detail = isAddress(host)
    ? `\`${host}\` is an address, there is nothing to resolve${more}`
    : `\`${host}\` resolves to ${addresses.join(", ")}${more}`;
  return { status: "pass", detail };
}

/** Where a host should lead, and who says so. */
export interface Expected {
  addresses: readonly string[];
  /** Such as `the Ingress acme/gateway`. */
  source: string;
}

/** Whether a host leads where its cluster expects it. */
export function judgeAddresses(
  host: string,
  addresses: readonly string[],
  expected: Expected | undefined,
  more = "",
): SmokeResult {
  const result = pass(host, addresses, more);
  if (!expected || expected.addresses.length === 0) return result;
  const there = `${expected.source} (${expected.addresses.join(", ")})`;
  const foreign = addresses.filter((address) => !expected.addresses.some((each) => isSame(each, address)));
  if (foreign.length === 0) return { ...result, detail: `${result.detail}: that is ${expected.source}` };
  if (expected.addresses.every(isPrivate) && !foreign.some(isPrivate)) {
    const detail = `${result.detail}, and ${there} has private addresses: something in between must lead there`;
    return { status: "info", detail };
  }
  return {
    status: "fail",
    detail: `\`${host}\` leads to ${foreign.join(", ")}, and not to ${there}`,
    hint: `correct the record of \`${host}\`: requests reach somebody else, or another ingress controller`,
  };
}

function isSame(one: string, other: string): boolean {
  // Addresses of version 6 have several spellings, and a list of blocks knows them all.
  if (!isIPv6(one) || !isIPv6(other)) return one === other;
  const list = new BlockList();
  list.addAddress(one, "ipv6");
  return list.check(other, "ipv6");
}

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  PRIVATE.addSubnet(net, bits, "ipv4");
}
PRIVATE.addSubnet("fc00::", 7, "ipv6");

function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Where the gateway is to be reached, as its cluster says; undefined where that is not known. */
async function expectedAddresses(probe: Probe): Promise<Expected | undefined> {
  const { target, kubernetes } = probe;
  if (!kubernetes || !target.use) return undefined;
  try {
    if (target.nodePort) return nodeAddresses(await kubernetes.list(apiPath("v1", "nodes")));
    const path = apiPath("networking.k8s.io/v1", "ingresses", target.use.namespace);
    return await ingressAddresses(await kubernetes.list(path), hostOf(target.url));
  } catch (thrown) {
    // Who may not look cannot compare.
    if (thrown instanceof RefusedError && thrown.status === 403) return undefined;
    throw thrown;
  }
}

function nodeAddresses(nodes: readonly KubernetesObject[]): Expected {
  const all = nodes.flatMap((node) => listAt<{ type?: string; address?: string }>(node, "addresses"));
  const addresses = all.flatMap(({ type, address }) => (type === "Hostname" || !address ? [] : address));
  return { addresses, source: "a node of the cluster" };
}

async function ingressAddresses(
  ingresses: readonly KubernetesObject[],
  host: string,
): Promise<Expected | undefined> {
  const own = ingresses.find(({ spec }) => {
    const rules = valueAt(spec, ["rules"]);
    return Array.isArray(rules) && rules.some((rule) => valueAt(rule, ["host"]) === host);
  });
  if (!own) return undefined;
  const balancers = listAt<{ ip?: string; hostname?: string }>(own, "loadBalancer", "ingress");
  const named = await Promise.all(
    balancers.flatMap(({ hostname }) => (hostname ? addressesOf(hostname) : [])),
  );
  const addresses = [...balancers.flatMap(({ ip }) => ip ?? []), ...named.flat()];
  return { addresses, source: `the Ingress ${own.metadata.namespace}/${own.metadata.name}` };
}

function listAt<T>({ status }: KubernetesObject, ...path: string[]): T[] {
  const value = valueAt(status, path);
  return Array.isArray(value) ? value : [];
}
