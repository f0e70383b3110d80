import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/core/context.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import { tenantMemory } from "../../../src/deploy/tenant/memory/memory.ts";
import { readAllStates, STATE_TYPE } from "../../../src/deploy/tenant/memory/state.ts";

import type { TenantRecord } from "../../../src/tenant/model.ts";
import { refused, type StoredObjects, storedObjects } from "./stored-objects.ts";

const OWNER = { environment: "demo", tenant: "acme", namespace: "acme-ns" };
const SECRET = "/api/v1/namespaces/acme-ns/secrets/clearml-tenant";
const RECORD: TenantRecord = {
  companyId: "c1",
  adminUserId: "u1",
  keys: { agent: { rotating: "ba9876543210" }, gateway: { replacing: true } },
};

function memoryIn({ kubernetes }: StoredObjects, masked: string[] = []) {
  const secrets = createSecrets((value) => masked.push(value));
  return tenantMemory(kubernetes, { secrets } as unknown as Context, OWNER);
}

function encoded(record: unknown) {
  return { "record.json": Buffer.from(JSON.stringify(record)).toString("base64") };
}

describe("a tenant's record", () => {
  it("is kept in one Secret with the labels of its owner, and read by the next run", async () => {
    const cluster = storedObjects();
    const first = memoryIn(cluster);
    expect(await first.load()).toBeUndefined();
    await first.save({ companyId: "c1" });
    await first.save(RECORD);
    expect(cluster.objects.get(SECRET)).toMatchObject({
      type: STATE_TYPE,
      metadata: {
        labels: {
          "app.kubernetes.io/managed-by": "clearml-actions",
          "clearml-actions/tenant": "acme",
          "clearml-actions/environment": "demo",
        },
      },
    });
    expect(await memoryIn(cluster).load()).toEqual(RECORD);
    expect([...cluster.objects.keys()]).toEqual([SECRET]);
  });

  it("is not written again while it says the same", async () => {
    const cluster = storedObjects();
    await memoryIn(cluster).save(RECORD);
    const memory = memoryIn(cluster);
    await memory.load();
    await memory.save({ ...RECORD, keys: { ...RECORD.keys } });
    expect(cluster.requests.filter((each) => !each.startsWith("GET"))).toHaveLength(1);
  });

  it("is written again when only its labels are gone", async () => {
    const cluster = storedObjects();
    await memoryIn(cluster).save(RECORD);
    cluster.put(SECRET, { ...cluster.objects.get(SECRET), metadata: { name: "clearml-tenant" } });
    const memory = memoryIn(cluster);
    await memory.load();
    await memory.save(RECORD);
    expect(cluster.objects.get(SECRET)?.metadata.labels).toHaveProperty("clearml-actions/tenant", "acme");
  });

  it("keeps fields of later versions", async () => {
    const cluster = storedObjects();
    cluster.put(SECRET, { type: STATE_TYPE, metadata: {}, data: encoded({ companyId: "c1", later: [1] }) });
    expect(await memoryIn(cluster).load()).toEqual({ companyId: "c1", later: [1] });
  });

  it("does not overwrite what somebody else has written meanwhile, and says what it is", async () => {
    const cluster = storedObjects();
    const slow = memoryIn(cluster);
    await slow.load();
    await memoryIn(cluster).save({ companyId: "other", adminUserId: "u2" });
    const error = await refused(slow.save({ companyId: "mine" }));
    expect(error.kind).toBe("cluster");
    expect(error.message).toBe(
      "tenant acme: somebody else has changed Secret clearml-tenant in namespace acme-ns meanwhile; it says company other, administrator u2 now",
    );
    expect(await memoryIn(cluster).load()).toEqual({ companyId: "other", adminUserId: "u2" });
  });

  it("is not made anew when somebody has deleted it meanwhile", async () => {
    const cluster = storedObjects();
    const memory = memoryIn(cluster);
    await memory.save(RECORD);
    cluster.objects.delete(SECRET);
    expect((await refused(memory.save({ companyId: "c1" }))).message).toContain("it is gone now");
  });

  it("is written all the same when two wrote the same, or only a label was changed", async () => {
    const cluster = storedObjects();
    const [one, two] = [memoryIn(cluster), memoryIn(cluster)];
    await Promise.all([one.load(), two.load()]);
    await one.save(RECORD);
    await two.save(RECORD);
    const stored = cluster.objects.get(SECRET);
    cluster.put(SECRET, {
      ...stored,
      metadata: { ...stored?.metadata, labels: { ...stored?.metadata.labels, extra: "1" } },
    });
    await one.save({ companyId: "c1" });
    expect(await memoryIn(cluster).load()).toEqual({ companyId: "c1" });
    expect(cluster.objects.get(SECRET)?.metadata.labels).toHaveProperty("extra", "1");
  });

  it.each([
    ["no JSON", { type: STATE_TYPE, data: { "record.json": "bm8=" } }, "does not hold the record"],
    ["without a company", { type: STATE_TYPE, data: encoded({ adminUserId: "u1" }) }, "does not hold"],
    [
      "with keys of another shape",
      { type: STATE_TYPE, data: encoded({ companyId: "c", keys: { agent: 1 } }) },
      "not hold",
    ],
    ["without data", { type: STATE_TYPE }, "does not hold the record"],
    [
      "of another type",
      { type: "Opaque", data: encoded(RECORD) },
      "its type is Opaque, not clearml-actions/tenant",
    ],
  ])("that is damaged (%s) is refused with the repair", async (_, secret, words) => {
    const cluster = storedObjects();
    cluster.put(SECRET, { metadata: { name: "clearml-tenant", namespace: "acme-ns" }, ...secret });
    const error = await refused(memoryIn(cluster).load());
    expect(error.message).toContain("Secret clearml-tenant in namespace acme-ns is damaged");
    expect(error.message).toContain(words);
    expect(error.problems[0]?.hint).toContain("kubectl -n acme-ns delete secret clearml-tenant");
  });

  it("can be written by hand, whatever is in it", () => {
    const record = { companyId: "c1", creatingAdmin: "o'brien@acme.example" };
    expect(memoryIn(storedObjects()).byHand?.(record)).toBe(
      `kubectl -n acme-ns create secret generic clearml-tenant --type=clearml-actions/tenant --from-literal=record.json='{"companyId":"c1","creatingAdmin":"o'\\''brien@acme.example"}' --dry-run=client -o yaml | kubectl apply -f -`,
    );
  });

  it("is found among those of all tenants; damaged ones are not", async () => {
    const cluster = storedObjects();
    await memoryIn(cluster).save({ companyId: "c1" });
    cluster.put("/api/v1/namespaces/b/secrets/clearml-tenant", { type: STATE_TYPE, metadata: {}, data: {} });
    expect(await readAllStates(cluster.kubernetes)).toEqual([
      { namespace: "acme-ns", tenant: "acme", record: { companyId: "c1" } },
    ]);
  });
});

describe("a tenant's key pairs", () => {
  it("are kept in a Secret per consumer, and masked when they are read", async () => {
    const cluster = storedObjects();
    const pair = { accessKey: "ACCESSKEY0001", secretKey: "secret-key-0001" };
    await memoryIn(cluster).saveCredentials("agent", pair);
    const masked: string[] = [];
    const memory = memoryIn(cluster, masked);
    expect(await memory.loadCredentials("agent")).toEqual(pair);
    expect(await memory.loadCredentials("gateway")).toBeUndefined();
    expect(masked).toEqual(expect.arrayContaining(Object.values(pair)));
    const stored = cluster.objects.get("/api/v1/namespaces/acme-ns/secrets/clearml-agent-credentials");
    expect(stored?.metadata.labels).toHaveProperty("clearml-actions/tenant", "acme");
    expect(JSON.stringify([...cluster.objects.keys()])).not.toContain("clearml-tenant");
  });
});
