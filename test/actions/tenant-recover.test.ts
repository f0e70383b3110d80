import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { randomFrom } from "../support/random.ts";
import { type PlayedPods, playPods } from "../support/tenant-pods.ts";
import {
  type Kill,
  killedRun,
  onboardingRound,
  type TenantRound,
  type UsualRun,
  usualOnboarding,
} from "../support/tenant-rounds.ts";
import { liveKeys, tenantFaults } from "../support/tenant-state.ts";
import { type MadeTenant, startTenantWorld, type TenantWorld } from "../support/tenant-world.ts";

/** `npm run chaos:tenants` does many more. */
const KILLS = 9;
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

let world: TenantWorld;
let usual: UsualRun;

beforeAll(async () => {
  console.log(`CHAOS_SEED=${SEED}`);
  world = await startTenantWorld();
  usual = await usualOnboarding(world);
});
afterAll(() => world?.stop());
afterEach(() => world.api.watch(undefined));

describe("an onboarding that is killed", () => {
  it(`is made good by the next run, ${KILLS} times at random moments`, { timeout: 900_000 }, async () => {
    const random = randomFrom(SEED);
    const rounds: TenantRound[] = [];
    for (let round = 0; round < KILLS; round++) {
      const report = await onboardingRound(world, round, random, usual);
      ({ usual } = report);
      rounds.push(report);
    }
    const hits = rounds.filter(({ hit }) => hit).length;
    const unrecorded = rounds.filter(({ left }) => left.unrecorded.length > 0).length;
    const pending = rounds.filter(({ left }) => left.pending.length > 0).length;
    console.log(
      `${KILLS} rounds, ${hits} hit the run at work, ${unrecorded} left something unrecorded, ${pending} a release pending`,
    );
    expect(
      rounds.flatMap(({ round, what, faults }) =>
        faults.map((fault) => `round ${round} (${what}): ${fault}`),
      ),
    ).toEqual([]);
    // Otherwise the moments were badly chosen, and nothing was tried.
    expect(hits).toBeGreaterThan(KILLS / 2);
    expect(unrecorded).toBeGreaterThan(0);
    expect(pending).toBeGreaterThan(0);
  });
});

describe("two runs at once", () => {
  it("of one tenant: the second ends with 75 or waits, and then finds everything done", async () => {
    const tenant = world.newTenant({ consumers: ["agent"] });
    const held = holdCall("auth.create_user");
    const first = world.deploy(tenant);
    await held.reached;
    const busy = await world.deploy(tenant, { "lock-timeout": "0s" });
    expect(busy.code, busy.stdout).toBe(75);
    expect(busy.stdout).toContain(`tenant \`${tenant.name}\``);
    const waits = Promise.withResolvers<void>();
    const second = world.deploy(
      tenant,
      {},
      {
        onLine(line) {
          if (line.includes("waiting, at most")) waits.resolve();
        },
      },
    );
    await Promise.race([waits.promise, second]);
    held.release();
    expect((await first).code).toBe(0);
    expect((await second).code).toBe(0);
    expect((await second).outputs.changed).toBe("false");
    expect(tenantFaults(world, tenant)).toEqual([]);
    world.forget(tenant);
  });

  it("of two tenants: neither waits for the other", async () => {
    const [one, other] = [
      world.newTenant({ consumers: ["agent"] }),
      world.newTenant({ consumers: ["agent"] }),
    ];
    const held = holdCall("auth.create_user");
    const first = world.deploy(one);
    await held.reached;
    const second = await world.deploy(other, { "lock-timeout": "0s" });
    expect(second.code, second.stdout).toBe(0);
    held.release();
    expect((await first).code).toBe(0);
    for (const tenant of [one, other]) {
      expect(tenantFaults(world, tenant)).toEqual([]);
      world.forget(tenant);
    }
  });

  /** Keeps the answer to the next such call until it is released. */
  function holdCall(wanted: string) {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    let once = true;
    world.api.watch(async (endpoint, moment) => {
      if (!once || endpoint !== wanted || moment !== "carried-out") return;
      once = false;
      reached.resolve();
      await released.promise;
    });
    return { reached: reached.promise, release: () => released.resolve() };
  }
});

describe("a rotation", () => {
  const rotate = { "rotate-credentials": "agent\ngateway" };
  let tenant: MadeTenant;
  let pods: PlayedPods;

  beforeAll(async () => {
    tenant = world.newTenant();
    const run = await world.deploy(tenant);
    expect(run.code, run.stdout).toBe(0);
    pods = playPods(world, tenant);
  });
  afterAll(() => {
    pods?.stop();
    world.forget(tenant);
  });

  const keys = () =>
    liveKeys(world.api, tenant)
      .map(({ accessKey }) => accessKey)
      .sort();

  it("gives every consumer another key, and no pod one that was revoked", async () => {
    const before = keys();
    const run = await world.deploy(tenant, rotate);
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("true");
    expect(tenantFaults(world, tenant)).toEqual([]);
    expect(keys().filter((key) => before.includes(key))).toEqual([]);
    expect(pods.keys().sort()).toEqual(keys());
    expect(pods.refused).toEqual([]);
  });

  const call = (
    endpoint: string,
    moment: "arrived" | "carried-out" | "answered",
    nth = 1,
    after = 0,
  ): Kill => ({
    ...{ endpoint, moment, nth, after },
  });
  it.each<[string, Kill]>([
    ["the server has made a key and says so", call("auth.create_credentials", "carried-out")],
    ["the key is being written down", call("auth.create_credentials", "answered", 1, 5)],
    ["the second key is being written down", call("auth.create_credentials", "answered", 2, 30)],
    ["a release is being upgraded", { release: 1, after: 300 }],
    ["an older key is about to be revoked", call("auth.revoke_credentials", "arrived")],
    ["one of two older keys was revoked", call("auth.revoke_credentials", "answered")],
    ["the last older key was revoked", call("auth.revoke_credentials", "carried-out", 2)],
  ])("killed when %s is completed by a plain run", async (_, kill) => {
    expect((await killedRun(world, tenant, kill, true, rotate)).hit, "the moment came").toBe(true);
    const rerun = await world.deploy(tenant);
    expect(rerun.code, rerun.stdout).toBe(0);
    expect(tenantFaults(world, tenant)).toEqual([]);
    expect(pods.keys().sort()).toEqual(keys());
    expect(pods.refused).toEqual([]);
  });
});
