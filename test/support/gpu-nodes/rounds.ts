/** Rounds of killing mig-enable and running it again. */
import { setTimeout as pause } from "node:timers/promises";
import { goneWithin, killAll, tail } from "../chaos-rounds.ts";
import type { GpuSpec } from "../nvidia-smi/state.ts";
import type { Random } from "../random.ts";
import type { GpuNodes } from "./gpu-nodes.ts";
import type { GpuNodeSpec } from "./objects.ts";
import { type MigRun, migEnable, settingsOf } from "./runs.ts";
import { CDMO_LABEL } from "./states.ts";

const CLIENTS = ["driver", "device-plugin", "gpu-feature-discovery", "dcgm-exporter"] as const;
/** How long the operator's clients take to come back, and processes that are left over to end. */
const SETTLE_MS = 10_000;

/** Between two lines of a run mostly less time passes. */
const LONGEST_STEP_MS = 200;

type Settings = Awaited<ReturnType<typeof settingsOf>>;

/** A node that runs are killed on, with its GPUs when MIG is off. */
export const VICTIMS: readonly GpuNodeSpec[] = [
  { name: "plain", gpus: [{}, {}, {}, {}], parts: CLIENTS },
  // Somebody else has cordoned it, and wants no dcgm-exporter there.
  {
    name: "cordoned",
    gpus: [{}, { arch: "hopper" }],
    parts: ["driver", "device-plugin"],
    labels: { "nvidia.com/gpu.deploy.dcgm-exporter": "false" },
    unschedulable: true,
  },
  // Its first GPU needs a reboot, which the second forgets its mode in.
  { name: "vm", gpus: [{ passthrough: true }, { arch: "hopper" }], parts: CLIENTS },
];

/**
 * When a run is killed: some milliseconds after a line that it says, or after so many lines. Not after so much time: a
 * busy machine is not as fast in every round.
 */
export type Kill = { after: number; line: RegExp | number; everything: boolean };

export interface KilledRun extends MigRun {
  /** Whether it was at work when the moment came. */
  hit: boolean;
}

/** Starts a run and kills it, with all the tools it has started or without them. */
export async function killedRun(
  world: GpuNodes,
  inputs: Readonly<Record<string, string>>,
  { after, line, everything }: Kill,
): Promise<KilledRun> {
  let running = true;
  let hit = false;
  let said = 0;
  let end = () => {};
  const isMoment = (text: string) => (line instanceof RegExp ? line.test(text) : said === line);
  const strike = async () => {
    await pause(after);
    if (!running || hit) return;
    hit = true;
    end();
  };
  const run = await migEnable(world, inputs, {
    onStart({ machine, kill }) {
      end = () => {
        // Tools first: what dies after its parent gets a moment to put things in order.
        if (everything) killAll({ machine });
        kill("SIGKILL");
      };
    },
    onLine(text) {
      said++;
      if (isMoment(text)) void strike();
    },
  });
  running = false;
  return { ...run, hit };
}

export interface MigRound {
  what: string;
  hit: boolean;
  /** Nodes that the killed run has left closed. */
  left: string[];
  /** Everything that is not as it has to be; empty when the round is fine. */
  faults: string[];
}

/** Kills a run at a random moment, and lets the next one end. */
export async function migRound(
  world: GpuNodes,
  random: Random,
  settings: ReadonlyMap<string, Settings>,
  usualLines: number,
): Promise<MigRound> {
  const wanted = random.pick(["enabled", "disabled"] as const);
  const names = random.chance(0.4) ? ["plain", "cordoned", "vm"] : ["plain", "cordoned"];
  await prepare(world, names, wanted === "enabled" ? "Disabled" : "Enabled", settings);
  const inputs = {
    ...{ nodes: names.join("\n"), state: wanted, drain: "true", "max-parallel": "3" },
    ...(names.includes("vm") ? { reboot: "allow" } : {}),
  };
  const everything = random.chance(0.5);
  const kill: Kill = {
    after: random.integer(LONGEST_STEP_MS),
    line: 1 + random.integer(usualLines),
    everything,
  };
  const killed = await killedRun(world, inputs, kill);
  const left = (await Promise.all(names.map((name) => settingsOf(world, name)))).flatMap(
    ({ annotations }, index) => (annotations.length > 0 ? (names[index] ?? []) : []),
  );
  const rerun = await migEnable(world, inputs);
  const faults = [
    ...(rerun.code === 0 ? [] : [`the rerun ended with ${rerun.code}:\n${tail(rerun)}`]),
    ...(await stateFaults(world, names, wanted === "enabled" ? "Enabled" : "Disabled", settings)),
    ...(await goneWithin(killed, SETTLE_MS)).map((each) => `left running: ${each}`),
  ];
  const moment = `${kill.after} ms after line ${kill.line}`;
  return {
    what: `${wanted} on ${names.join(", ")}, SIGKILL${everything ? " of everything" : ""} ${moment}`,
    ...{ hit: killed.hit, left, faults },
  };
}

/** Puts the GPUs of nodes into a mode, with CDMO's label where that is so. */
export async function prepare(
  world: GpuNodes,
  names: readonly string[],
  mode: "Enabled" | "Disabled",
  settings: ReadonlyMap<string, Settings>,
): Promise<void> {
  for (const { name, gpus } of VICTIMS.filter((each) => names.includes(each.name))) {
    await clientsBack(world, name, settings);
    const label = mode === "Enabled" ? "mig" : null;
    await world.api.merge(`/api/v1/nodes/${name}`, { metadata: { labels: { [CDMO_LABEL]: label } } });
    world.replaceGpus(
      name,
      gpus.map((gpu): GpuSpec => ({ ...gpu, current: mode })),
    );
  }
}

/** What is wrong when MIG of these nodes is to be so and everything else as it was. */
export async function stateFaults(
  world: GpuNodes,
  names: readonly string[],
  mode: "Enabled" | "Disabled",
  settings: ReadonlyMap<string, Settings>,
): Promise<string[]> {
  const faults: string[] = [...world.faults];
  for (const name of names) {
    for (const { index, current, pending } of world.gpus(name))
      if (current !== mode || pending !== mode)
        faults.push(`GPU ${index} of ${name} is ${current}, ${pending}`);
    const before = settings.get(name);
    const labels = { ...before?.labels, ...(mode === "Enabled" ? { [CDMO_LABEL]: "mig" } : {}) };
    const [is, was] = [await settingsOf(world, name), { ...before, labels }].map(sorted);
    if (is !== was) faults.push(`${name} is ${is}, and was ${was}`);
    if (!(await clientsBack(world, name, settings))) faults.push(`clients of ${name} have not come back`);
  }
  const pods = await world.api.list(
    "/api/v1/pods",
    "labelSelector=app.kubernetes.io/managed-by=clearml-actions",
  );
  faults.push(...pods.map(({ metadata }) => `pod ${metadata.name} is left`));
  const lease = await world.api.get(
    "/apis/coordination.k8s.io/v1/namespaces/default/leases/clearml-actions.gpu-nodes",
  );
  const holder = (lease?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
  if (!lease || holder) faults.push(`the lock is held by ${holder ?? "nobody, and is not there"}`);
  return faults;
}

async function clientsBack(
  world: GpuNodes,
  name: string,
  settings: ReadonlyMap<string, Settings>,
): Promise<boolean> {
  const { labels = {} } = settings.get(name) ?? {};
  const wanted = Object.entries(labels).filter(
    ([key, value]) => /gpu\.deploy\.(device-plugin|gpu-feature|dcgm)/.test(key) && value === "true",
  ).length;
  const deadline = Date.now() + SETTLE_MS;
  while (world.holders(name).length !== wanted && Date.now() < deadline) await pause(50);
  return world.holders(name).length === wanted;
}

function sorted(settings: object): string {
  return JSON.stringify(settings, (_, value: unknown) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value,
  );
}
