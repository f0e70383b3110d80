import { describe, expect, it } from "vitest";
import { createCompany } from "../../../src/clearml/companies.ts";
import { createCredentials, listCredentials, revokeCredentials } from "../../../src/clearml/credentials.ts";
import { createUser } from "../../../src/clearml/users.ts";
import { ACME, ACME_STATE, benches, createMemory, failure, serverState } from "./support.ts";

const start = benches();

describe("what was lost", () => {
  it("finds the administrator through its key pair when the record is lost", async () => {
    const bench = await start();
    const memory = createMemory();
    const first = await bench.run(memory).result;
    memory.record = undefined;
    const run = bench.run(memory);
    const second = await run.result;
    expect(run.mutations).toEqual([]);
    expect(second).toMatchObject({ changed: true, adminUserId: first.adminUserId });
    expect(memory.record).toEqual({ companyId: first.companyId, adminUserId: first.adminUserId });
    expect((await bench.run(memory).result).changed).toBe(false);
  });

  it("stops when record and key pairs are lost: nobody can look the administrator up", async () => {
    const bench = await start();
    const first = await bench.run(createMemory()).result;
    const memory = createMemory();
    const error = await failure(bench.run(memory).result);
    expect(error.kind).toBe("input");
    expect(error.message).toContain("the e-mail address admin@acme.example is taken on this server");
    expect(error.problems[0]?.hint).toContain("Secret clearml-tenant in namespace acme");
    expect(error.problems[0]?.hint).toContain(first.companyId);
    // The repair that the message names:
    memory.record = { companyId: first.companyId, adminUserId: first.adminUserId };
    const repaired = await bench.settled(memory);
    expect(await serverState(bench.api, repaired.adminUserId)).toEqual(ACME_STATE);
  });

  it("finds the administrator by name when the server names a user of the company", async () => {
    const bench = await start();
    const first = await bench.run(createMemory()).result;
    const user = {
      name: "Second User",
      email: "second@acme.example",
      company: first.companyId,
      role: "user",
    } as const;
    const owner = await createUser(bench.api, user);
    const data = { companies: [{ id: first.companyId, name: ACME.company, owners: [{ id: owner }] }] };
    const listing = { text: JSON.stringify({ meta: { result_code: 200 }, data }) };
    const memory = createMemory();
    const found = await bench.settled(memory, {
      faults: (endpoint) => (endpoint === "system.get_companies" ? listing : undefined),
    });
    expect(found.adminUserId).toBe(first.adminUserId);
    expect(memory.record).toEqual({ companyId: first.companyId, adminUserId: first.adminUserId });
    const labels = (await listCredentials(bench.api, first.adminUserId)).map(({ label }) => label).sort();
    expect(labels).toEqual(["agent:acme", "gateway:acme"]);
  });

  it("replaces a pair whose secret is lost and revokes the old one", async () => {
    const bench = await start();
    const memory = createMemory();
    const first = await bench.run(memory).result;
    memory.credentials.delete("agent");
    const run = bench.run(memory);
    const second = await run.result;
    expect(run.mutations).toEqual(["auth.create_credentials"]);
    expect(second.older).toEqual({ agent: [first.credentials.agent?.accessKey] });
    expect(memory.record?.keys).toEqual({ agent: { replacing: true } });
    await bench.retire(memory, second);
    expect(second.credentials.gateway).toEqual(first.credentials.gateway);
    expect(second.credentials.agent).not.toEqual(first.credentials.agent);
    expect(await bench.api.tryLogin(first.credentials.agent ?? expect.fail())).toBeUndefined();
    expect(await serverState(bench.api, second.adminUserId)).toEqual(ACME_STATE);
  });

  it("replaces a pair that was revoked", async () => {
    const bench = await start();
    const memory = createMemory();
    const first = await bench.run(memory).result;
    await revokeCredentials(bench.api, first.adminUserId, first.credentials.gateway?.accessKey ?? "");
    const second = await bench.run(memory).result;
    expect(second.changed).toBe(true);
    expect(await bench.api.tryLogin(second.credentials.gateway ?? expect.fail())).toBeDefined();
    expect(await serverState(bench.api, second.adminUserId)).toEqual(ACME_STATE);
  });

  it("replaces a pair whose remembered secret is wrong", async () => {
    const bench = await start();
    const memory = createMemory();
    const { credentials } = await bench.run(memory).result;
    memory.credentials.set("agent", {
      accessKey: credentials.agent?.accessKey ?? "",
      secretKey: "edited-by-hand",
    });
    const second = await bench.settled(memory);
    expect(await serverState(bench.api, second.adminUserId)).toEqual(ACME_STATE);
    expect(await bench.api.tryLogin(second.credentials.agent ?? expect.fail())).toBeDefined();
  });

  it("leaves keys with other labels alone", async () => {
    const bench = await start();
    const memory = createMemory();
    const { adminUserId } = await bench.run(memory).result;
    await createCredentials(bench.api, bench.secrets, adminUserId, "made by hand");
    memory.credentials.clear();
    await bench.settled(memory);
    const labels = (await listCredentials(bench.api, adminUserId)).map(({ label }) => label).sort();
    expect(labels).toEqual(["agent:acme", "gateway:acme", "made by hand"]);
  });

  it("creates an administrator anew when the remembered user is of another company", async () => {
    const bench = await start();
    const elsewhere = await createCompany(bench.api, "Elsewhere");
    const stranger = await createUser(bench.api, {
      name: "Stranger",
      email: "s@elsewhere.example",
      company: `${elsewhere}`,
      role: "admin",
    });
    const companyId = `${await createCompany(bench.api, ACME.company)}`;
    const memory = createMemory();
    memory.record = { companyId, adminUserId: stranger };
    const { adminUserId } = await bench.run(memory).result;
    expect(adminUserId).not.toBe(stranger);
    expect(await serverState(bench.api, adminUserId)).toEqual(ACME_STATE);
  });
});
