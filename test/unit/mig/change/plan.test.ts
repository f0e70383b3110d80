import { describe, expect, it } from "vitest";
import { type LabelMode, labelAction, toChange } from "../../../../src/mig/change/plan.ts";
import { type Gpu, type GpuState, type Mode, stateOf } from "../../../../src/mig/model.ts";

const MODES: Readonly<Record<GpuState, [Mode, Mode]>> = {
  on: ["enabled", "enabled"],
  off: ["disabled", "disabled"],
  "switching-on": ["disabled", "enabled"],
  "switching-off": ["enabled", "disabled"],
  incapable: ["unsupported", "unsupported"],
  unknown: ["unknown", "enabled"],
};

function gpus(...states: readonly GpuState[]): Gpu[] {
  return states.map((state, index) => {
    const [current, pending] = MODES[state];
    return { index, model: "NVIDIA A100-SXM4-40GB", uuid: `GPU-${index}`, bus: `${index}`, current, pending };
  });
}

describe("what the two modes of a GPU mean", () => {
  it.each(Object.entries(MODES))("%s", (state, [current, pending]) => {
    expect(stateOf({ current, pending })).toBe(state);
  });

  it("is not known when the pending one is not, or does not go with the current one", () => {
    expect(stateOf({ current: "disabled", pending: "unknown" })).toBe("unknown");
    expect(stateOf({ current: "enabled", pending: "unsupported" })).toBe("unknown");
  });
});

describe("the GPUs to change", () => {
  const all = gpus("on", "off", "switching-on", "switching-off", "incapable", "unknown");
  const chosen = new Set(all.map(({ uuid }) => uuid));
  const indexes = (list: readonly Gpu[]) => list.map(({ index }) => index);

  it("are those that are not as wanted and can be", () => {
    expect(indexes(toChange(all, chosen, "enabled"))).toEqual([1, 2, 3]);
    expect(indexes(toChange(all, chosen, "disabled"))).toEqual([0, 2, 3]);
  });

  it("are chosen ones", () => {
    expect(indexes(toChange(all, new Set(["GPU-2"]), "enabled"))).toEqual([2]);
  });
});

describe("CDMO's label", () => {
  const cases: [GpuState[], "enabled" | "disabled", LabelMode, boolean, string][] = [
    [["on", "on"], "enabled", "true", false, "set"],
    [["on", "on"], "enabled", "false", false, "restore"],
    [["on", "off"], "enabled", "true", false, "restore"],
    [["on", "switching-on"], "enabled", "true", false, "restore"],
    [["on", "switching-off"], "enabled", "true", false, "restore"],
    [["on", "incapable"], "enabled", "true", false, "restore"],
    [["on", "unknown"], "enabled", "true", false, "restore"],
    [[], "enabled", "true", false, "restore"],
    // What is there already and not true goes when asked, and not when nobody knows.
    [["on", "off"], "enabled", "sync", true, "remove"],
    [["on", "incapable"], "enabled", "sync", true, "remove"],
    [["on", "off"], "enabled", "true", true, "restore"],
    [["on", "unknown"], "enabled", "sync", true, "restore"],
    [[], "enabled", "sync", true, "restore"],
    // When disabling failed for all, it is still true.
    [["on", "on"], "disabled", "true", true, "restore"],
    [["off", "on"], "disabled", "true", true, "remove"],
    [["off", "off"], "disabled", "true", true, "remove"],
    [[], "disabled", "true", true, "remove"],
    [["off", "off"], "disabled", "false", true, "restore"],
  ];
  it.each(cases)("%j, %s, label: %s, labelled before: %s -> %s", (states, wanted, mode, before, action) => {
    expect(labelAction(gpus(...states), { wanted, mode, wasLabelled: before })).toBe(action);
  });
});
