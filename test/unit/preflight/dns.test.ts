import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dns, hostsOf, judgeDns } from "../../../src/preflight/checks/dns.ts";
import type { Look } from "../../../src/preflight/model.ts";
import { systemResolver } from "../../../src/preflight/resolver.ts";
import { type DnsServer, startDnsServer } from "../../support/dns-server.ts";
import { lookAt, told, use } from "./cluster.ts";

const SERVICES = "/api/v1/namespaces/ingress-nginx/services";
const address = (...ips: string[]) => ({
  metadata: { namespace: "ingress-nginx", name: "controller" },
  spec: { type: "LoadBalancer" },
  status: { loadBalancer: { ingress: ips.map((ip) => (/^\d/.test(ip) ? { ip } : { hostname: ip })) } },
});
const addresses = {
  api: "https://api.ml.example.com",
  app: "https://app.ml.example.com",
  files: "https://files.ml.example.com",
};
const uses = [use("control-plane")];

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer({
    "api.ml.example.com": "192.0.2.1",
    "app.ml.example.com": "192.0.2.1",
    "files.ml.example.com": "192.0.2.1",
    "api.half.example.com": "192.0.2.1",
    "*.wild.example.com": "203.0.113.7",
    "lb.example.net": "192.0.2.1",
    "wild.example.net": "192.0.2.9",
  });
});
afterAll(() => server?.stop());

const below = (base: string) =>
  Object.fromEntries(
    Object.entries(addresses).map(([name, url]) => [name, url.replace("ml.example.com", base)]),
  ) as unknown as typeof addresses;

async function find(base: string, services: object[] | undefined, more: Partial<Look> = {}) {
  const environment = { baseDomain: base, components: [] } as unknown as Look["environment"];
  const fake = services ? { lists: { [SERVICES]: services } } : {};
  const resolver = systemResolver([server.address]);
  return told(await dns.find(lookAt(fake, { uses, environment, addresses: below(base), resolver, ...more })));
}

describe("the DNS", () => {
  it.each<[string, string, object[] | undefined, string[]]>([
    ["leads to the controller", "ml.example.com", [address("192.0.2.1")], []],
    ["leads to the controller's name", "ml.example.com", [address("lb.example.net")], []],
    ["leads somewhere, the controller may not be seen", "ml.example.com", undefined, []],
    [
      "knows one of three",
      "half.example.com",
      [address("192.0.2.1")],
      ["warning: app.half.example.com, files.half.example.com do not resolve from this machine"],
    ],
    [
      "leads elsewhere through a wildcard",
      "wild.example.com",
      [address("192.0.2.1", "192.0.2.2")],
      [
        `warning: ${["api", "app", "files"].map((each) => `${each}.wild.example.com leads to 203.0.113.7 (through *.wild.example.com)`).join("; ")}; the ingress controller is at 192.0.2.1, 192.0.2.2`,
      ],
    ],
    [
      "leads elsewhere, the controller has a name",
      "half.example.com",
      [address("wild.example.net")],
      [
        "warning: app.half.example.com, files.half.example.com do not resolve from this machine",
        "warning: api.half.example.com leads to 192.0.2.1; the ingress controller is at 192.0.2.9",
      ],
    ],
    [
      "cannot lead to a controller without an address",
      "ml.example.com",
      [address()],
      [
        "warning: Service ingress-nginx/controller of the ingress controller waits for an address: no host can lead to it",
      ],
    ],
  ])("%s", async (_, base, services, expected) => {
    expect(await find(base, services)).toEqual(expected);
  });

  it("is not asked where no host is deployed", async () => {
    const before = server.asked.length;
    expect(await find("ml.example.com", undefined, { uses: [use("redis")] })).toEqual([]);
    expect(server.asked).toHaveLength(before);
  });

  it("may not answer", () => {
    const answers = [{ host: "api.ml.example.com", addresses: [], failure: "ETIMEOUT" }];
    expect(told(judgeDns(answers, [], { base: "ml.example.com", addresses: [] }))).toEqual([
      "warning: could not check the DNS for api.ml.example.com: ETIMEOUT",
    ]);
  });
});

it("asks for the hosts of the server and of gateways, not for addresses", () => {
  const gateway = use("app-gateway", { values: { ingress: { hostName: "acme.ml.example.com" } } });
  const routed = use("task-traffic-router", { values: { externalURL: "https://192.0.2.4:8443" } });
  const all = [use("control-plane"), gateway, routed];
  expect(hostsOf({ uses: all, addresses })).toEqual([
    "api.ml.example.com",
    "app.ml.example.com",
    "files.ml.example.com",
    "acme.ml.example.com",
  ]);
  expect(hostsOf({ uses: [gateway], addresses })).toEqual(["acme.ml.example.com"]);
});
