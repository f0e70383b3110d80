import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../src/clearml/api.ts";
import { keyFingerprint, revokeCredentials } from "../../../src/clearml/credentials.ts";
import { lookAtTenant, type OnboardedTenant } from "../../../src/tenant/onboard.ts";
import { retireOlderKeys } from "../../../src/tenant/retire.ts";
import {
  ACME,
  ACME_STATE,
  type Bench,
  benches,
  createMemory,
  failure,
  Killed,
  type Memory,
  serverState,
  testContext,
} from "./support.ts";

const start = benches();
const ROTATE = { rotate: ["agent"] };

function agentKey({ credentials }: OnboardedTenant): Credentials {
  return credentials.agent ?? expect.fail("no key for the agent");
}

/** What an agent's pod does when it starts. */
async function usedByPod(bench: Bench, { accessKey, secretKey }: Credentials): Promise<number> {
  const pair = Buffer.from(`${accessKey}:${secretKey}`).toString("base64");
  const headers = { Authorization: `Basic ${pair}`, "X-Clearml-Worker": "k8s-agent:acme:0" };
  return (await fetch(`${bench.url}/auth.login`, { method: "POST", headers })).status;
}

function retire(bench: Bench, memory: Memory, tenant: OnboardedTenant, timeoutMs = 0): Promise<number> {
  const work = { context: testContext([], bench.secrets), api: bench.api, memory, wanted: ACME };
  const options = { kept: agentKey(tenant), prove: true, timeoutMs, intervalMs: 5 };
  return retireOlderKeys(work, tenant.adminUserId, "agent", options);
}

const agentAction = async (bench: Bench, memory: Memory) => {
  const look = await lookAtTenant(testContext([], bench.secrets), bench.api, ACME, memory);
  return look.steps.find((step) => step.kind === "credentials" && step.consumer === "agent")?.action;
};

describe("rotation of a key", () => {
  it("makes a new pair and leaves the old one valid until the new one was seen in use", async () => {
    const bench = await start();
    const memory = createMemory();
    const before = await bench.run(memory).result;
    const run = bench.run(memory, ROTATE);
    const after = await run.result;
    expect(run.mutations).toEqual(["auth.create_credentials"]);
    expect(after).toMatchObject({ changed: true, older: { agent: [agentKey(before).accessKey] } });
    expect(after.record.keys).toEqual({ agent: { rotating: keyFingerprint(agentKey(before).accessKey) } });
    expect(memory.record).toEqual(after.record);
    expect(await usedByPod(bench, agentKey(before))).toBe(200);

    const waiting = retire(bench, memory, after, 5_000);
    expect(await usedByPod(bench, agentKey(after))).toBe(200);
    expect(await waiting).toBe(1);
    expect(await usedByPod(bench, agentKey(before))).toBe(401);
    expect(memory.record).not.toHaveProperty("keys");
    expect(await serverState(bench.api, after.adminUserId)).toEqual(ACME_STATE);
    expect((await bench.run(memory).result).changed).toBe(false);
  });

  it("revokes nothing while nobody uses the new key, and goes on when somebody has", async () => {
    const bench = await start();
    const memory = createMemory();
    const before = await bench.run(memory).result;
    const after = await bench.run(memory, ROTATE).result;
    // A login of ours proves nothing.
    await bench.api.tryLogin(agentKey(after));
    const error = await failure(retire(bench, memory, after, 20));
    expect(error).toMatchObject({
      kind: "incomplete",
      message: expect.stringContaining("nobody used the new key"),
    });
    expect(await usedByPod(bench, agentKey(before))).toBe(200);
    expect(await usedByPod(bench, agentKey(after))).toBe(200);
    // Looking again may not hide that the pod was the last to use the key.
    expect(await agentAction(bench, memory)).toBe("retire");
    const again = await bench.run(memory, ROTATE).result;
    expect(agentKey(again)).toEqual(agentKey(after));
    expect(await retire(bench, memory, again)).toBe(1);
    expect(await agentAction(bench, memory)).toBe("keep");
  });

  it("is completed by the next run wherever it was killed", async () => {
    const counting = await start();
    const seen = createMemory();
    await counting.run(seen).result;
    const { calls, result } = counting.run(seen, ROTATE);
    await result;
    const cuts = [
      ...calls.map((_, index) => ({ call: index + 1, write: 0, fault: "killed" as const })),
      { call: calls.indexOf("auth.create_credentials") + 1, write: 0, fault: "lost-and-killed" as const },
      ...[1, 2].map((write) => ({ call: 0, write, fault: "killed" as const })),
    ];
    for (const { call, write, fault } of cuts) {
      const bench = await start();
      let writes = -1;
      const memory = createMemory(() => {
        if (writes >= 0 && ++writes === write) throw new Killed(`write ${write}`);
      });
      const before = await bench.run(memory).result;
      writes = 0;
      const faults = (_: string, nth: number) => (nth === call ? fault : undefined);
      const cut = bench.run(memory, { ...ROTATE, faults });
      await expect(cut.result).rejects.toThrow(Killed);
      writes = -1;
      const after = await bench.run(memory).result;
      const where = `${fault} at call ${call}, write ${write}`;
      if (memory.record?.keys?.agent) {
        expect(agentKey(after), where).not.toEqual(agentKey(before));
        await usedByPod(bench, agentKey(after));
        await retire(bench, memory, after);
      }
      expect(await serverState(bench.api, after.adminUserId), where).toEqual(ACME_STATE);
      expect(await usedByPod(bench, agentKey(after)), where).toBe(200);
      expect((await bench.run(memory).result).changed, where).toBe(false);
    }
  }, 60_000);

  it("gives another key when the new one was revoked meanwhile", async () => {
    const bench = await start();
    const memory = createMemory();
    await bench.run(memory).result;
    const after = await bench.run(memory, ROTATE).result;
    await revokeCredentials(bench.api, after.adminUserId, agentKey(after).accessKey);
    expect((await failure(retire(bench, memory, after))).message).toContain("no longer on the server");
    const again = await bench.settled(memory);
    expect(await usedByPod(bench, agentKey(again))).toBe(200);
    expect(await serverState(bench.api, again.adminUserId)).toEqual(ACME_STATE);
  });

  it("of two consumers ends for both, side by side", async () => {
    const bench = await start();
    // As slow as a cluster, so that the one reads while the other writes.
    const fast = createMemory();
    const slowly = async <T>(work: Promise<T>) => {
      const value = await work;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return value;
    };
    const memory: Memory = {
      ...fast,
      load: () => slowly(fast.load()),
      save: (record) => slowly(fast.save(record)),
    };
    await bench.run(memory).result;
    const after = await bench.run(memory, { rotate: ACME.consumers }).result;
    const work = { context: testContext([], bench.secrets), api: bench.api, memory, wanted: ACME };
    const revoked = Object.entries(after.credentials).map(([consumer, kept]) =>
      retireOlderKeys(work, after.adminUserId, consumer, { kept, prove: false, timeoutMs: 0 }),
    );
    expect(await Promise.all(revoked)).toEqual([1, 1]);
    expect(fast.record).toEqual({ companyId: after.companyId, adminUserId: after.adminUserId });
  });
});
