import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nextGeneration } from "../support/chaos.ts";
import { cancelRound, killRound, type RoundReport, stateFaults } from "../support/chaos-rounds.ts";
import { type Deployment, startDeployment } from "../support/deployment.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { randomFrom } from "../support/random.ts";

/** `npm run chaos` does many more. */
const KILLS = 9;
const CANCELS = 7;
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

let deployment: Deployment;
let proxy: FaultProxy;
/** How long a run that upgrades both releases takes here. */
let usualMs: number;

beforeAll(async () => {
  console.log(`CHAOS_SEED=${SEED}`);
  deployment = await startDeployment();
  proxy = await startFaultProxy(deployment.world.cluster);
  const first = await deployment.act("deploy-control-plane");
  expect(first.code, first.stdout).toBe(0);
  nextGeneration(deployment, 7);
  const upgrade = await deployment.act("deploy-control-plane");
  expect(upgrade.code, upgrade.stdout).toBe(0);
  expect(stateFaults(deployment, 7)).toEqual([]);
  usualMs = upgrade.milliseconds;
});
afterAll(async () => {
  await proxy?.stop();
  await deployment?.stop();
});

async function rounds(count: number, round: (index: number) => Promise<RoundReport>): Promise<RoundReport[]> {
  const reports: RoundReport[] = [];
  for (let index = 0; index < count; index++) {
    const report = await round(index);
    usualMs = report.usualMs;
    reports.push(report);
  }
  const hits = reports.filter(({ hit }) => hit).length;
  const pending = reports.filter((report) => report.pending > 0).length;
  console.log(`${count} rounds, ${hits} hit the run at work, ${pending} left a release pending`);
  return reports;
}

function faulty(reports: readonly RoundReport[]): string[] {
  return reports.flatMap(({ round, what, faults }) =>
    faults.map((fault) => `round ${round} (${what}): ${fault}`),
  );
}

describe("a run that is killed", () => {
  it(`is made good by the next one, ${KILLS} times at random moments`, { timeout: 900_000 }, async () => {
    const random = randomFrom(SEED);
    const reports = await rounds(KILLS, (index) => killRound(deployment, index, random, usualMs, proxy));
    expect(faulty(reports)).toEqual([]);
    // Otherwise the moments were badly chosen, and nothing was tried.
    expect(reports.filter(({ hit }) => hit).length).toBeGreaterThan(KILLS / 3);
    expect(reports.filter((report) => report.pending > 0).length).toBeGreaterThan(0);
  });
});

describe("a run that is cancelled", () => {
  it(`leaves nothing pending after ten seconds, ${CANCELS} times`, { timeout: 600_000 }, async () => {
    const random = randomFrom(SEED + 1);
    const reports = await rounds(CANCELS, (index) => cancelRound(deployment, index, random, usualMs));
    expect(faulty(reports)).toEqual([]);
    expect(reports.filter(({ hit }) => hit).length).toBeGreaterThan(CANCELS / 3);
    const next = await deployment.act("deploy-control-plane");
    expect(next.code, next.stdout).toBe(0);
    expect(stateFaults(deployment, CANCELS - 1 + 5_000), next.stdout).toEqual([]);
  });
});
