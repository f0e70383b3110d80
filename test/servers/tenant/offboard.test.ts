import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../src/clearml/api.ts";
import { createCredentials } from "../../../src/clearml/credentials.ts";
import { createUser } from "../../../src/clearml/users.ts";
import {
  companyDeletionCommands,
  leftOnServer,
  planServerRemoval,
  removeFromServer,
} from "../../../src/tenant/offboard.ts";
import { ACME, type Bench, benches, createMemory, failure, type Memory, testContext } from "./support.ts";

const start = benches();

/** A tenant with a second user who has a key, a task that waits, and somebody who is let in by e-mail. */
async function tenant(bench: Bench) {
  const memory = createMemory();
  const { companyId, adminUserId, credentials } = await bench.settled(memory);
  const person = { name: "Ann", email: "ann@acme.example", company: companyId, role: "user" } as const;
  const ann = await createUser(bench.api, person);
  const own = await createCredentials(bench.api, bench.secrets, ann, "laptop");
  await createUser(bench.api, { ...person, name: "Without a key", email: "bob@acme.example" });
  const { queues } = (await bench.api.call("queues.get_all", {}, { impersonate: adminUserId })) as {
    queues: { id: string; name: string }[];
  };
  const queue = queues.find(({ name }) => name === "default")?.id;
  const made = { name: "a task", type: "training" };
  const { id } = (await bench.api.call("tasks.create", made, { impersonate: adminUserId })) as { id: string };
  await bench.api.call("tasks.enqueue", { task: id, queue }, { impersonate: adminUserId });
  const emails = ["guest@partner.example"];
  await bench.api.call("login.add_whitelist_entries", { emails }, { actAs: adminUserId });
  const keys: Record<string, Credentials> = { ...credentials, own };
  return { memory, companyId, adminUserId, ann, keys };
}

const plan = (bench: Bench, memory: Memory, log: string[] = []) =>
  planServerRemoval(testContext(log, bench.secrets), bench.api, ACME, memory);

describe("off-boarding", () => {
  it("plans everything, without changing it", async () => {
    const bench = await start();
    const { memory, companyId, adminUserId, ann, keys } = await tenant(bench);
    const before = bench.server.calls.length;
    const removal = await plan(bench, memory);
    expect(removal).toEqual({
      company: { id: companyId, name: "Acme GmbH" },
      admin: adminUserId,
      users: expect.arrayContaining([
        {
          id: adminUserId,
          name: "Acme Admin",
          keys: [keys.agent?.accessKey, keys.gateway?.accessKey],
        },
        { id: ann, name: "Ann", keys: [keys.own?.accessKey] },
      ]),
      queues: expect.arrayContaining([
        { id: expect.any(String), name: "default", entries: 1 },
        { id: expect.any(String), name: "gpu-fraction-0_50", entries: 0 },
      ]),
      domains: ["acme.example"],
      whitelist: ["guest@partner.example"],
    });
    expect([removal.users.length, removal.queues.length]).toEqual([2, 2]);
    const called = bench.server.calls.slice(before).map(({ endpoint }) => endpoint);
    expect(called.filter((name) => /create|revoke|delete|set_|add_|remove_/.test(name))).toEqual([]);
  });

  it("removes everything, and proves it; a second time there is nothing to do", async () => {
    const bench = await start();
    const { memory, keys } = await tenant(bench);
    const removal = await plan(bench, memory);
    expect(await leftOnServer(bench.api, removal)).toHaveLength(6);
    const log: string[] = [];
    await removeFromServer(testContext(log, bench.secrets), bench.api, removal);
    expect(await leftOnServer(bench.api, removal)).toEqual([]);
    for (const pair of Object.values(keys)) expect(await bench.api.tryLogin(pair)).toBeUndefined();
    await removeFromServer(testContext(log, bench.secrets), bench.api, removal);
    const again = await plan(bench, memory);
    expect(again).toMatchObject({ users: [], queues: [], domains: [], whitelist: [] });
    for (const pair of Object.values(keys)) expect(log.join("\n")).not.toContain(pair.accessKey);
  });

  it("can be taken up after any call that died", async () => {
    const counting = await start();
    const first = await tenant(counting);
    const removal = await plan(counting, first.memory);
    const before = counting.server.calls.length;
    await removeFromServer(testContext([], counting.secrets), counting.api, removal);
    const calls = counting.server.calls.length - before;
    expect(calls).toBeGreaterThan(5);
    for (let nth = 0; nth < calls; nth++) {
      const bench = await start();
      const { memory } = await tenant(bench);
      const planned = await plan(bench, memory);
      const faults = bench.dying(nth);
      await expect(removeFromServer(testContext([], bench.secrets), faults, planned)).rejects.toThrow("dies");
      const rest = await plan(bench, memory);
      await removeFromServer(testContext([], bench.secrets), bench.api, rest);
      expect(await leftOnServer(bench.api, planned), `call ${nth}`).toEqual([]);
    }
  }, 60_000);

  it("leaves other tenants alone", async () => {
    const bench = await start();
    const admin = { name: "Beta Admin", email: "admin@beta.example" };
    const beta = { ...ACME, name: "beta", namespace: "beta", company: "Beta", admin, domains: ["b.example"] };
    const betaMemory = createMemory();
    const other = await bench.run(betaMemory, { wanted: beta }).result;
    const { memory } = await tenant(bench);
    await removeFromServer(testContext([], bench.secrets), bench.api, await plan(bench, memory));
    expect((await bench.run(betaMemory, { wanted: beta }).result).changed).toBe(false);
    expect(await bench.api.tryLogin(other.credentials.agent ?? expect.fail())).toBeDefined();
  });

  it("finds the company by name and its user by a key pair when the record is lost", async () => {
    const bench = await start();
    const { memory, companyId, adminUserId } = await tenant(bench);
    memory.record = undefined;
    expect(await plan(bench, memory)).toMatchObject({ company: { id: companyId }, admin: adminUserId });
  });

  it("says that it cannot look anything up when no user is known", async () => {
    const bench = await start();
    const { memory, companyId } = await tenant(bench);
    memory.record = undefined;
    memory.credentials.clear();
    const log: string[] = [];
    const removal = await plan(bench, memory, log);
    expect(removal).toMatchObject({ company: { id: companyId }, users: [], queues: [] });
    expect(removal).not.toHaveProperty("admin");
    expect(log.join()).toContain('no user of company "Acme GmbH"');
    expect(await leftOnServer(bench.api, removal)).toEqual([]);
  });

  it("finds nothing of a tenant that never was", async () => {
    const bench = await start();
    expect(await plan(bench, createMemory())).toEqual({ users: [], queues: [], domains: [], whitelist: [] });
  });

  it("refuses a record of a company with another name", async () => {
    const bench = await start();
    const { memory } = await tenant(bench);
    const wanted = { ...ACME, company: "Acme AG" };
    const work = planServerRemoval(testContext([], bench.secrets), bench.api, wanted, memory);
    expect((await failure(work)).message).toContain('is named "Acme GmbH" on the server');
  });
});

it("prints what no call does, with the name quoted for a shell", () => {
  const controlPlane = { namespace: "clearml", fullname: "clearml" };
  expect(companyDeletionCommands({ companyId: "c1", companyName: "D'Arc $(x) GmbH", controlPlane })).toEqual([
    "kubectl -n clearml exec deployment/clearml-apiserver -- env PYTHONPATH=../trains-server-repo python3 -m jobs.management.delete_company_data_from_mongo --id c1 --name 'D'\\''Arc $(x) GmbH' --delete-user",
    "kubectl -n clearml exec deployment/clearml-apiserver -- env PYTHONPATH=../trains-server-repo python3 -m jobs.management.cleanup_deleted_companies --ids c1 --delete-company",
    "kubectl -n clearml exec deployment/clearml-fileserver -- ls -l /mnt/fileserver",
  ]);
});
