/** Rounds of breaking and repairing the onboarding of a tenant, shared by the tests and the long soak. */
import { setTimeout as pause } from "node:timers/promises";
import { randomMoment } from "./chaos.ts";
import { goneWithin, killAll, tail } from "./chaos-rounds.ts";
import type { CallMoment } from "./clearml-api/server.ts";
import type { Random } from "./random.ts";
import type { ActionRun } from "./run-action.ts";
import { type LeftBehind, leftBehind, tenantFaults } from "./tenant-state.ts";
import type { MadeTenant, TenantWorld } from "./tenant-world.ts";

/** When a run is killed: so long after its start, about a moment of a call to the server, or after Helm's nth workload. */
export type Kill =
  | { at: number }
  | { endpoint: string; nth: number; moment: CallMoment; after: number }
  | { release: number; after: number };

export interface TenantRound {
  round: number;
  /** What was broken and when, in words. */
  what: string;
  /** Everything that is not as it has to be; empty when the round is fine. */
  faults: string[];
  left: LeftBehind;
  /** Whether the process was at work when it was killed. */
  hit: boolean;
  usual: UsualRun;
}

/** An onboarding that nobody broke: what the moments are chosen from. */
export interface UsualRun {
  milliseconds: number;
  /** Endpoints in their order. */
  calls: readonly string[];
}

/** How long each answer of the server is held once the call was carried out: otherwise few kills would fall there. */
const HELD_MS = 25;
/** The time after an answer in which it is written down. */
const WRITING_MS = 60;
/** How long the cluster keeps Helm waiting for each workload: otherwise few kills would find a release pending. */
const SLOW_MS = 400;
/** Part of an onboarding in which Helm is at work on one release. */
const HELM_PART = 1 / 6;
const MUTATING = /\.(create|add|set|update|edit|revoke|delete)/;
/** Rounds of so many repeat the onboarding, which has to change nothing. */
const REPEAT_EVERY = 5;

/** Onboards a tenant without breaking anything. @throws Error when that fails */
export async function usualOnboarding(world: TenantWorld): Promise<UsualRun> {
  const tenant = world.newTenant();
  holdAnswers(world);
  const before = world.api.calls.length;
  const run = await world.deploy(tenant);
  const faults = run.code === 0 ? tenantFaults(world, tenant) : [tail(run)];
  if (faults.length > 0) throw new Error(`an onboarding that nobody broke:\n${faults.join("\n")}`);
  world.forget(tenant);
  const calls = world.api.calls.slice(before).map(({ endpoint }) => endpoint);
  return { milliseconds: run.milliseconds, calls };
}

/**
 * Kills the onboarding of a new tenant at a random moment, with all the tools it had started or without them, now and
 * then its repetition too, and lets the next run end.
 */
export async function onboardingRound(
  world: TenantWorld,
  round: number,
  random: Random,
  usual: UsualRun,
): Promise<TenantRound> {
  const tenant = world.newTenant();
  const kills = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => ({
    kill: randomKill(random, usual, round),
    everything: random.chance(0.5),
  }));
  const faults: string[] = [];
  let hit = false;
  const left: LeftBehind = { unrecorded: [], pending: [] };
  for (const { kill, everything } of kills) {
    const killed = await killedRun(world, tenant, kill, everything);
    const now = leftBehind(world, tenant);
    left.unrecorded.push(...now.unrecorded);
    left.pending.push(...now.pending);
    hit ||= killed.hit;
    if (!killed.hit && killed.code !== 0) faults.push(endedWith("the run that was to be killed", killed));
  }
  holdAnswers(world);
  const rerun = await world.deploy(tenant);
  faults.push(...(rerun.code === 0 ? tenantFaults(world, tenant) : [endedWith("the rerun", rerun)]));
  if (faults.length === 0 && round % REPEAT_EVERY === 0) faults.push(...(await repeated(world, tenant)));
  // What the killed runs had started has to end by itself; the run after them did not wait for it.
  const orphans = await goneWithin(world.deployment, 3_000);
  faults.push(...orphans.map((each) => `left running: ${each}`));
  world.forget(tenant);
  return {
    round,
    what: kills.map(({ kill, everything }) => describeKill(kill, everything)).join(", then "),
    faults,
    hit,
    left,
    usual: { ...usual, milliseconds: rerun.milliseconds },
  };
}

/**
 * Of three rounds in turn: while Helm is at work, when a call has changed something and nobody has been told, and anywhere
 * in the run or about any call. The first two leave most behind, so that few rounds are enough.
 */
function randomKill(random: Random, usual: UsualRun, round: number): Kill {
  const { milliseconds, calls } = usual;
  if (round % 3 === 0) {
    // Until its first workload is answered a release is pending for certain.
    const longest = round % 2 === 0 ? SLOW_MS : SLOW_MS + milliseconds * HELM_PART;
    return { release: 1 + random.integer(2), after: random.integer(Math.round(longest)) };
  }
  const mutating = calls.flatMap((endpoint, index) => (MUTATING.test(endpoint) ? [index] : []));
  if (round % 3 === 1) return killAt(calls, random.pick(mutating), "carried-out", 0);
  if (random.chance(0.5)) return { at: randomMoment(random, milliseconds) };
  const moment = random.pick(["arrived", "carried-out", "answered"] as const);
  const after = moment === "answered" ? random.integer(WRITING_MS) : 0;
  return killAt(calls, random.integer(calls.length), moment, after);
}

/** About the call with this index among all of the run. */
function killAt(calls: readonly string[], index: number, moment: CallMoment, after: number): Kill {
  const endpoint = calls[index] ?? "";
  const nth = calls.slice(0, index + 1).filter((each) => each === endpoint).length;
  return { endpoint, nth, moment, after };
}

/**
 * Deploys a tenant and kills the run.
 * @param everything with all the tools it had started
 * @returns the run, and whether it was at work when the moment came
 */
export async function killedRun(
  world: TenantWorld,
  tenant: MadeTenant,
  kill: Kill,
  everything: boolean,
  inputs: Record<string, string> = {},
): Promise<ActionRun & { hit: boolean }> {
  let end: (() => void) | undefined;
  let running = true;
  let hit = false;
  const strike = () => {
    if (!running || !end) return;
    hit = true;
    // Tools first: what dies after its parent gets a moment to put things in order.
    if (everything) killAll(world.deployment);
    end();
  };
  const strikeAmid = async ({ release, after }: Extract<Kill, { release: number }>) => {
    while (running && workloadsWritten(world) < release) await pause(10);
    await pause(after);
    strike();
  };
  if ("endpoint" in kill) strikeAt(world, kill, strike);
  else holdAnswers(world);
  const options = {
    onStart(child: { kill(signal: NodeJS.Signals): void }) {
      end = () => child.kill("SIGKILL");
      if ("at" in kill) void pause(kill.at).then(strike);
      if ("release" in kill) void strikeAmid(kill);
    },
    env: "release" in kill ? { KUBECONFIG: slowCluster(world) } : {},
  };
  const run = await world.deploy(tenant, inputs, options).finally(() => {
    running = false;
  });
  return { ...run, hit };
}

function strikeAt({ api }: TenantWorld, kill: Extract<Kill, { endpoint: string }>, strike: () => void): void {
  let seen = 0;
  api.watch(async (endpoint, moment) => {
    if (endpoint === kill.endpoint && moment === kill.moment && ++seen === kill.nth) {
      if (kill.after > 0) void pause(kill.after).then(strike);
      else strike();
    }
    if (moment === "carried-out") await pause(HELD_MS);
  });
}

const WRITES = ["POST", "PATCH"];
const WORKLOAD = /\/deployments/;

/** Kubeconfig of the cluster as one that takes its time to write workloads. */
function slowCluster({ proxy }: TenantWorld): string {
  proxy.clear();
  for (const method of WRITES)
    proxy.fault({ method, path: WORKLOAD, dryRun: false, fault: { delayMs: SLOW_MS } });
  return proxy.kubeconfig;
}

function workloadsWritten({ proxy }: TenantWorld): number {
  return proxy.requests.filter(
    ({ method, path, dryRun }) => WRITES.includes(method) && WORKLOAD.test(path) && !dryRun,
  ).length;
}

function holdAnswers({ api }: TenantWorld): void {
  api.watch(async (_, moment) => {
    if (moment === "carried-out") await pause(HELD_MS);
  });
}

/** What is wrong when a tenant that is complete is onboarded once more. */
async function repeated(world: TenantWorld, tenant: MadeTenant): Promise<string[]> {
  const before = world.api.calls.length;
  const run = await world.deploy(tenant);
  const changed = world.api.calls.slice(before).filter(({ endpoint }) => MUTATING.test(endpoint));
  return [
    ...(run.code === 0 ? [] : [endedWith("the repetition", run)]),
    ...(run.outputs.changed === "false" ? [] : [`the repetition changed something:\n${tail(run)}`]),
    ...changed.map(({ endpoint }) => `the repetition called ${endpoint}`),
  ];
}

function endedWith(what: string, run: ActionRun): string {
  return `${what} ended with ${run.code}:\n${tail(run)}`;
}

function describeKill(kill: Kill, everything: boolean): string {
  const who = `SIGKILL${everything ? " of everything" : ""}`;
  if ("at" in kill) return `${who} after ${kill.at} ms`;
  if ("release" in kill) return `${who} ${kill.after} ms after release ${kill.release} was begun`;
  const { endpoint, nth, moment, after } = kill;
  return `${who} ${after > 0 ? `${after} ms after` : "when"} ${endpoint} ${nth} ${after > 0 ? "was" : "is"} ${moment}`;
}
