import { describe, expect, it } from "vitest";
import { type Company, listCompanies } from "../../../src/clearml/companies.ts";
import { changes } from "../../../src/tenant/model.ts";
import { lookAtTenant } from "../../../src/tenant/onboard.ts";
import { ACME, ACME_STATE, benches, createMemory, failure, serverState, testContext } from "./support.ts";

const start = benches();

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

  it.each([
    [true, true],
    [undefined, false],
  ])("makes an administrator whose `internal` is %s", async (internal, kept) => {
    const bench = await start();
    const admin = { ...ACME.admin, ...(internal ? { internal } : {}) };
    const { adminUserId } = await bench.run(createMemory(), { wanted: { ...ACME, admin } }).result;
    expect(bench.server.state.logins.get(adminUserId)?.internal).toBe(kept);
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
    expect(second.steps.map(({ action }) => action)).toEqual([
      "none",
      "none",
      "keep",
      "keep",
      "none",
      "none",
    ]);
  });

  it("plans without changing anything", async () => {
    const bench = await start();
    const memory = createMemory();
    const { steps } = await lookAtTenant(testContext([], bench.secrets), bench.api, ACME, memory);
    expect(steps.map(({ action }) => action)).toEqual([
      "create",
      "create",
      "create",
      "create",
      "set",
      "create",
    ]);
    expect(memory.record).toBeUndefined();
    expect(await listCompanies(bench.api)).not.toContainEqual(
      expect.objectContaining({ name: ACME.company }),
    );
  });

  it("looks at many tenants with one listing of companies, and changes nothing", async () => {
    const bench = await start();
    const tenants = ["one", "two", "three"].map((name) => {
      const admin = { name: "Admin", email: `admin@${name}.example` };
      return {
        memory: createMemory(),
        wanted: { ...ACME, name, namespace: name, company: `Company ${name}`, admin },
      };
    });
    for (const { memory, wanted } of tenants) await bench.run(memory, { wanted }).result;
    const before = bench.server.calls.length;
    let listing: Promise<Company[]> | undefined;
    const companies = () => {
      listing ??= listCompanies(bench.api);
      return listing;
    };
    const looks = await Promise.all(
      tenants.map(({ memory, wanted }) =>
        lookAtTenant(testContext([], bench.secrets), bench.api, wanted, memory, { companies }),
      ),
    );
    for (const [index, look] of looks.entries()) {
      expect(look.steps.filter(changes)).toEqual([]);
      expect(look).toMatchObject({ older: {}, companyId: tenants[index]?.memory.record?.companyId });
      expect(look.credentials).toEqual(Object.fromEntries(tenants[index]?.memory.credentials ?? []));
    }
    const called = bench.server.calls.slice(before).map(({ endpoint }) => endpoint);
    expect(called.filter((endpoint) => endpoint === "system.get_companies")).toHaveLength(1);
    expect(called.length).toBeLessThanOrEqual(2 + 6 * tenants.length);
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
    const wanted = {
      ...ACME,
      domains: ["acme.example", "acme.test"],
      queues: [...ACME.queues, "gpu (all)+"],
    };
    const run = bench.run(memory, { wanted });
    const { adminUserId } = await run.result;
    expect(run.mutations).toEqual(["login.set_domains", "queues.create"]);
    const state = await serverState(bench.api, adminUserId);
    expect(state.domains).toEqual(["acme.example", "acme.test"]);
    expect(state.queues).toEqual(["default", "gpu (all)+", "gpu-fraction-0_50"]);
    expect((await bench.run(memory, { wanted }).result).changed).toBe(false);
  });

  it("recognises names that the server strips", async () => {
    const bench = await start();
    const memory = createMemory();
    const wanted = { ...ACME, company: " Acme GmbH ", queues: ["default ", "gpu-fraction-0_50"] };
    const { adminUserId } = await bench.run(memory, { wanted }).result;
    expect(await serverState(bench.api, adminUserId)).toEqual(ACME_STATE);
    expect((await bench.run(memory, { wanted }).result).changed).toBe(false);
  });

  it("works with a key of role root, which may not read users of other companies by id", async () => {
    const key = { accessKey: "ROOTKEY00000000000000000000001", secretKey: "root-secret-for-tests-00001" };
    const bench = await start({ identities: [{ name: "supervisor", role: "root", ...key }] });
    const memory = createMemory();
    const first = await bench.run(memory, { key }).result;
    const run = bench.run(memory, { key });
    expect(await run.result).toMatchObject({ changed: false, adminUserId: first.adminUserId });
    expect(run.calls).toContain("users.get_current_user");
  });

  it("keeps two tenants apart", async () => {
    const bench = await start();
    const admin = { name: "Beta Admin", email: "admin@beta.example" };
    const beta = { ...ACME, name: "beta", namespace: "beta", company: "Beta", admin, domains: [] };
    const acme = await bench.run(createMemory()).result;
    const memory = createMemory();
    const other = await bench.run(memory, { wanted: beta }).result;
    expect(other.companyId).not.toBe(acme.companyId);
    expect(await serverState(bench.api, acme.adminUserId)).toEqual(ACME_STATE);
    expect((await bench.run(memory, { wanted: beta }).result).changed).toBe(false);
  });
});

describe("a server of another version", () => {
  const settings = (text: string) => (endpoint: string) =>
    endpoint === "login.get_settings"
      ? { text: JSON.stringify({ meta: { result_code: 200 }, data: JSON.parse(text) }) }
      : undefined;

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

  it("stops when a queue's name is taken by no queue that it lists", async () => {
    const bench = await start();
    const memory = createMemory();
    const taken = { status: 400, text: '{"meta":{"result_code":400,"result_subcode":801},"data":{}}' };
    const faults = (endpoint: string) => (endpoint === "queues.create" ? taken : undefined);
    const error = await failure(bench.run(memory, { faults }).result);
    expect(error.message).toContain('the queue name "default" is taken, but lists no such queue');
    expect((await bench.run(memory).result).changed).toBe(true);
  });

  it("stops when the domains are not kept", async () => {
    const bench = await start();
    const error = await failure(bench.run(createMemory(), { faults: settings('{"domains":[]}') }).result);
    expect(error.message).toContain("the server keeps the domains (none) after it was told acme.example");
  });
});
