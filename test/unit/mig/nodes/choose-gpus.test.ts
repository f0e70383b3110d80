import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/core/errors.ts";
import type { Gpu } from "../../../../src/mig/model.ts";
import { chooseGpus } from "../../../../src/mig/nodes/choose-gpus.ts";
import { caught } from "../../../support/caught.ts";

function node(name: string, count: number) {
  const gpus = Array.from({ length: count }, (_, index): Gpu => {
    const bus = `00000000:${index}6:00.0`;
    const uuid = `GPU-${name}-${index}`.replace(/[^GPU\da-f-]/g, "0");
    return { index, model: "NVIDIA A100", uuid, bus, current: "disabled", pending: "disabled" };
  });
  return { name, gpus };
}

const NODES = [node("a", 4), node("b", 2)];

function chosen(...lines: string[]): string[] {
  const uuids = chooseGpus(NODES, lines);
  return NODES.flatMap(({ name, gpus }) =>
    gpus.filter(({ uuid }) => uuids.has(uuid)).map(({ index }) => `${name}${index}`),
  );
}

describe("the GPUs that the input means", () => {
  it.each([
    [[], ["a0", "a1", "a2", "a3", "b0", "b1"]],
    [["1"], ["a1", "b1"]],
    [["0, 1"], ["a0", "a1", "b0", "b1"]],
    [["gpu-A-3"], ["a3"]],
    // Of a bus only some nodes have something.
    [["00000000:36:00.0"], ["a3"]],
    [["0000:36:00.0"], ["a3"]],
    [["16:00.0"], ["a1", "b1"]],
  ])("%j", (lines, expected) => {
    expect(chosen(...lines)).toEqual(expected);
  });

  it.each([
    ["3", "input `gpus`: b has no GPU `3`", "b has 0 (GPU-b-0), 1 (GPU-b-1)"],
    ["7", "input `gpus`: a, b have no GPU `7`", /^a has 0/],
    ["GPU-ffff", "input `gpus`: a, b have no GPU `GPU-ffff`", /^a has/],
    ["first", "input `gpus`: `first` is no index, UUID or bus id of a GPU", /nvidia-smi -L/],
    ["-1", "input `gpus`: `-1` is no index, UUID or bus id of a GPU", /nvidia-smi -L/],
  ])("refuses %s", (line, message, hint) => {
    const [problem] = caught(() => chosen(line), UserError).problems;
    expect(problem?.message).toBe(message);
    expect(problem?.hint).toEqual(typeof hint === "string" ? hint : expect.stringMatching(hint));
  });
});
