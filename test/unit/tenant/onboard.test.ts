import { afterEach, describe, expect, it } from "vitest";
import { createCompany } from "../../../src/clearml/companies.ts";
import { createCredentials, listCredentials, revokeCredentials } from "../../../src/clearml/credentials.ts";
import { createUser } from "../../../src/clearml/users.ts";
import type { UserError } from "../../../src/core/errors.ts";
import { planOnboarding } from "../../../src/tenant/onboard.ts";
import { ACME, ACME_STATE, createMemory, serverState, startBench } from "./support.ts";

type Bench = Awaited<ReturnType<typeof startBench>>;
const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.stop()));
});

async function start(options: Parameters<typeof startBench>[0] = {}): Promise<Bench> {
  const bench = await startBench(options);
  benches.push(bench);
  return bench;
}

async function failure(work: Promise<unknown>): Promise<UserError> {
  return work.then(
    () => expect.fail("expected a failure"),
    (thrown) => thrown,
  );
}

describe("onboardTenant", () => {
  it("makes a tenant from nothing and remembers it", async () => {
    const bench = await start();
    const memory = createMemory();
    const run = bench.run(memory);
    const tenant = await run.result;
    expect(tenant.changed).toBe(true);
    expect(memory.record).toEqual({ companyId: tenant.companyId, adminUserId: tenant.adminUserId });
    expect(await serverState(bench.api, tenant.adminUserId)).toEqual(ACME_STATE);
    for (const consumer of ACME.consumers) {
      const pair = tenant.credentials[consumer] ?? expect.fail(consumer);
      expect(memory.credentials.get(consumer)).toEqual(pair);
      expect(await bench.api.tryLogin(pair)).toMatchObject({ company: tenant.companyId, role: "admin" });
    }
    expect(run.mutations).toEqual([
      "system.create_company",
      "auth.create_user",
      "auth.create_credentials",
      "auth.create_credentials",
      "login.set_domains",
      "queues.create",
      "queues.create",
    ]);
  });

  it("changes nothing the second time", async () => {
    const bench = await start();
    const memory = createMemory();
    const first = await bench.run(memory).result;
    const run = bench.run(memory);
    const second = await run.result;
    expect(run.mutations).toEqual([]);
    expect(second).toMatchObject({
      changed: false,
      companyId: first.companyId,
      adminUserId: first.adminUserId,
      credentials: first.credentials,
    });
    expect(second.steps.map(({ action }) => action)).toEqual(["none", "none", "keep", "keep", "none", "none"]);
  });

  it("plans without changing anything", async () => {
    const bench = await start();
    const memory = createMemory();
    const { steps } = await planOnboarding(bench.api, ACME, memory);
    expect(steps.map(({ action }) => action)).toEqual(["create", "create", "create", "create", "set", "create"]);
    expect(memory.record).toBeUndefined();
    expect((await planOnboarding(bench.api, ACME, memory)).state.companyId).toBeUndefined();
  });

  it("writes no secret into log or steps", async () => {
    const bench = await start();
    const run = bench.run(createMemory());
    const { credentials, steps } = await run.result;
    const shown = `${run.log.join("\n")}${JSON.stringify(steps)}`;
    for (const { accessKey, secretKey } of Object.values(credentials)) {
      expect(shown).not.toContain(accessKey);
      expect(shown).not.toContain(secretKey);
      expect(bench.secrets.redact(`${accessKey} ${secretKey}`)).toBe("*** ***");
    }
    expect(shown).toContain('company "Acme GmbH": create: done');
  });

  it("adds what the tenant's file gained", async () => {
    const bench = await start();
    const memory = createMemory();
    await bench.run(memory).result;
    const wanted = { ...ACME, domains: ["acme.example", "acme.test"], queues: [...ACME.queues, "gpu (all)+"] };
    const run = bench.run(memory, { wanted });
    const { adminUserId } = await run.result;
    expect(run.mutations).toEqual(["login.set_domains", "queues.create"]);
    const state = await serverState(bench.api, adminUserId);
    expect(state.domains).toEqual(["acme.example", "acme.test"]);
    expect(state.queues).toEqual(["default", "gpu (all)+", "gpu-fraction-0_50"]);
    expect((await bench.run(memory, { wanted }).result).changed).toBe(false);
  });

  it("keeps two tenants apart", async () => {
    const bench = await start();
    const beta = { ...ACME, name: "beta", namespace: "beta", company: "Beta", admin: { name: "B", email: "b@beta.example" }, domains: [] };
    beta.admin.name = "Beta Admin";
    const acme = await bench.run(createMemory()).result;
    const memory = createMemory();
    const other = await bench.run(memory, { wanted: beta }).result;
    expect(other.companyId).not.toBe(acme.companyId);
    expect(await serverState(bench.api, acme.adminUserId)).toEqual(ACME_STATE);
    expect((await bench.run(memory, { wanted: beta }).result).changed).toBe(false);
  });
});

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
    expect(error.problems[0]?.hint).toContain("ConfigMap clearml-tenant in namespace acme");
    expect(error.problems[0]?.hint).toContain(first.companyId);
    // The repair that the message names:
    memory.record = { companyId: first.companyId, adminUserId: first.adminUserId };
    const repaired = await bench.run(memory).result;
    expect(await serverState(bench.api, repaired.adminUserId)).toEqual(ACME_STATE);
  });

  it("replaces a pair whose secret is lost and revokes the old one", async () => {
    const bench = await start();
    const memory = createMemory();
    const first = await bench.run(memory).result;
    memory.credentials.delete("agent");
    const run = bench.run(memory);
    const second = await run.result;
    expect(run.mutations).toEqual(["auth.create_credentials", "auth.revoke_credentials"]);
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
    memory.credentials.set("agent", { accessKey: credentials.agent?.accessKey ?? "", secretKey: "edited-by-hand" });
    const second = await bench.run(memory).result;
    expect(await serverState(bench.api, second.adminUserId)).toEqual(ACME_STATE);
    expect(await bench.api.tryLogin(second.credentials.agent ?? expect.fail())).toBeDefined();
  });

  it("leaves keys with other labels alone", async () => {
    const bench = await start();
    const memory = createMemory();
    const { adminUserId } = await bench.run(memory).result;
    await createCredentials(bench.api, bench.secrets, adminUserId, "made by hand");
    memory.credentials.clear();
    await bench.run(memory).result;
    const labels = (await listCredentials(bench.api, adminUserId)).map(({ label }) => label).sort();
    expect(labels).toEqual(["agent:acme", "gateway:acme", "made by hand"]);
  });

  it("creates an administrator anew when the remembered user is of another company", async () => {
    const bench = await start();
    const elsewhere = await createCompany(bench.api, "Elsewhere");
    const stranger = await createUser(bench.api, { name: "Stranger", email: "s@elsewhere.example", company: `${elsewhere}`, role: "admin" });
    const companyId = `${await createCompany(bench.api, ACME.company)}`;
    const memory = createMemory();
    memory.record = { companyId, adminUserId: stranger };
    const { adminUserId } = await bench.run(memory).result;
    expect(adminUserId).not.toBe(stranger);
    expect(await serverState(bench.api, adminUserId)).toEqual(ACME_STATE);
  });
});

describe("what must stop", () => {
  it("two companies of the same name, unless the record says which", async () => {
    const bench = await start({ uniqueCompanyNames: false });
    const ids = [await createCompany(bench.api, ACME.company), await createCompany(bench.api, ACME.company)];
    const memory = createMemory();
    const run = bench.run(memory);
    const error = await failure(run.result);
    for (const id of ids) expect(error.message).toContain(id);
    expect(run.mutations).toEqual([]);
    memory.record = { companyId: `${ids[1]}` };
    expect(await bench.run(memory).result).toMatchObject({ companyId: ids[1] });
  });

  it("a company that was renamed", async () => {
    const bench = await start();
    const memory = createMemory();
    await bench.run(memory).result;
    const run = bench.run(memory, { wanted: { ...ACME, company: "Acme AG" } });
    const error = await failure(run.result);
    expect(error.message).toContain('is named "Acme GmbH" on the server, the tenant\'s file says "Acme AG"');
    expect(run.mutations).toEqual([]);
  });

  it("an e-mail address of another tenant", async () => {
    const bench = await start();
    const other = `${await createCompany(bench.api, "Other")}`;
    await createUser(bench.api, { name: "Acme Admin", email: ACME.admin.email, company: other, role: "admin" });
    const error = await failure(bench.run(createMemory()).result);
    expect(error.message).toContain("admin@acme.example is taken on this server");
    expect(error.problems[0]?.hint).toContain("choose another `admin.email`");
  });

  it("a protected identity in the record", async () => {
    const bench = await start();
    const memory = createMemory();
    const first = await bench.run(memory).result;
    memory.record = { companyId: first.companyId, adminUserId: "__supervisor__" };
    const run = bench.run(memory);
    expect((await failure(run.result)).message).toContain("a protected identity");
    expect(run.mutations).toEqual([]);
  });

  it("an open-source server", async () => {
    const bench = await start({ edition: "community" });
    const run = bench.run(createMemory());
    const error = await failure(run.result);
    expect(error.message).toMatch(/feature set "basic"/);
    expect(error.kind).toBe("input");
    expect(run.calls).toEqual(["auth.login", "server.info"]);
  });

  it("a wrong key", async () => {
    const bench = await start();
    const run = bench.run(createMemory(), { key: { accessKey: "NOSUCHKEY", secretKey: "wrong-secret" } });
    const error = await failure(run.result);
    expect(error).toMatchObject({ code: 401, subcode: 22, kind: "input" });
    expect(error.problems[0]?.hint).toContain("the secrets KEY and SECRET");
    expect(run.calls).toEqual(["auth.login"]);
  });

  it("a key of a tenant's administrator", async () => {
    const bench = await start();
    const { credentials } = await bench.run(createMemory()).result;
    const run = bench.run(createMemory(), { key: credentials.agent ?? expect.fail() });
    expect((await failure(run.result)).message).toMatch(/role "admin", tenants need role system or root/);
  });

  const page = { headers: {}, text: "<html><head><title>Sign in</title></head></html>" };
  it.each([
    ["HTML", page, "input", /answered 200 with the page "Sign in"/],
    ["502 to the end", { ...page, status: 502 }, "cluster", /answered 502/],
    ["500", { status: 500, text: JSON.stringify({ meta: { result_code: 500, result_subcode: 1, result_msg: "Internal server error" }, data: {} }) }, "cluster", /answered 500\/1: Internal server error/],
  ] as const)("%s from the third call on", async (_, answer, kind, message) => {
    const bench = await start();
    const memory = createMemory();
    const error = await failure(bench.run(memory, { faults: (_endpoint, nth) => (nth >= 3 ? answer : undefined) }).result);
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(memory.record).toBeUndefined();
  });
});

describe("a server of another version", () => {
  const settings = (text: string) => (endpoint: string) =>
    endpoint === "login.get_settings" ? { text: JSON.stringify({ meta: { result_code: 200 }, data: JSON.parse(text) }) } : undefined;

  it("sets the domains every time, and says so, when it does not tell them", async () => {
    const bench = await start();
    const memory = createMemory();
    await bench.run(memory).result;
    const run = bench.run(memory, { faults: settings('{"unknown": 1}') });
    expect((await run.result).changed).toBe(true);
    expect(run.mutations).toEqual(["login.set_domains"]);
    expect(run.log.join("\n")).toContain("the server does not tell its domains; they were set unseen");
  });

  it.each(['{"domains":["acme.example"]}', '{"settings":{"whitelist_domains":[{"domain":"ACME.example"}]}}'])(
    "reads the domains from %s",
    async (text) => {
      const bench = await start();
      const memory = createMemory();
      await bench.run(memory).result;
      expect((await bench.run(memory, { faults: settings(text) }).result).changed).toBe(false);
    },
  );

  it("stops when the domains are not kept", async () => {
    const bench = await start();
    const error = await failure(bench.run(createMemory(), { faults: settings('{"domains":[]}') }).result);
    expect(error.message).toContain("the server keeps the domains (none) after it was told acme.example");
  });

  const created = (data: unknown) => ({ text: JSON.stringify({ meta: { result_code: 200 }, data }) });
  it.each([
    [[{ id: "c1", name: "Acme GmbH" }]],
    [{ companies: [{ _id: "c1", name: "Acme GmbH" }] }],
    [{ companies: [{ company: { id: "c1" }, company_name: "Acme GmbH" }] }],
  ])("reads companies from %j", async (data) => {
    const bench = await start();
    const api = { ...bench.api, call: async () => data };
    const { listCompanies } = await import("../../../src/clearml/companies.ts");
    expect(await listCompanies(api)).toEqual([{ id: "c1", name: "Acme GmbH", users: [] }]);
    expect(created(data)).toBeDefined();
  });
});
