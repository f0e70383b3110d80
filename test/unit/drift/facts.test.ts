import { describe, expect, it } from "vitest";
import { readFacts } from "../../../src/drift/facts.ts";
import type { Tenant } from "../../../src/environment/model.ts";
import { refusal } from "../../../src/kubernetes/refusals.ts";
import type { StoredObjects } from "../deploy/stored-objects.ts";
import { load } from "../environment/support.ts";
import { FILES, putSecret, scanOf, storedCluster } from "./values/scene.ts";

const SECRETS = "/api/v1/namespaces/acme/secrets";

/** Reads the facts of a cluster; what it may not be asked for is refused. */
async function factsOf({
  before,
  refused = [],
  status = 403,
}: {
  before?(cluster: StoredObjects): void;
  refused?: string[];
  status?: number;
} = {}) {
  const environment = await load(FILES);
  const cluster = storedCluster(environment);
  before?.(cluster);
  const { kubernetes } = cluster;
  const guarded = <T>(path: string, ask: () => Promise<T>): Promise<T> => {
    if (!refused.includes(path)) return ask();
    const request = { method: "GET" as const, path };
    throw refusal(request, { code: status, reason: "Forbidden", message: "no", details: {} });
  };
  const queries: (string | undefined)[] = [];
  const scan = scanOf(environment, {
    ...cluster,
    kubernetes: {
      ...kubernetes,
      get: async (path) => guarded(path, () => kubernetes.get(path)),
      list: async (path, query) => {
        queries.push(query);
        return guarded(path, () => kubernetes.list(path, query));
      },
    },
  });
  const facts = await readFacts(scan);
  const [tenant] = environment.tenants as [Tenant];
  return { facts, tenant, requests: cluster.requests, queries, memory: facts.memory(tenant) };
}

describe("what tenants rest on", () => {
  it("is read in one list for all of them, and one Secret per shared service", async () => {
    const { facts, memory, requests, queries } = await factsOf();
    expect(requests.toSorted()).toEqual([
      "GET /api/v1/namespaces/clearml/secrets/clearml-conf",
      "GET /api/v1/namespaces/redis-shared/secrets/redis",
      "GET /api/v1/secrets",
    ]);
    expect(queries).toEqual(["labelSelector=clearml-actions%2Fenvironment%3Dtest"]);
    expect(facts.unread).toEqual([]);
    expect(facts.server?.system).toEqual({ accessKey: "SERVERKEY00001", secretKey: "server-secret-000001" });
    expect(facts.redisPassword).toBe("redis-password-1");
    expect(await memory?.load()).toEqual({ companyId: "c".repeat(32), adminUserId: "u1" });
    expect(await memory?.loadCredentials("gateway")).toEqual({
      accessKey: "GATEWAYKEY0001",
      secretKey: "gateway-secret-00001",
    });
  });

  it("is found one by one where labels are gone, or the list is forbidden", async () => {
    const unlabelled = (cluster: StoredObjects) => {
      for (const [path, object] of cluster.objects)
        if (path.startsWith(SECRETS))
          cluster.put(path, { ...object, metadata: { name: object.metadata.name } });
    };
    for (const options of [{ refused: ["/api/v1/secrets"] }, { before: unlabelled }]) {
      const { facts, memory } = await factsOf(options);
      expect(facts.unread).toEqual([]);
      expect(await memory?.load()).toMatchObject({ adminUserId: "u1" });
      expect(await memory?.loadCredentials("agent")).toMatchObject({ accessKey: "AGENTKEY000001" });
    }
  });

  it("is nothing where nothing is remembered, and that is no refusal", async () => {
    const { facts, memory } = await factsOf({
      before: ({ objects }) => {
        for (const path of [...objects.keys()]) if (path.startsWith(SECRETS)) objects.delete(path);
      },
    });
    expect(facts.unread).toEqual([]);
    expect([await memory?.load(), await memory?.loadCredentials("agent")]).toEqual([undefined, undefined]);
  });

  it("says that a record is damaged when it is asked for", async () => {
    const { memory } = await factsOf({
      before: (cluster) => putSecret(cluster, "acme", "clearml-tenant", { "record.json": "{" }),
    });
    await expect(memory?.load()).rejects.toThrow("Secret clearml-tenant in namespace acme is damaged");
  });

  it.each([
    [
      "of a tenant",
      ["/api/v1/secrets", `${SECRETS}/clearml-tenant`],
      403,
      "Secrets of namespace acme",
      "lacks the right `get` on `secrets` in namespace `acme`",
    ],
    ["of all tenants", ["/api/v1/secrets"], 500, "Secrets of the tenants", "the API server failed"],
  ])("is unknown where it may not be read: %s", async (_, refused, status, scope, reason) => {
    const { facts, memory } = await factsOf({ refused, status });
    expect(memory).toBeUndefined();
    expect(facts.unread).toEqual([{ scope, reason: expect.stringContaining(reason) }]);
    expect(facts.redisPassword).toBe("redis-password-1");
  });

  it.each([
    ["the API server's key", "/api/v1/namespaces/clearml/secrets/clearml-conf"],
    ["the password of the shared Redis", "/api/v1/namespaces/redis-shared/secrets/redis"],
  ])("says that %s could not be read, and goes on", async (scope, path) => {
    const { facts, memory } = await factsOf({ refused: [path] });
    expect(facts.unread.map((each) => each.scope)).toEqual([scope]);
    expect(memory).toBeDefined();
    expect([facts.server === undefined, facts.redisPassword === undefined]).toEqual([
      path.includes("clearml-conf"),
      path.includes("redis"),
    ]);
  });

  it("asks for nothing without tenants", async () => {
    const environment = await load(FILES);
    const cluster = storedCluster(environment);
    const facts = await readFacts({ ...scanOf(environment, cluster), tenants: [] });
    expect([cluster.requests, facts.unread]).toEqual([[], []]);
    expect(facts.controlPlane.addresses.api).toBe("https://api.ml.example.com");
  });
});
