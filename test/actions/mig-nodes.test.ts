import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditedSince, writes } from "../support/audit.ts";
import { processesOf } from "../support/chaos.ts";
import { type GpuNodes, startGpuNodes } from "../support/gpu-nodes/gpu-nodes.ts";
import { gpuWorkload } from "../support/gpu-nodes/objects.ts";
import { type MigRun, migEnable, settingsOf } from "../support/gpu-nodes/runs.ts";
import { addStates, CDMO_LABEL, STATES } from "../support/gpu-nodes/states.ts";
import { callsOf, type GpuSpec } from "../support/nvidia-smi/state.ts";

let world: GpuNodes;
beforeAll(async () => {
  world = await startGpuNodes({ auditLog: true });
});
afterAll(() => world?.stop());
afterEach(() => expect(world.faults).toEqual([]));

const CLIENTS = ["driver", "device-plugin", "gpu-feature-discovery", "dcgm-exporter"] as const;
const isLabelled = async (node: string) => (await settingsOf(world, node)).labels[CDMO_LABEL] === "mig";
const gpus = (count: number, spec: GpuSpec = {}) => Array.from({ length: count }, () => spec);
const modes = (node: string) => world.gpus(node).map(({ current, pending }) => `${current}, ${pending}`);

describe("64 nodes with 8 GPUs", () => {
  const NAMES = Array.from({ length: 64 }, (_, index) => `many-${index}`);
  const MOST_CALLS = 2 * 8 + 2;
  const AT_A_TIME = 16;
  const inputs = { nodes: "group=many" };
  const calls = () => NAMES.map((name) => callsOf(world.folder(name)));

  beforeAll(() => world.add(NAMES.map((name) => ({ name, gpus: gpus(8), labels: { group: "many" } }))));

  it("are all switched and labelled, a few at a time, with few calls", async () => {
    let asked = 0;
    const running = { yes: true };
    const run = await migEnable(world, inputs, {
      onStart: ({ machine }) =>
        void watchExecs(machine, running, (count) => {
          asked = Math.max(asked, count);
        }),
    });
    running.yes = false;
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({ "changed-gpus": "512", ready: "true", "reboot-required": "false" });
    expect(NAMES.flatMap(modes).filter((each) => each !== "Enabled, Enabled")).toEqual([]);
    const nodes = await world.api.list("/api/v1/nodes", "labelSelector=group=many");
    expect(nodes.filter(({ metadata }) => metadata.labels?.[CDMO_LABEL] !== "mig")).toEqual([]);
    expect(Math.max(...calls().map(({ length }) => length))).toBeLessThanOrEqual(MOST_CALLS);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThanOrEqual(AT_A_TIME);
    const { done, most } = progressOf(run.stdout);
    expect(done).toEqual(NAMES.map((_, index) => index + 1));
    expect(most).toBe(AT_A_TIME);
  });

  it("are asked once, and left alone, when they are as wanted", async () => {
    const before = calls().map(({ length }) => length);
    const requests = auditedSince(world.cluster);
    const run = await migEnable(world, inputs);
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({ "changed-gpus": "0", ready: "true" });
    expect(calls().map(({ length }, index) => length - (before[index] ?? 0))).toEqual(NAMES.map(() => 1));
    expect(writes(requests()).filter(({ resource }) => resource === "nodes")).toEqual([]);
  });
});

/** What a run says of nodes that are done, and how many it had begun and not done at a time. */
function progressOf(stdout: string): { done: number[]; most: number } {
  const done: number[] = [];
  let begun = 0;
  let most = 0;
  for (const line of stdout.split("\n")) {
    if (/^many-\d+: MIG is being enabled on GPU 0, /.test(line)) begun++;
    const [, count] = /^many-\d+: MIG enabled on 8 of 8 GPUs \((\d+) of 64 nodes\)/.exec(line) ?? [];
    if (count) done.push(Number(count));
    most = Math.max(most, begun - done.length);
  }
  return { done, most };
}

/** Tells in how many pods a run executes something at a time, for as long as it runs. */
async function watchExecs(
  machine: string,
  running: { yes: boolean },
  tell: (count: number) => void,
): Promise<void> {
  let before: string[] = [];
  while (running.yes) {
    const now = processesOf({ machine });
    // Who is there in two looks was there between them, with everybody else who was.
    const pods = now
      .filter((line) => before.includes(line))
      .map((line) => / exec -n \S+ (\S+) /.exec(line)?.[1]);
    tell(new Set(pods.filter((pod) => pod !== undefined)).size);
    before = now;
    await pause(100);
  }
}

describe("a run over nodes in every state", () => {
  let run: MigRun;
  beforeAll(async () => {
    await addStates(world, "states");
    run = await migEnable(world, { nodes: "group=states", label: "sync" });
  });

  it("ends with 3, and says how many need a reboot", () => {
    expect(run.code, run.stdout).toBe(3);
    expect(run.outputs).toMatchObject({ ready: "false", "reboot-required": "true" });
    expect(run.stdout).toMatch(/3 nodes need a reboot .*: held, in-a-vm, waiting-held/);
  });

  it.each(STATES)("$name: $after", async ({ name, after, label, words, waits, lost }) => {
    const node = run.nodes.find((each) => each.name === name);
    expect(run.after(name), run.words(name)).toEqual(after);
    expect(node).toMatchObject({
      ready: words === undefined,
      rebootRequired: waits ?? false,
      lost: lost ?? false,
      labelled: label,
    });
    expect(await isLabelled(name)).toBe(label);
    if (words) expect(run.words(name)).toMatch(words);
    else expect(run.words(name)).toBe("");
  });

  it("ends with 4 when all that is wrong is that nodes cannot be asked", async () => {
    const again = await migEnable(world, { nodes: "on\nno-pod\nno-driver" });
    expect(again.code, again.stdout).toBe(4);
    expect(again.outputs.ready).toBe("false");
  });
});

describe("what is chosen", () => {
  beforeAll(() =>
    world.add(["chosen-1", "chosen-2"].map((name) => ({ name, gpus: gpus(2), labels: { group: "chosen" } }))),
  );

  it.each<[string, Record<string, string>, RegExp]>([
    ["a node that is not there", { nodes: "chosen-3" }, /no node `chosen-3`.*chosen-/],
    [
      "a GPU that is not there",
      { nodes: "group=chosen", gpus: "0\n2" },
      /chosen-1, chosen-2 have no GPU `2`/,
    ],
    ["no GPU at all", { nodes: "chosen-1", gpus: "first" }, /`first` is no index, UUID or bus id/],
    ["a reboot without draining", { nodes: "chosen-1", reboot: "allow" }, /needs `drain: true`/],
  ])("%s: ends with 2, and nothing is changed", async (_, inputs, words) => {
    const run = await migEnable(world, inputs);
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toMatch(words);
    expect(modes("chosen-1")).toEqual(["Disabled, Disabled", "Disabled, Disabled"]);
  });

  it("is changed and nothing else; a node is labelled when all of its GPUs are on", async () => {
    const first = await migEnable(world, { nodes: "group=chosen", gpus: "0" });
    expect(first.code, first.stdout).toBe(0);
    expect(first.outputs["changed-gpus"]).toBe("2");
    expect(modes("chosen-2")).toEqual(["Enabled, Enabled", "Disabled, Disabled"]);
    expect(await isLabelled("chosen-1")).toBe(false);
    const { uuid = "" } = world.gpus("chosen-1")[1] ?? {};
    const second = await migEnable(world, { nodes: "group=chosen", gpus: uuid });
    expect(second.code, second.stdout).toBe(0);
    expect(modes("chosen-2")).toEqual(["Enabled, Enabled", "Disabled, Disabled"]);
    expect([await isLabelled("chosen-1"), await isLabelled("chosen-2")]).toEqual([true, false]);
  });
});

describe("MIG that is to be off", () => {
  const on = { current: "Enabled" } as const;
  it("is off once the instances are gone, and stays on where they are in use", async () => {
    const labels = { group: "disabled", [CDMO_LABEL]: "mig" };
    const instances = ["1:0", "2:"];
    await world.add([
      { name: "partitioned", gpus: gpus(2, { ...on, instances }), labels },
      { name: "partitioned-hopper", gpus: [{ ...on, arch: "hopper", instances }], labels },
      { name: "in-use", gpus: [{ ...on, instances, holders: ["python"] }], labels },
      { name: "no-mig", gpus: [{ arch: "none" }], labels: { group: "disabled" } },
    ]);
    const run = await migEnable(world, { nodes: "group=disabled", state: "disabled" });
    expect(run.code, run.stdout).toBe(3);
    expect(run.outputs["changed-gpus"]).toBe("3");
    expect(run.nodes.filter(({ ready }) => !ready).map(({ name }) => name)).toEqual(["in-use"]);
    expect(run.words("in-use")).toMatch(/In use by another client/);
    expect([...modes("partitioned"), ...modes("partitioned-hopper")]).toEqual(
      gpus(3).map(() => "Disabled, Disabled"),
    );
    expect(world.gpus("partitioned").flatMap((gpu) => gpu.instances)).toEqual([]);
    expect(await isLabelled("partitioned")).toBe(false);
    // All of it is on and partitioned as before.
    expect(modes("in-use")).toEqual(["Enabled, Enabled"]);
    expect(await isLabelled("in-use")).toBe(true);
  });
});

describe("a node that is drained", () => {
  it("is emptied of what holds its GPUs, switched, and opened again as it was", async () => {
    await world.add([
      { name: "drained", gpus: gpus(4), parts: CLIENTS },
      { name: "drained-cordoned", gpus: gpus(4), parts: CLIENTS, unschedulable: true },
    ]);
    await world.api.create(
      "/apis/apps/v1/namespaces/default/deployments",
      gpuWorkload("Deployment", "serving", { namespace: "default", node: "drained", gpus: 2 }),
    );
    await expect.poll(() => world.holders("drained").length, { timeout: 10_000 }).toBe(4);
    const before = [await settingsOf(world, "drained"), await settingsOf(world, "drained-cordoned")];
    const inputs = { nodes: "drained\ndrained-cordoned", drain: "true", "max-parallel": "2" };
    const run = await migEnable(world, inputs);
    expect(run.code, run.stdout).toBe(0);
    expect([...modes("drained"), ...modes("drained-cordoned")]).toEqual(
      gpus(8).map(() => "Enabled, Enabled"),
    );
    const after = [await settingsOf(world, "drained"), await settingsOf(world, "drained-cordoned")];
    expect(after).toEqual(
      before.map((node) => ({ ...node, labels: { ...node.labels, [CDMO_LABEL]: "mig" } })),
    );
    // Three clients and the pod of the Deployment are back.
    await expect.poll(() => world.holders("drained").length, { timeout: 10_000 }).toBe(4);
  });

  it("says that a reboot is needed when its only way to the GPUs holds them, and is opened again", async () => {
    await world.add([{ name: "only-plugin", gpus: gpus(2), parts: ["device-plugin", "dcgm-exporter"] }]);
    const before = await settingsOf(world, "only-plugin");
    const run = await migEnable(world, { nodes: "only-plugin", drain: "true" });
    expect(run.code, run.stdout).toBe(3);
    expect(run.outputs["reboot-required"]).toBe("true");
    expect(modes("only-plugin")).toEqual(["Disabled, Enabled", "Disabled, Enabled"]);
    expect(await settingsOf(world, "only-plugin")).toEqual(before);
  });

  it("waits for a task, and is opened again when that takes too long; meanwhile no other run begins", async () => {
    await world.add([{ name: "busy", gpus: gpus(1), parts: CLIENTS }]);
    const task = gpuWorkload("Pod", "task", { namespace: "default", node: "busy" });
    await world.api.create("/api/v1/namespaces/default/pods", task);
    await expect.poll(() => world.holders("busy").length, { timeout: 10_000 }).toBe(4);
    const before = await settingsOf(world, "busy");
    const inputs = { nodes: "busy", drain: "true" };
    const cordoned = Promise.withResolvers<void>();
    const waiting = migEnable(
      world,
      { ...inputs, "drain-timeout": "4s" },
      {
        onLine: (line) => line === "busy: cordoned" && cordoned.resolve(),
      },
    );
    await Promise.race([cordoned.promise, waiting]);
    const second = await migEnable(world, { ...inputs, "lock-timeout": "0s" });
    expect(second.code, second.stdout).toBe(75);
    const run = await waiting;
    expect(run.code, run.stdout).toBe(3);
    expect(run.words("busy")).toMatch(/pod default\/task is still on node busy/);
    expect(await settingsOf(world, "busy")).toEqual(before);
    expect(modes("busy")).toEqual(["Disabled, Disabled"]);
    const evicting = await migEnable(world, { ...inputs, "running-tasks": "evict" });
    expect(evicting.code, evicting.stdout).toBe(0);
    expect(modes("busy")).toEqual(["Enabled, Enabled"]);
  });
});

describe("nodes that need a reboot", () => {
  const NAMES = ["vm-1", "vm-2"];
  const inputs = { nodes: NAMES.join("\n"), drain: "true", "max-parallel": "2" };
  beforeAll(() =>
    world.add(
      // The second GPU loses its mode in the reboot.
      NAMES.map((name) => ({ name, gpus: [{ passthrough: true }, { arch: "hopper" }], parts: CLIENTS })),
    ),
  );

  it("are named, and not rebooted, unless that is allowed", async () => {
    const run = await migEnable(world, inputs);
    expect(run.code, run.stdout).toBe(3);
    expect(run.stdout).toMatch(/2 nodes need a reboot .*: vm-1, vm-2/);
    expect(world.reboots).toEqual([]);
  });

  it("are rebooted one after the other, and switched for good once the driver is back", async () => {
    const before = await Promise.all(NAMES.map((name) => settingsOf(world, name)));
    const run = await migEnable(world, { ...inputs, reboot: "allow" });
    expect(run.code, run.stdout).toBe(0);
    expect(run.nodes.map(({ rebooted }) => rebooted)).toEqual([true, true]);
    expect(NAMES.flatMap(modes)).toEqual(gpus(4).map(() => "Enabled, Enabled"));
    const [first, second, ...more] = world.reboots;
    expect(new Set([first?.node, second?.node])).toEqual(new Set(NAMES));
    expect(second?.down).toBeGreaterThan(first?.up ?? Number.POSITIVE_INFINITY);
    expect(more).toEqual([]);
    const after = await Promise.all(NAMES.map((name) => settingsOf(world, name)));
    expect(after).toEqual(
      before.map((node) => ({ ...node, labels: { ...node.labels, [CDMO_LABEL]: "mig" } })),
    );
    const pods = await world.api.list(
      "/api/v1/pods",
      "labelSelector=app.kubernetes.io/managed-by=clearml-actions",
    );
    expect(pods).toEqual([]);
  });
});
