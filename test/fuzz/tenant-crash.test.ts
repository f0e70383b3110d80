import { expect, it } from "vitest";
import { listCompanies } from "../../src/clearml/companies.ts";
import { ClearmlApiError } from "../../src/clearml/errors.ts";
import {
  ACME_STATE,
  type Bench,
  createMemory,
  type Faults,
  Killed,
  type Memory,
  serverState,
  startBench,
} from "../servers/tenant/support.ts";

/** Runs `work` on a server of its own. */
async function onNewServer<T>(
  work: (bench: Bench) => Promise<T>,
  options?: Parameters<typeof startBench>[0],
): Promise<T> {
  const bench = await startBench(options);
  try {
    return await work(bench);
  } finally {
    await bench.stop();
  }
}

/** Runs again after a run that was cut off: the tenant is whole, nothing is there twice, a third run is idle. */
async function expectWhole(bench: Bench, memory: Memory): Promise<void> {
  const { companyId, adminUserId, credentials } = await bench.settled(memory);
  expect(memory.record).toEqual({ companyId, adminUserId });
  expect(await serverState(bench.api, adminUserId)).toEqual(ACME_STATE);
  for (const pair of Object.values(credentials)) expect(await bench.api.tryLogin(pair)).toBeDefined();
  expect((await bench.run(memory).result).changed).toBe(false);
}

/** The endpoints that a run calls on a new server, in order. */
async function callsOfOneRun(prepare?: (bench: Bench, memory: Memory) => Promise<void>): Promise<string[]> {
  return onNewServer(async (bench) => {
    const memory = createMemory();
    await prepare?.(bench, memory);
    const run = bench.run(memory);
    await run.result;
    return run.calls;
  });
}

const killBefore =
  (n: number): Faults =>
  (_, nth) =>
    nth === n ? "killed" : undefined;
const loseAnswer =
  (n: number): Faults =>
  (_, nth) =>
    nth === n ? "lost" : undefined;

it("completes a run that was killed before any of its calls", async () => {
  const calls = await callsOfOneRun();
  expect(calls.length).toBeGreaterThan(10);
  for (const [index, endpoint] of calls.entries()) {
    await onNewServer(async (bench) => {
      const memory = createMemory();
      const run = bench.run(memory, { faults: killBefore(index + 1) });
      await expect(run.result, `call ${index + 1}, ${endpoint}`).rejects.toThrow(Killed);
      await expectWhole(bench, memory);
    });
  }
}, 60_000);

it("completes the replacement of a lost secret that was killed before any of its calls", async () => {
  const loseSecret = async (bench: Bench, memory: Memory) => {
    await bench.run(memory).result;
    memory.credentials.delete("agent");
  };
  const calls = await callsOfOneRun(loseSecret);
  expect(calls).toContain("auth.create_credentials");
  for (const [index, endpoint] of calls.entries()) {
    await onNewServer(async (bench) => {
      const memory = createMemory();
      await loseSecret(bench, memory);
      const run = bench.run(memory, { faults: killBefore(index + 1) });
      await expect(run.result, `call ${index + 1}, ${endpoint}`).rejects.toThrow(Killed);
      await expectWhole(bench, memory);
    });
  }
}, 60_000);

it.each(["company", "begun", "admin", "agent", "gateway"])(
  "completes a run that was killed before it saved the %s",
  async (what) => {
    await onNewServer(async (bench) => {
      let armed = true;
      const memory = createMemory((saved) => {
        if (armed && saved === what) throw new Killed(saved);
      });
      await expect(bench.run(memory).result).rejects.toThrow(what);
      armed = false;
      await expectWhole(bench, memory);
    });
  },
);

it("tells the administrator's id when it could not be saved, and finds it again", async () => {
  await onNewServer(async (bench) => {
    let armed = true;
    const memory = createMemory((saved) => {
      if (armed && saved === "admin") throw new Error("the cluster is gone");
    });
    const error = await bench.run(memory).result.catch((thrown) => thrown);
    expect(error.message).toMatch(
      /admin@acme.example was created with id \w+, but the id could not be saved: the cluster/,
    );
    expect(error.problems[0].hint).toMatch(/put \{"companyId":"\w+","adminUserId":"\w+"\} into Secret/);
    armed = false;
    await expectWhole(bench, memory);
  });
});

it("goes on after the answer of any call got lost, without making anything twice", async () => {
  const calls = await callsOfOneRun();
  for (const [index, endpoint] of calls.entries()) {
    // The names are not unique here: the server itself would not refuse a second company.
    await onNewServer(
      async (bench) => {
        const memory = createMemory();
        const run = bench.run(memory, { faults: loseAnswer(index + 1) });
        const error = await run.result.then(
          () => undefined,
          (thrown) => thrown,
        );
        // Before anything was changed the run just ends; the transport has tried reading calls again already.
        if (index < calls.indexOf("system.create_company"))
          expect(error, endpoint).toBeInstanceOf(ClearmlApiError);
        else expect(error, endpoint).toBeUndefined();
        await expectWhole(bench, memory);
      },
      { uniqueCompanyNames: false },
    );
  }
}, 60_000);

it.each(["system.create_company", "auth.create_user", "auth.create_credentials", "queues.create"])(
  "calls %s again in the same run when 502 hid that it was not carried out",
  async (creating) => {
    await onNewServer(async (bench) => {
      const memory = createMemory();
      const page = { status: 502, text: "<html><head><title>502 Bad Gateway</title></head></html>" };
      const run = bench.run(memory, {
        faults: (endpoint, _, nth) => (endpoint === creating && nth === 1 ? page : undefined),
      });
      expect((await run.result).changed).toBe(true);
      expect(run.log.join("\n")).toMatch(/502 Bad Gateway.*reading the state again/);
      await expectWhole(bench, memory);
    });
  },
);

it("makes one company when the connection breaks after the server made it", async () => {
  await onNewServer(
    async (bench) => {
      const memory = createMemory();
      bench.fail({ endpoint: "system.create_company", status: 0, carriedOut: true });
      expect((await bench.run(memory).result).changed).toBe(true);
      await expectWhole(bench, memory);
    },
    { uniqueCompanyNames: false },
  );
});

it("does not trust a shared listing once an answer got lost", async () => {
  await onNewServer(
    async (bench) => {
      const memory = createMemory();
      const before = await listCompanies(bench.api);
      bench.fail({ endpoint: "system.create_company", status: 0, carriedOut: true });
      const companies = async () => before;
      expect((await bench.run(memory, { companies }).result).changed).toBe(true);
      await expectWhole(bench, memory);
    },
    { uniqueCompanyNames: false },
  );
});
