import type { Gpu, Mode } from "../model.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import { busIn } from "./bus.ts";
import { failureOf } from "./failures.ts";
import { lostBuses, lostGpu, unknownUuid, withLost } from "./lost.ts";

const QUERY = [
  "--query-gpu=index,name,uuid,pci.bus_id,mig.mode.current,mig.mode.pending",
  "--format=csv,noheader",
];
/** A driver that is not kept loaded starts every GPU first. */
const QUERY_MS = 60_000;
/** More than any machine has. */
const MOST_GPUS = 32;

/** In place of a value, such as `[GPU is lost]`. */
const NO_VALUE = /^\[.*\]$/;

const MODES: Readonly<Record<string, Mode>> = {
  enabled: "enabled",
  disabled: "disabled",
  "n/a": "unsupported",
  "not supported": "unsupported",
};

/** The GPUs in what `nvidia-smi --query-gpu` printed. Lines that are none are passed over. */
export function parseGpus(stdout: string): Gpu[] {
  return stdout.split("\n").flatMap((line) => {
    const fields = line.split(",").map((field) => field.trim());
    const [first = "", ...rest] = fields;
    if (!/^\d+$/.test(first) || fields.length < 6) return [];
    const index = Number(first);
    const [uuid, bus, current, pending] = rest.slice(-4) as [string, string, string, string];
    const model = rest.slice(0, -4).join(", ");
    const busId = busIn(bus);
    return {
      index,
      model: NO_VALUE.test(model) ? "unknown" : model,
      uuid: NO_VALUE.test(uuid) ? unknownUuid(index, busId) : uuid,
      bus: busId ?? "",
      current: modeOf(current),
      pending: modeOf(pending),
    };
  });
}

/**
 * The GPUs of a node. One that is off the bus is among them, with unknown modes, as long as others answer.
 * @param known the GPUs as they were told of before: who a lost one is
 * @throws NoAnswerError when nvidia-smi tells of no GPU: what is wrong, and the repair
 */
export async function queryGpus(smi: NvidiaSmi, known: readonly Gpu[] = []): Promise<Gpu[]> {
  const answer = await smi.run(QUERY, QUERY_MS);
  const answering = parseGpus(answer.stdout);
  const lost = lostBuses(answer);
  if (answering.length > 0) return withLost(answering, lost, known);
  if (lost.length > 0) {
    const gpus = await queryOneByOne(smi);
    if (gpus.some(({ current }) => current !== "unknown")) return gpus;
  }
  throw failureOf(smi.place, answer);
}

/** Some drivers tell of no GPU when one is lost, yet of each other that is asked for. */
async function queryOneByOne(smi: NvidiaSmi): Promise<Gpu[]> {
  const gpus: Gpu[] = [];
  for (let index = 0; index < MOST_GPUS; index += 1) {
    const answer = await smi.run(["-i", String(index), ...QUERY], QUERY_MS);
    const [gpu] = parseGpus(answer.stdout);
    const [bus] = lostBuses(answer);
    if (gpu) gpus.push(gpu);
    else if (bus !== undefined) gpus.push(lostGpu(index, bus));
    else break;
  }
  return gpus;
}

function modeOf(field: string): Mode {
  return MODES[field.toLowerCase().replace(/^\[(.*)\]$/, "$1")] ?? "unknown";
}
