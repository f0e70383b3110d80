import { describe, expect, it } from "vitest";
import { createCompany } from "../../../src/clearml/companies.ts";
import { createUser } from "../../../src/clearml/users.ts";
import { ACME, benches, createMemory, failure } from "./support.ts";

const start = benches();

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
    await createUser(bench.api, {
      name: "Acme Admin",
      email: ACME.admin.email,
      company: other,
      role: "admin",
    });
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
    [
      "500",
      {
        status: 500,
        text: JSON.stringify({
          meta: { result_code: 500, result_subcode: 1, result_msg: "Internal server error" },
          data: {},
        }),
      },
      "cluster",
      /answered 500\/1: Internal server error/,
    ],
  ] as const)("%s from the third call on", async (_, answer, kind, message) => {
    const bench = await start();
    const memory = createMemory();
    const error = await failure(
      bench.run(memory, { faults: (_endpoint, nth) => (nth >= 3 ? answer : undefined) }).result,
    );
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(memory.record).toBeUndefined();
  });
});
