import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createExec, type Exec } from "../../src/core/exec.ts";
import { scanMig } from "../../src/drift/mig/scan.ts";
import { type GpuNodes, startGpuNodes } from "../support/gpu-nodes/gpu-nodes.ts";
import { gpuWorkload } from "../support/gpu-nodes/objects.ts";
import {
  killedRun,
  type MigRound,
  migRound,
  prepare,
  stateFaults,
  VICTIMS,
} from "../support/gpu-nodes/rounds.ts";
import { migEnable, settingsOf } from "../support/gpu-nodes/runs.ts";
import { CDMO_LABEL } from "../support/gpu-nodes/states.ts";
import { setCondition } from "../support/nvidia-smi/state.ts";
import { randomFrom } from "../support/random.ts";
import { load } from "../unit/environment/support.ts";
import { environmentWith } from "../unit/lint/support.ts";

const KILLS = Number(process.env.MIG_KILLS ?? 4);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

let world: GpuNodes;
const settings = new Map<string, Awaited<ReturnType<typeof settingsOf>>>();
let usualLines: number;

beforeAll(async () => {
  console.log(`CHAOS_SEED=${SEED}`);
  world = await startGpuNodes();
  await world.add(VICTIMS);
  for (const { name } of VICTIMS) settings.set(name, await settingsOf(world, name));
  const run = await migEnable(world, { nodes: "plain\ncordoned", drain: "true", "max-parallel": "3" });
  expect(run.code, run.stdout).toBe(0);
  usualLines = run.stdout.trim().split("\n").length;
});
afterAll(() => world?.stop());
afterEach(() => expect(world.faults).toEqual([]));

describe("a run that is killed", () => {
  it(`is made good by the next one, ${KILLS} times at random moments`, { timeout: 900_000 }, async () => {
    const random = randomFrom(SEED);
    const rounds: MigRound[] = [];
    for (let round = 0; round < KILLS; round++)
      rounds.push(await migRound(world, random, settings, usualLines));
    const hits = rounds.filter(({ hit }) => hit).length;
    const closed = rounds.filter(({ left }) => left.length > 0).length;
    console.log(`${KILLS} rounds, ${hits} hit the run at work, ${closed} left a node closed`);
    expect(
      rounds.flatMap(({ what, faults }, round) =>
        faults.map((fault) => `round ${round} (${what}): ${fault}`),
      ),
    ).toEqual([]);
    // Otherwise the moments were badly chosen, and nothing was tried.
    expect(hits).toBeGreaterThan(KILLS / 2);
    expect(closed).toBeGreaterThan(0);
  });

  it("is made good by one for other nodes, which opens what was left closed and changes nothing there", async () => {
    await prepare(world, ["plain", "cordoned"], "Disabled", settings);
    const killed = await killedRun(
      world,
      { nodes: "plain", drain: "true" },
      { line: /^plain: cordoned$/, after: 0, everything: true },
    );
    expect(killed.hit).toBe(true);
    expect(await settingsOf(world, "plain")).toMatchObject({
      unschedulable: true,
      annotations: ["clearml-actions/mig-change"],
    });
    const gpus = world.gpus("plain").map(({ pending }) => pending);
    const run = await migEnable(world, { nodes: "cordoned", drain: "true" });
    expect(run.code, run.stdout).toBe(0);
    expect(await settingsOf(world, "plain")).toEqual(settings.get("plain"));
    expect(world.gpus("plain").map(({ pending }) => pending)).toEqual(gpus);
    expect(await stateFaults(world, ["cordoned"], "Enabled", settings)).toEqual([]);
  });

  it("while a node reboots is completed by the next one, without another reboot", async () => {
    await prepare(world, ["vm"], "Disabled", settings);
    const reboots = world.reboots.length;
    const inputs = { nodes: "vm", drain: "true", reboot: "allow" };
    const killed = await killedRun(world, inputs, { line: /^vm: reboot: pod/, after: 0, everything: true });
    expect(killed.hit).toBe(true);
    await expect.poll(() => world.reboots.length, { timeout: 10_000 }).toBe(reboots + 1);
    // Its driver takes longer than this run takes to ask for it.
    const isLoading = () => existsSync(join(world.folder("vm"), "driver-gone"));
    await expect.poll(isLoading, { timeout: 10_000 }).toBe(false);
    setCondition(world.folder("vm"), "driver-gone");
    const run = await migEnable(world, inputs, {
      onLine: (line) => {
        if (/vm: after the reboot: .*driver is not loaded/.test(line))
          setCondition(world.folder("vm"), "driver-gone", false);
      },
    });
    expect(run.code, run.stdout).toBe(0);
    expect(await stateFaults(world, ["vm"], "Enabled", settings)).toEqual([]);
    expect(world.reboots.length).toBe(reboots + 1);
  });
});

describe("a run that is cancelled", () => {
  it("opens the node that it waits for, and says that it was cancelled", async () => {
    await prepare(world, ["plain"], "Disabled", settings);
    const task = gpuWorkload("Pod", "task", { namespace: "default", node: "plain" });
    await world.api.create("/api/v1/namespaces/default/pods", task);
    let cancel = () => {};
    let cancelled = 0;
    const run = await migEnable(
      world,
      { nodes: "plain", drain: "true" },
      {
        onStart: ({ kill }) => {
          cancel = () => kill("SIGINT");
        },
        onLine: (line) => {
          if (!/^plain: waiting for pod default\/task/.test(line)) return;
          cancelled = Date.now();
          cancel();
        },
      },
    );
    expect(cancelled, run.stdout).toBeGreaterThan(0);
    expect(Date.now() - cancelled).toBeLessThan(7_500);
    expect(run.stdout).toMatch(/cancelled while pods were leaving node plain/);
    expect(await settingsOf(world, "plain")).toEqual(settings.get("plain"));
    await world.api.remove("/api/v1/namespaces/default/pods/task");
  });
});

describe("a look for drift", () => {
  const look = async (as: readonly string[] = []) => {
    const log = { info: () => {}, debug: () => {}, group: <T>(_: string, work: () => Promise<T>) => work() };
    const exec = createExec({ ...world.env, HOME: world.cluster.dir }, log);
    const run: Exec["run"] = (tool, args, options) =>
      exec.run(tool, [...args.slice(0, 1), ...as, ...args.slice(1)], options);
    const { api } = world;
    return scanMig({
      environment: await load(environmentWith("dynamic-mig-operator: {}")),
      kubernetes: { list: api.list, listMetadata: (path) => api.listMetadata(path, "labelSelector=look") },
      context: { exec: { ...exec, run }, signal: new AbortController().signal },
    });
  };

  it("finds nodes whose label is not true of their GPUs, and says which it may not ask", async () => {
    const labels = { look: "yes", [CDMO_LABEL]: "mig" };
    const on = { current: "Enabled" } as const;
    await world.add([
      { name: "look-good", gpus: [on, on], labels },
      { name: "look-lost", gpus: [on, { arch: "hopper" }], labels },
      { name: "look-bare", gpus: [on], labels: { look: "yes" } },
    ]);
    expect(await look()).toMatchObject({
      findings: [
        { object: { name: "look-lost" }, actual: "GPU 1: off" },
        { object: { name: "look-bare" }, path: "/metadata/labels/cdmo.clear.ml~1gpu-partitioning" },
      ],
      unread: [],
    });
    expect(await look(["--as=reader"])).toMatchObject({
      findings: [],
      unread: [
        {
          scope: "MIG modes of look-bare, look-good, look-lost",
          reason: expect.stringMatching(/forbidden.*`pods\/exec`/),
        },
      ],
    });
  });
});
