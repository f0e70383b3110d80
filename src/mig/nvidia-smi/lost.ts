import type { Answer } from "../../kubernetes/exec.ts";
import type { Gpu } from "../model.ts";
import { busIn } from "./bus.ts";

const LOST = /GPU is lost|fallen off the bus|unable to determine the device handle|GPU requires reset/i;

/** Whether a line says that a GPU does not answer. */
export function tellsOfLost(line: string): boolean {
  return LOST.test(line);
}

/** Bus ids of the GPUs that do not answer, in the words of nvidia-smi. */
export function lostBuses({ stdout, stderr }: Answer): string[] {
  const lines = `${stdout}\n${stderr}`.split("\n").filter(tellsOfLost);
  return [...new Set(lines.map(busIn).filter((bus) => bus !== undefined))];
}

/** A GPU that does not answer. */
export function lostGpu(index: number, bus: string | undefined): Gpu {
  return {
    index,
    model: "unknown",
    uuid: unknownUuid(index, bus),
    bus: bus ?? "",
    current: "unknown",
    pending: "unknown",
  };
}

/** Tells GPUs without a UUID apart. */
export function unknownUuid(index: number, bus: string | undefined): string {
  return `unknown:${bus ?? index}`;
}

/**
 * The GPUs that answered with those that did not, by index.
 * @param known how they were before: who a lost GPU is
 */
export function withLost(answering: readonly Gpu[], buses: readonly string[], known: readonly Gpu[]): Gpu[] {
  const taken = new Set(answering.map(({ index }) => index));
  const silent = buses.filter((bus) => !answering.some((gpu) => gpu.bus === bus));
  const lost = silent.map((bus): Gpu => {
    const before = known.find((gpu) => gpu.bus === bus);
    if (before && !taken.has(before.index)) {
      taken.add(before.index);
      return { ...before, current: "unknown", pending: "unknown" };
    }
    // nvidia-smi counts in the order of the bus ids: the first number nobody has.
    let index = 0;
    while (taken.has(index)) index += 1;
    taken.add(index);
    return lostGpu(index, bus);
  });
  return [...answering, ...lost].sort((a, b) => a.index - b.index);
}
