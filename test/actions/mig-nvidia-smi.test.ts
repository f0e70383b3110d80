import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createExec } from "../../src/core/exec.ts";
import { type Gpu, type GpuState, stateOf, type Wanted } from "../../src/mig/model.ts";
import { NoAnswerError } from "../../src/mig/no-answer.ts";
import { destroyInstances, resetGpus, setMode } from "../../src/mig/nvidia-smi/mode.ts";
import { listProfiles } from "../../src/mig/nvidia-smi/profiles.ts";
import { queryGpus } from "../../src/mig/nvidia-smi/query.ts";
import { localSmi } from "../../src/mig/transport/local.ts";
import type { NvidiaSmi } from "../../src/mig/transport/model.ts";
import { findBusybox } from "../cluster/real-node/image.ts";
import {
  type Condition,
  callsOf,
  createGpus,
  type GpuSpec,
  NVIDIA_SMI_FOLDER,
  readState,
  reboot,
  setCondition,
  setHolders,
} from "../support/nvidia-smi/state.ts";

const work = mkdtempSync(join(tmpdir(), "nvidia-smi-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Folders with the scripted nvidia-smi: for the shell of this machine, and for that of small images. */
const folders = [["sh", NVIDIA_SMI_FOLDER] as const, ...forBusybox()];

function forBusybox(): (readonly [string, string])[] {
  const busybox = findBusybox(process.env.PATH ?? "");
  if (busybox === undefined) return [];
  const folder = join(work, "busybox");
  mkdirSync(folder);
  const script = readFileSync(join(NVIDIA_SMI_FOLDER, "nvidia-smi"), "utf8");
  writeFileSync(join(folder, "nvidia-smi"), script.replace("#!/bin/sh", `#!${busybox} sh`), { mode: 0o755 });
  return [["busybox", folder]];
}

interface Machine {
  state: string;
  smi: NvidiaSmi;
}

let machines = 0;

function machine(folder: string, gpus: readonly GpuSpec[], ...conditions: Condition[]): Machine {
  machines += 1;
  const state = join(work, `machine-${machines}`);
  createGpus(state, gpus);
  for (const condition of conditions) setCondition(state, condition);
  const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter), NVIDIA_SMI_STATE: state };
  const log = {
    info: () => undefined,
    debug: () => undefined,
    group: <T>(_: string, run: () => Promise<T>) => run(),
  };
  return { state, smi: localSmi({ exec: createExec(env, log) }) };
}

/** Sets the mode of all GPUs of a machine; what nvidia-smi said, and what the second query tells. */
async function change({ smi }: Machine, wanted: Wanted) {
  const words = await setMode(smi, await queryGpus(smi), wanted);
  return { words, gpus: await queryGpus(smi) };
}

function states(gpus: readonly Gpu[]): GpuState[] {
  return gpus.map(stateOf);
}

describe.each(folders)("under %s", (_, folder) => {
  test("every state is told as it is", async () => {
    const { smi, state } = machine(folder, [
      {},
      { pending: "Enabled" },
      { current: "Enabled" },
      { current: "Enabled", pending: "Disabled" },
      { arch: "none" },
      { current: "[Unknown Error]" },
    ]);
    const gpus = await queryGpus(smi);
    expect(states(gpus)).toEqual(["off", "switching-on", "on", "switching-off", "incapable", "unknown"]);
    expect(gpus.map(({ index, uuid, bus }) => ({ index, uuid, bus }))).toEqual(
      readState(state).map(({ index, uuid, bus }) => ({ index, uuid, bus })),
    );
    expect(gpus[4]?.model).toBe("Tesla T4");
  });

  test.each<[string, GpuSpec, Wanted, GpuState, RegExp | undefined]>([
    ["free", {}, "enabled", "on", undefined],
    [
      "in use",
      { holders: ["dcgm"] },
      "enabled",
      "switching-on",
      /pending enable state .*In use by another client"; .*drain/,
    ],
    ["passed through", { passthrough: true }, "enabled", "switching-on", /Not Supported"; .*reboot/],
    ["in persistence mode", { persistence: true }, "enabled", "switching-on", /In use by another client/],
    ["on already", { current: "Enabled" }, "enabled", "on", undefined],
    ["about to switch off", { current: "Enabled", pending: "Disabled" }, "enabled", "on", undefined],
    ["Hopper, in use", { arch: "hopper", holders: ["dcgm"] }, "enabled", "on", undefined],
    ["without MIG", { arch: "none" }, "enabled", "incapable", /Not Supported"; the GPU knows no MIG/],
    ["off the bus", { lost: true }, "enabled", "unknown", /GPU is lost.*"; the GPU is off the bus/],
    ["on", { current: "Enabled" }, "disabled", "off", undefined],
    [
      "on, in use",
      { current: "Enabled", holders: ["nvsm"] },
      "disabled",
      "switching-off",
      /pending disable state/,
    ],
    ["on, with instances", { current: "Enabled", instances: ["1:0"] }, "disabled", "on", /Unable to disable/],
    [
      "Hopper, with instances",
      { arch: "hopper", current: "Enabled", instances: ["1:"] },
      "disabled",
      "on",
      /In use/,
    ],
  ])("a GPU that is %s", async (_name, spec, wanted, after, said) => {
    const { words, gpus } = await change(machine(folder, [{}, spec].slice(spec.lost ? 0 : 1)), wanted);
    const gpu = gpus.at(-1);
    expect(gpu && stateOf(gpu)).toBe(after);
    const own = words.byGpu.get(gpu?.index ?? -1);
    if (said) expect(own).toMatch(said);
    else expect({ own, general: words.general }).toEqual({ own: undefined, general: undefined });
  });

  test("one call for all, and each has its own end", async () => {
    const gpus: GpuSpec[] = [
      {},
      { holders: ["x"] },
      { arch: "none" },
      { arch: "hopper" },
      { passthrough: true },
    ];
    const node = machine(folder, gpus, "no-persistence");
    const { words, gpus: after } = await change(node, "enabled");
    expect(states(after)).toEqual(["on", "switching-on", "incapable", "on", "switching-on"]);
    expect([...words.byGpu.keys()].sort()).toEqual([1, 2, 4]);
    expect(callsOf(node.state)).toHaveLength(3);
  });

  test("a call ends at the first GPU that fails; those behind it are as they were", async () => {
    const gpus: GpuSpec[] = [
      { current: "Enabled" },
      { current: "Enabled", instances: ["1:0"] },
      { current: "Enabled" },
    ];
    const { words, gpus: after } = await change(machine(folder, gpus), "disabled");
    expect(states(after)).toEqual(["off", "on", "on"]);
    expect([...words.byGpu.keys()]).toEqual([1]);
  });

  test("only the GPUs that are named are touched", async () => {
    const { smi, state } = machine(folder, [{}, {}, {}]);
    const [, second] = await queryGpus(smi);
    await setMode(smi, second ? [second] : [], "enabled");
    expect(readState(state).map(({ current }) => current)).toEqual(["Disabled", "Enabled", "Disabled"]);
    for (const id of [second?.uuid, "1", second?.bus.slice(4)]) {
      const { stdout } = await smi.run(["-i", `${id}`, "--query-gpu=pci.bus_id,persistence_mode"], 10_000);
      expect(stdout).toBe(`${second?.bus}, Disabled\n`);
    }
    expect(await smi.run(["-i", "7", "-mig", "1"], 10_000)).toMatchObject({
      code: 6,
      stdout: "No devices were found\n",
    });
  });

  test("success with an odd exit code is success: the second query decides", async () => {
    const node = machine(folder, [{}, { current: "Enabled" }], "odd-exit");
    const { words, gpus } = await change(node, "enabled");
    expect(states(gpus)).toEqual(["on", "on"]);
    expect(words).toEqual({ byGpu: new Map(), general: "nvidia-smi ended with exit code 255" });
  });

  test("without permission nothing is changed, and it is said once", async () => {
    const node = machine(folder, [{ current: "Enabled", instances: ["1:0"] }, {}], "denied");
    const gpus = await queryGpus(node.smi);
    const wanted: Wanted[] = ["enabled", "disabled"];
    const said = [
      ...(await Promise.all(wanted.map((each) => setMode(node.smi, gpus, each)))),
      await resetGpus(node.smi, gpus),
      await destroyInstances(node.smi, gpus),
    ];
    for (const { byGpu, general } of said) {
      expect(byGpu.size).toBe(0);
      expect(general).toMatch(/insufficient permissions"; .*root/i);
    }
    expect(readState(node.state)).toMatchObject([
      { current: "Enabled", instances: ["1:0"] },
      { current: "Disabled" },
    ]);
  });

  test("instances go before MIG does, and stay while somebody uses them", async () => {
    const node = machine(folder, [
      { current: "Enabled", instances: ["1:0", "2:0", "2:1"], holders: ["task"] },
      {},
    ]);
    const gpus = await queryGpus(node.smi);
    expect((await destroyInstances(node.smi, gpus)).byGpu.get(0)).toMatch(/compute instance .*In use/);
    expect(readState(node.state)[0]?.instances).toHaveLength(3);
    setHolders(node.state, 0, []);
    expect(await destroyInstances(node.smi, gpus)).toEqual({ byGpu: new Map() });
    expect(readState(node.state)[0]?.instances).toEqual([]);
    expect(states((await change(node, "disabled")).gpus)).toEqual(["off", "off"]);
    // Neither an instance, nor a GPU with MIG on.
    expect(await destroyInstances(node.smi, gpus)).toEqual({ byGpu: new Map() });
  });

  test("a reset makes the pending mode the current one, unless the GPU is used or cannot be reset", async () => {
    const node = machine(folder, [{ holders: ["dcgm"] }, { passthrough: true }]);
    const { gpus } = await change(node, "enabled");
    expect((await resetGpus(node.smi, gpus.slice(0, 1))).byGpu.get(0)).toMatch(
      /in use by another process.*drain/,
    );
    expect((await resetGpus(node.smi, gpus)).byGpu.get(1)).toMatch(/is not supported\."; .*reboot/);
    expect(states(await queryGpus(node.smi))).toEqual(["switching-on", "switching-on"]);
    setHolders(node.state, "all", []);
    expect((await resetGpus(node.smi, gpus.slice(0, 1))).byGpu.size).toBe(0);
    expect(states(await queryGpus(node.smi))).toEqual(["on", "switching-on"]);
    reboot(node.state);
    expect(states(await queryGpus(node.smi))).toEqual(["on", "on"]);
  });

  test("a GPU that the driver keeps ready is reset all the same, and kept ready again", async () => {
    const node = machine(folder, [{ persistence: true }, { persistence: true }]);
    const { gpus } = await change(node, "enabled");
    expect(states(gpus)).toEqual(["switching-on", "switching-on"]);
    expect(await resetGpus(node.smi, gpus)).toEqual({ byGpu: new Map() });
    expect(states(await queryGpus(node.smi))).toEqual(["on", "on"]);
    expect(readState(node.state).map(({ persistence }) => persistence)).toEqual([true, true]);
  });

  test("a reboot: Ampere keeps its mode, Hopper loses it", async () => {
    const node = machine(folder, [{}, { arch: "hopper" }, { lost: true }]);
    await setMode(node.smi, (await queryGpus(node.smi)).slice(0, 2), "enabled");
    reboot(node.state);
    expect(states(await queryGpus(node.smi))).toEqual(["on", "off", "off"]);
  });

  test.each<[string, Condition[], number]>([
    ["that tells of the others", [], 1],
    ["that tells of none", ["stops-at-lost"], 5],
  ])("one GPU off the bus, with a driver %s", async (_name, conditions, calls) => {
    const node = machine(folder, [{ current: "Enabled" }, { lost: true }, {}], ...conditions);
    const gpus = await queryGpus(node.smi);
    expect(states(gpus)).toEqual(["on", "unknown", "off"]);
    expect(gpus[1]?.bus).toBe(readState(node.state)[1]?.bus);
    expect(callsOf(node.state)).toHaveLength(calls);
  });

  test.each<[string, GpuSpec[], Condition[], RegExp]>([
    ["the driver is not loaded", [{}], ["driver-gone"], /the NVIDIA driver is not loaded \(exit code 9/],
    ["there is no GPU", [], [], /no GPU that the driver can use \(exit code 6/],
    ["all GPUs are off the bus", [{ lost: true }], [], /fallen off the bus \(exit code 15/],
  ])("no answer: %s", async (_name, gpus, conditions, message) => {
    const failure = await queryGpus(machine(folder, gpus, ...conditions).smi).catch(
      (thrown: unknown) => thrown,
    );
    expect(failure).toBeInstanceOf(NoAnswerError);
    expect((failure as NoAnswerError).message).toMatch(message);
  });

  test("one that hangs is ended in time", async () => {
    const node = machine(folder, [{}], "hang");
    const before = Date.now();
    await expect(node.smi.run(["-L"], 300)).rejects.toThrow(NoAnswerError);
    expect(Date.now() - before).toBeLessThan(5_000);
  });

  test("profiles of GPUs with MIG, free ones only where it is on", async () => {
    const node = machine(folder, [{ current: "Enabled" }, { arch: "none" }, { arch: "hopper" }]);
    const profiles = await listProfiles(node.smi);
    expect(profiles.filter(({ profile }) => profile.startsWith("7g"))).toEqual([
      { gpu: 0, profile: "7g.40gb", free: 1, total: 1 },
      { gpu: 2, profile: "7g.80gb", free: 0, total: 1 },
    ]);
    expect(await listProfiles(machine(folder, [{ arch: "none" }]).smi)).toEqual([]);
  });
});
