import { describe, expect, it } from "vitest";
import { createCompany } from "../../../src/clearml/companies.ts";
import { createUser } from "../../../src/clearml/users.ts";
import { HELPER_NAME } from "../../../src/tenant/lost-admin.ts";
import {
  ACME,
  ACME_STATE,
  type Bench,
  benches,
  createMemory,
  failure,
  Killed,
  serverState,
} from "./support.ts";

const start = benches();

/** Runs until the administrator is made, and dies before its id is known. */
async function begin(bench: Bench, memory = createMemory()) {
  const run = bench.run(memory, {
    faults: (endpoint) => (endpoint === "auth.create_user" ? "lost-and-killed" : undefined),
  });
  await expect(run.result).rejects.toThrow(Killed);
  expect(memory.record).toMatchObject({ creatingAdmin: ACME.admin.email });
  return memory;
}

describe("an administrator whose creation was not answered", () => {
  it("is found by the next run, through a helper that is gone afterwards", async () => {
    const bench = await start();
    const memory = await begin(bench);
    const run = bench.run(memory);
    const { companyId, adminUserId } = await run.result;
    expect(run.mutations.slice(0, 3)).toEqual(["auth.create_user", "auth.create_user", "users.delete"]);
    expect(memory.record).toMatchObject({ companyId, adminUserId });
    expect(memory.record).not.toHaveProperty("creatingAdmin");
    expect(memory.record).not.toHaveProperty("helperUserId");
    expect(await serverState(bench.api, adminUserId)).toEqual(ACME_STATE);
  });

  it("is found when any of the calls that look it up dies, without a helper left", async () => {
    const counting = await start();
    const { calls, result } = counting.run(await begin(counting));
    await result;
    // The second of them makes the helper.
    const first = calls.indexOf("auth.create_user");
    const last = calls.lastIndexOf("users.delete");
    for (const fault of ["killed", "lost-and-killed"] as const) {
      for (let nth = first + 1; nth <= last + 1; nth++) {
        const bench = await start();
        const memory = await begin(bench);
        const cut = bench.run(memory, { faults: (_, call) => (call === nth ? fault : undefined) });
        await expect(cut.result, `${fault} at call ${nth}, ${calls[nth - 1]}`).rejects.toThrow(Killed);
        const { adminUserId } = await bench.settled(memory);
        expect(await serverState(bench.api, adminUserId), `${fault} at ${calls[nth - 1]}`).toEqual(
          ACME_STATE,
        );
        expect(memory.record).toEqual({ companyId: memory.record?.companyId, adminUserId });
      }
    }
  });

  it("is found when a write of the lookup fails", async () => {
    for (const fails of [1, 2, 3]) {
      const bench = await start();
      let writes = 0;
      let armed = false;
      const memory = createMemory(() => {
        if (armed && ++writes === fails) throw new Killed(`write ${fails}`);
      });
      await begin(bench, memory);
      armed = true;
      await expect(bench.run(memory).result).rejects.toThrow(Killed);
      armed = false;
      const { adminUserId } = await bench.settled(memory);
      expect(await serverState(bench.api, adminUserId)).toEqual(ACME_STATE);
      expect((await bench.run(memory).result).changed).toBe(false);
    }
  });

  it("is refused when the company has none of the name: the address is another tenant's", async () => {
    const bench = await start();
    const other = `${await createCompany(bench.api, "Other")}`;
    const { name, email } = ACME.admin;
    await createUser(bench.api, { name, email, company: other, role: "admin" });
    const memory = createMemory();
    const companyId = `${await createCompany(bench.api, ACME.company)}`;
    memory.record = { companyId, creatingAdmin: email };
    const error = await failure(bench.run(memory).result);
    expect(error.message).toContain('has no user named "Acme Admin"');
    expect(error.problems[0]?.hint).toContain("choose another `admin.email`");
    expect(memory.record).toEqual({ companyId });
    const again = await failure(bench.run(memory).result);
    expect(again.message).toContain("no user of company");
    expect(memory.record).toEqual({ companyId });
    const profiles = [...bench.server.state.profiles.values()].map((user) => user.name);
    expect(profiles).not.toContain(HELPER_NAME);
  });

  it("is not taken for another one of the same name", async () => {
    const bench = await start();
    const memory = await begin(bench);
    const company = memory.record?.companyId ?? "";
    await createUser(bench.api, { name: ACME.admin.name, email: "x@acme.example", company, role: "user" });
    const error = await failure(bench.run(memory).result);
    expect(error.message).toContain('has 2 users named "Acme Admin"');
    const profiles = [...bench.server.state.profiles.values()];
    for (const { id } of profiles.filter(({ name }) => name === ACME.admin.name))
      expect(error.problems[0]?.hint).toContain(id);
  });

  it.each([["auth.create_user", { ...ACME, admin: { name: "Acme Admin", email: "no-address" } }, "400/800"]])(
    "is not remembered as begun when %s was refused",
    async (_, wanted, code) => {
      const bench = await start();
      const memory = createMemory();
      expect((await failure(bench.run(memory, { wanted }).result)).message).toContain(code);
      expect(memory.record).toEqual({ companyId: expect.any(String) });
    },
  );
});
