import { describe, expect, it } from "vitest";
import { scanTenants } from "../../../../src/drift/tenants/scan.ts";
import type { Tenant } from "../../../../src/environment/model.ts";
import { type StoredObjects, storedObjects } from "../../../unit/deploy/stored-objects.ts";
import { ACME, benches, createMemory, type Memory } from "../../tenant/support.ts";
import { factsOf, recordWith, scanOf, tenantLike, use } from "./support.ts";

const start = benches();

function named(name: string, changes: Partial<Tenant> = {}): Tenant {
  return tenantLike({
    name,
    namespace: name,
    company: `Company ${name}`,
    components: [use("agent", name)],
    ...changes,
  });
}

/** The namespaces of tenants as a deployment leaves them. */
function clusterWith(tenants: readonly Tenant[]): StoredObjects {
  const cluster = storedObjects();
  for (const { name, namespace } of tenants) {
    const labels = { "clearml-actions/tenant": name, "clearml-actions/environment": "prod" };
    const metadata = { name: namespace, labels };
    cluster.put(`/api/v1/namespaces/${namespace}`, { apiVersion: "v1", kind: "Namespace", metadata });
  }
  return cluster;
}

/** Onboards tenants on a server. */
async function served(names: readonly string[]) {
  const bench = await start();
  const tenants = names.map((name) => named(name));
  const memories: Record<string, Memory> = {};
  for (const { name, namespace, company } of tenants) {
    const memory = createMemory();
    const admin = { name, email: `${name}@x.example` };
    await bench.run(memory, { wanted: { ...ACME, name, namespace, company, admin, consumers: ["agent"] } })
      .result;
    memories[name] = memory;
  }
  return { bench, tenants, memories };
}

describe("scanTenants", () => {
  it("asks nobody about no tenant", async () => {
    const cluster = storedObjects();
    const scanned = await scanTenants(scanOf(cluster.kubernetes, []), factsOf({}), new Map());
    expect(scanned).toEqual({ findings: [], unread: [], notes: [] });
    expect(cluster.requests).toEqual([]);
  });

  it("finds what drifted, tenant by tenant, with two requests to the cluster", async () => {
    const { bench, tenants, memories } = await served(["acme", "globex"]);
    const cluster = clusterWith(tenants);
    await bench.api.call(
      "login.set_domains",
      { domains: [] },
      { actAs: memories.globex?.record?.adminUserId ?? "" },
    );
    const scan = scanOf(cluster.kubernetes, tenants, bench.url);
    const { findings, unread } = await scanTenants(scan, factsOf(memories), new Map());
    expect(findings.map(({ tenant, path, actual }) => [tenant, path, actual])).toEqual([
      ["globex", "/domains", "none"],
    ]);
    expect(unread).toEqual([]);
    expect(cluster.requests).toEqual(["GET /api/v1/namespaces", "GET /api/v1/resourcequotas"]);
  });

  it("leaves the other tenants as they are when one cannot be read", async () => {
    const { bench, tenants, memories } = await served(["acme", "globex"]);
    await bench.api.call(
      "login.set_domains",
      { domains: [] },
      { actAs: memories.globex?.record?.adminUserId ?? "" },
    );
    // Its administrator may no longer be acted as.
    bench.server.state.logins.delete(memories.acme?.record?.adminUserId ?? "");
    const scan = scanOf(clusterWith(tenants).kubernetes, tenants, bench.url);
    const { findings, unread } = await scanTenants(scan, factsOf(memories), new Map());
    expect(findings.map(({ tenant }) => tenant)).toEqual(["globex"]);
    expect(unread).toEqual([
      { scope: "tenant acme on the ClearML server", reason: expect.stringMatching(/400\/6/) },
    ]);
  });

  it.each<[string, (bench: Awaited<ReturnType<typeof start>>) => unknown, RegExp]>([
    ["does not answer", (bench) => bench.stop(), /ECONNREFUSED/],
    ["is down", (bench) => bench.fail({ status: 502, html: true, times: 999 }), /502/],
    [
      "refuses the key",
      ({ server }) => server.state.logins.delete("__apiserver__"),
      /401\/22.*secret clearml-conf/,
    ],
    [
      "is no Enterprise server",
      ({ server }) => Object.assign(server.state, { edition: "community" }),
      /feature set "basic"/,
    ],
  ])("says that a server %s, and goes on with the namespaces", async (_, breaking, reason) => {
    const { bench, tenants, memories } = await served(["acme"]);
    const cluster = clusterWith([]);
    cluster.put("/api/v1/namespaces/acme", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "acme" },
    });
    await breaking(bench);
    const { findings, unread } = await scanTenants(
      scanOf(cluster.kubernetes, tenants, bench.url),
      factsOf(memories),
      new Map(),
    );
    expect(findings.map(({ object }) => object?.kind)).toEqual(["Namespace", "Namespace"]);
    expect(unread).toEqual([
      { scope: "tenants on the ClearML server", reason: expect.stringMatching(reason) },
    ]);
  });

  it("does not ask a server that has gone away about every tenant", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `t${String(index).padStart(2, "0")}`);
    const { bench, tenants, memories } = await served(names.slice(0, 1));
    const all = names.map((name) => named(name));
    const known = Object.fromEntries(names.map((name) => [name, memories.t00 as Memory]));
    bench.server.watch((endpoint) => {
      // What all tenants share was answered.
      if (endpoint === "users.get_by_id" && bench.server.calls.length > 0)
        bench.fail({ status: 0, times: 999 });
    });
    const before = bench.server.calls.length;
    const company = tenants[0]?.company ?? "";
    const same = all.map((tenant) => ({ ...tenant, company }));
    const scan = scanOf(clusterWith(all).kubernetes, same, bench.url);
    const { findings, unread } = await scanTenants(scan, factsOf(known), new Map());
    bench.server.watch(undefined);
    expect(findings).toEqual([]);
    expect(unread.map(({ scope }) => scope).join()).toMatch(
      /^tenants t00, t01, .* and \d+ more on the ClearML server/,
    );
    // Some at once, each tried a few times.
    expect(bench.server.calls.length - before).toBeLessThan(60);
  });

  it("knows that a deployment alone does not bring back a namespace whose company is on the server", async () => {
    const { bench, tenants, memories } = await served(["acme"]);
    const scan = scanOf(storedObjects().kubernetes, [...tenants, named("newcomer")], bench.url);
    const { findings } = await scanTenants(scan, factsOf(memories), new Map());
    expect(findings.map(({ class: of, tenant, upgradeRepairs }) => [of, tenant, upgradeRepairs])).toEqual([
      ["missing", "acme", false],
      ["missing", "newcomer", true],
    ]);
    const { companyId } = memories.acme?.record ?? {};
    expect(findings[0]?.hint).toMatch(
      new RegExp(
        `kubectl create namespace acme, then .*kubectl -n acme create secret generic clearml-tenant .*"companyId":"${companyId}"`,
      ),
    );
    // The deployment says so too: nothing is remembered of the tenant.
    await expect(
      bench.run(createMemory(), {
        wanted: { ...ACME, company: "Company acme", admin: { name: "acme", email: "acme@x.example" } },
      }).result,
    ).rejects.toThrow(/is taken on this server/);
  });

  it("notes a server that is older than its chart, but for one whose image is pinned", async () => {
    const { bench, tenants, memories } = await served(["acme"]);
    const server = use("control-plane");
    const scan = { ...scanOf(clusterWith(tenants).kubernetes, tenants, bench.url), uses: [server] };
    const notes = async (values: Record<string, unknown>) =>
      (
        await scanTenants(
          scan,
          factsOf(memories),
          new Map([[server, recordWith({ chartVersion: "10.12.7", values })]]),
        )
      ).notes;
    expect(await notes({})).toEqual([
      expect.stringMatching(/says it is 2\.3\.0, and chart 10\.12\.7 brings 3\.28 at least/),
    ]);
    expect(await notes({ apiserver: { image: { tag: "2.3.0" } } })).toEqual([]);
  });
});
