import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import type { Probe, SmokeTarget } from "../../../../src/smoke/model.ts";
import { dns, dnsStreams, judgeAddresses } from "../../../../src/smoke/outside/dns.ts";
import { mapNames } from "../../../support/gateway/names.ts";

const HOST = "gateway.example.test";
let forget: () => void;
beforeAll(() => {
  forget = mapNames({
    [HOST]: { addresses: ["198.51.100.7"] },
    "both.example.test": { addresses: ["198.51.100.7", "2001:db8::7"] },
    "balancer.example.test": { addresses: ["198.51.100.7"] },
    "nowhere.example.test": { addresses: ["0.0.0.0"] },
    "nobody.example.test": { addresses: [] },
  });
});
afterAll(() => forget());

interface Seen {
  url?: string;
  nodePort?: boolean;
  streams?: string;
  /** Objects that the cluster lists; an error is thrown. */
  cluster?: object[] | Error;
}

function probe({ url = `https://${HOST}/`, nodePort = false, streams, cluster }: Seen): Probe {
  const list = async (path: string) => {
    if (cluster instanceof Error) throw cluster;
    const resource = nodePort ? "/api/v1/nodes" : "/apis/networking.k8s.io/v1/namespaces/acme/ingresses";
    return path === resource ? cluster : [];
  };
  const target: Partial<SmokeTarget> = {
    ...{ url: new URL(url), nodePort, values: {} },
    ...(streams ? { streams: { host: streams, start: 1, end: 2 } } : {}),
    use: { namespace: "acme" } as NonNullable<SmokeTarget["use"]>,
  };
  return {
    target: target as SmokeTarget,
    signal: new AbortController().signal,
    // Short enough for a second look to make no sense.
    deadline: Date.now() + 100,
    ...(cluster ? { kubernetes: { list } as unknown as Kubernetes } : {}),
  } as Probe;
}

function ingress(host: string, ...balancers: { ip?: string; hostname?: string }[]): object {
  return {
    metadata: { namespace: "acme", name: "gateway" },
    spec: { rules: [{ host: "other.example.test" }, { host }] },
    status: { loadBalancer: { ingress: balancers } },
  };
}

function node(...addresses: string[]): object {
  const listed = addresses.map((address) => ({ type: "InternalIP", address }));
  return { status: { addresses: [...listed, { type: "Hostname", address: "node-1" }] } };
}

const forbidden = new RefusedError({ message: "forbidden", hint: "ask" }, 403, "Forbidden");

describe("dns", () => {
  it.each<[string, Seen, string, RegExp]>([
    ["a name that resolves", {}, "pass", /resolves to 198\.51\.100\.7$/],
    ["both versions", { url: "https://both.example.test/" }, "pass", /198\.51\.100\.7, 2001:db8::7$/],
    ["an address", { url: "https://192.0.2.1:8443/" }, "pass", /`192\.0\.2\.1` is an address/],
    ["an address of version 6", { url: "https://[2001:db8::1]/" }, "pass", /`2001:db8::1` is an address/],
    ["no such name", { url: "https://nobody.example.test/" }, "fail", /knows no address of `nobody/],
    [
      "an unspecified address",
      { url: "https://nowhere.example.test/" },
      "fail",
      /leads to 0\.0\.0\.0, which/,
    ],
    ["an unspecified one, given as such", { url: "http://[::]:30080/" }, "fail", /`::` leads to ::, which/],
    [
      "its Ingress",
      { cluster: [ingress("x.test"), ingress(HOST, { ip: "198.51.100.7" })] },
      "pass",
      /: that is the Ingress acme\/gateway$/,
    ],
    [
      "its Ingress, told by name",
      { cluster: [ingress(HOST, { hostname: "balancer.example.test" })] },
      "pass",
      /that is the Ingress/,
    ],
    [
      "another Ingress",
      { cluster: [ingress(HOST, { ip: "203.0.113.9" })] },
      "fail",
      /leads to 198\.51\.100\.7, and not to the Ingress acme\/gateway \(203\.0\.113\.9\)/,
    ],
    ["an Ingress without an address", { cluster: [ingress(HOST)] }, "pass", /198\.51\.100\.7$/],
    ["no Ingress of this host", { cluster: [ingress("x.test", { ip: "203.0.113.9" })] }, "pass", /\.7$/],
    ["who may not look", { cluster: forbidden }, "pass", /\.7$/],
    [
      "a node",
      { url: "http://192.0.2.1:30080/", nodePort: true, cluster: [node("192.0.2.9"), node("192.0.2.1")] },
      "pass",
      /that is a node of the cluster/,
    ],
    [
      "no node",
      { url: "http://192.0.2.1:30080/", nodePort: true, cluster: [node("192.0.2.9")] },
      "fail",
      /and not to a node of the cluster \(192\.0\.2\.9\)/,
    ],
  ])("%s", async (_, seen, status, detail) => {
    const result = await dns.run(probe(seen));
    expect(result).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect(result.hint === undefined).toBe(status === "pass");
  });

  it("passes on what the cluster says otherwise", async () => {
    await expect(dns.run(probe({ cluster: new Error("broken") }))).rejects.toThrow("broken");
  });

  it("tells a way through a firewall from a foreign address", () => {
    const expected = (...addresses: string[]) => ({ addresses, source: "the Ingress a/b" });
    const judged = (found: string[], ...own: string[]) =>
      judgeAddresses("h.test", found, expected(...own)).status;
    expect(judged(["198.51.100.7"], "10.0.0.4")).toBe("info");
    expect(judged(["198.51.100.7"], "10.0.0.4", "203.0.113.1")).toBe("fail");
    expect(judged(["10.0.0.5"], "10.0.0.4")).toBe("fail");
    expect(judged(["2001:DB8::7"], "2001:db8:0:0::7")).toBe("pass");
    expect(judged(["198.51.100.7", "10.0.0.4"], "10.0.0.4")).toBe("info");
  });
});

describe("dns-streams", () => {
  it.each([
    [undefined, "skip", /no ports/],
    [HOST, "pass", /resolves to 198/],
    ["192.0.2.4", "pass", /is an address/],
    ["0.0.0.0", "fail", /no machine's address/],
    ["nobody.example.test", "fail", /knows no address/],
  ])("%s: %s", async (streams, status, detail) => {
    const result = await dnsStreams.run(probe(streams ? { streams } : {}));
    expect(result).toMatchObject({ status, detail: expect.stringMatching(detail) });
    if (status === "fail") expect(result.hint).toContain("routerAddress");
  });
});
