import { describe, expect, it } from "vitest";
import { closingPatch } from "../../../../src/mig/drain/close.ts";
import { MEMORY, type Memory, memoryFor, memoryOf } from "../../../../src/mig/drain/memory.ts";
import { pausedLabels } from "../../../../src/mig/drain/pause.ts";
import { openByHand, reopeningPatch } from "../../../../src/mig/drain/reopen.ts";
import { CDMO, DCGM, gpuNode, PAUSED, PLUGIN, remembered } from "./nodes.ts";

describe("memoryOf", () => {
  it("is nothing for a node that no run has closed", () => {
    expect(memoryOf(gpuNode({ cordoned: true, labels: { [DCGM]: PAUSED } }))).toBeUndefined();
  });

  it.each<[string, Memory]>([
    ["of a node", remembered],
    [
      "of a node with other labels",
      { ...remembered, labels: { [DCGM]: "false", [CDMO]: "mig", [PLUGIN]: "" } },
    ],
    ["of one that somebody else had cordoned", { ...remembered, unschedulable: true }],
    ["that was damaged before", { ...remembered, damaged: true }],
  ])("is what was written down %s", (_, memory) => {
    expect(memoryOf(gpuNode({ memory }))).toEqual(memory);
    expect(memoryOf(gpuNode({ memory, marked: false }))).toEqual(memory);
  });

  const nobody = { run: "a run that is not known", since: "a time that is not known" };
  it.each<[string, Parameters<typeof gpuNode>[0], Omit<Memory, "run" | "since">]>([
    [
      "lost",
      { marked: true, cordoned: true, labels: { [DCGM]: PAUSED } },
      { unschedulable: true, labels: { [DCGM]: "true" } },
    ],
    ["no JSON", { memory: "{", cordoned: true }, { unschedulable: true, labels: {} }],
    ["no object", { memory: "[]", cordoned: false }, { unschedulable: false, labels: {} }],
    ["null", { memory: "null", labels: { [DCGM]: "false" } }, { unschedulable: false, labels: {} }],
    [
      "without labels",
      { memory: '{"unschedulable":false}', cordoned: true },
      { unschedulable: false, labels: {} },
    ],
    [
      "with a label that is none of ours",
      { memory: '{"unschedulable":false,"labels":{"team":"x","nvidia.com/gpu.deploy.dcgm":"on"}}' },
      { unschedulable: false, labels: { [DCGM]: "on" } },
    ],
    [
      "with a value that no label has",
      {
        memory: '{"unschedulable":false,"labels":{"nvidia.com/gpu.deploy.dcgm":"a b"}}',
        labels: { [DCGM]: PAUSED },
      },
      { unschedulable: false, labels: { [DCGM]: "true" } },
    ],
    [
      "with words for a cordon",
      { memory: '{"unschedulable":"no"}', cordoned: true },
      { unschedulable: true, labels: {} },
    ],
  ])("tells what can be told when it is %s", (_, parts, expected) => {
    expect(memoryOf(gpuNode(parts))).toEqual({ ...nobody, ...expected, damaged: true });
  });

  it("keeps who it was, if that can be read", () => {
    const memory = JSON.stringify({ ...remembered, labels: 7 });
    expect(memoryOf(gpuNode({ memory }))).toMatchObject({ run: "run 1", since: remembered.since });
  });
});

describe("memoryFor", () => {
  const who = { run: "run 2", since: "2026-02-02T00:00:00.000Z" };
  it.each<[string, Parameters<typeof gpuNode>[0], boolean, Partial<Memory>]>([
    [
      "an open node",
      { labels: { [DCGM]: "true", [PLUGIN]: "false", team: "x" } },
      false,
      { ...who, labels: { [DCGM]: "true", [PLUGIN]: "false" }, unschedulable: false },
    ],
    ["a cordoned node", { cordoned: true }, false, { unschedulable: true, labels: {} }],
    ["a node of CDMO's that keeps its label", { labels: { [CDMO]: "mig" } }, false, { labels: {} }],
    [
      "a node of CDMO's that loses its label",
      { labels: { [CDMO]: "mig" } },
      true,
      { labels: { [CDMO]: "mig" } },
    ],
    ["a label of CDMO's that is not ours", { labels: { [CDMO]: "off" } }, true, { labels: {} }],
    [
      "clients that another tool has left paused",
      { labels: { [DCGM]: PAUSED } },
      false,
      { labels: { [DCGM]: "true" } },
    ],
    [
      "a node left closed by a dead run",
      { memory: remembered, cordoned: true, labels: { [DCGM]: PAUSED } },
      true,
      remembered,
    ],
    [
      "one with a client that had a word of its own",
      { memory: { ...remembered, labels: { [DCGM]: "v2" } }, cordoned: true, labels: { [DCGM]: PAUSED } },
      false,
      { labels: { [DCGM]: "v2" } },
    ],
    [
      "one whose label that run had taken off",
      { memory: { ...remembered, labels: { [CDMO]: "mig" } }, cordoned: true },
      false,
      { labels: { [CDMO]: "mig" } },
    ],
    [
      "one whose label only this run takes off",
      { memory: remembered, cordoned: true, labels: { [DCGM]: PAUSED, [CDMO]: "mig" } },
      true,
      { labels: { [DCGM]: "true", [CDMO]: "mig" } },
    ],
    [
      "one whose client somebody has forbidden since",
      { memory: remembered, cordoned: true, labels: { [DCGM]: "false" } },
      false,
      { labels: { [DCGM]: "false" } },
    ],
    [
      "one whose client label somebody has taken off",
      { memory: remembered, cordoned: true },
      false,
      { labels: {} },
    ],
    [
      "one cordoned by somebody else, who has uncordoned it since",
      { memory: { ...remembered, unschedulable: true }, cordoned: false },
      false,
      { unschedulable: false },
    ],
    [
      "one cordoned by somebody else, as it still is",
      { memory: { ...remembered, unschedulable: true }, cordoned: true },
      false,
      { unschedulable: true },
    ],
    [
      "one whose memory is damaged",
      { memory: "{", cordoned: true, labels: { [DCGM]: PAUSED } },
      false,
      { damaged: true, unschedulable: true, labels: { [DCGM]: "true" } },
    ],
  ])("writes down %s", (_, parts, unlabel, expected) => {
    const memory = memoryFor(gpuNode(parts), { unlabel, ...who });
    expect(memory).toMatchObject(expected);
    expect(memory.labels).toEqual(expected.labels ?? memory.labels);
    // What is written can be read again.
    expect(memoryOf(gpuNode({ memory }))).toEqual(memory);
  });
});

describe("closingPatch", () => {
  const memory = JSON.stringify(remembered);
  it("cordons and writes down in one", () => {
    expect(closingPatch(gpuNode({ labels: { [CDMO]: "mig" } }), remembered, false)).toEqual({
      labels: { [MEMORY]: "unfinished" },
      annotations: { [MEMORY]: memory },
      unschedulable: true,
    });
  });

  it("takes CDMO's label off when asked, and only if it is ours", () => {
    const labelsOf = (value: string) =>
      closingPatch(gpuNode({ labels: { [CDMO]: value } }), remembered, true).labels;
    expect(labelsOf("mig")).toEqual({ [MEMORY]: "unfinished", [CDMO]: null });
    expect(labelsOf("off")).toEqual({ [MEMORY]: "unfinished" });
  });
});

describe("pausedLabels", () => {
  const memory = { ...remembered, labels: { [DCGM]: "true", [PLUGIN]: "true" } };
  it.each<[string, Record<string, string>, string[], Record<string, string>]>([
    ["those that run", { [DCGM]: "true", [PLUGIN]: "true" }, [], { [DCGM]: PAUSED, [PLUGIN]: PAUSED }],
    ["not those that are kept", { [DCGM]: "true", [PLUGIN]: "true" }, [PLUGIN], { [DCGM]: PAUSED }],
    ["not those that are paused, forbidden or not there", { [DCGM]: PAUSED, [PLUGIN]: "false" }, [], {}],
    ["not what nobody could put back", { "nvidia.com/gpu.deploy.nvsm": "true" }, [], {}],
  ])("are %s", (_, labels, kept, expected) => {
    expect(pausedLabels(gpuNode({ labels }), memory, new Set(kept))).toEqual(expected);
  });
});

describe("reopeningPatch", () => {
  const away = { [MEMORY]: null };
  const closed = { memory: remembered, cordoned: true };
  const open = { labels: away, annotations: away, unschedulable: null };
  const cordoned = { ...remembered, unschedulable: true };
  const unlabelled = { ...remembered, labels: { [CDMO]: "mig" } };
  it.each<[string, Parameters<typeof gpuNode>[0], Memory, "set" | "remove" | "restore", object]>([
    ["takes everything of ours away", closed, remembered, "restore", open],
    [
      "starts clients again",
      { ...closed, labels: { [DCGM]: PAUSED } },
      remembered,
      "restore",
      { ...open, labels: { ...away, [DCGM]: "true" } },
    ],
    [
      "leaves what somebody has changed since",
      { ...closed, labels: { [DCGM]: "false" } },
      remembered,
      "restore",
      open,
    ],
    [
      "leaves what was not paused by us",
      { ...closed, labels: { [PLUGIN]: PAUSED } },
      remembered,
      "restore",
      open,
    ],
    ["leaves a cordon of somebody else", closed, cordoned, "restore", { labels: away, annotations: away }],
    [
      "leaves a node alone that somebody has uncordoned",
      { memory: remembered },
      remembered,
      "restore",
      { labels: away, annotations: away },
    ],
    ["sets the label", closed, remembered, "set", { ...open, labels: { ...away, [CDMO]: "mig" } }],
    [
      "corrects the label",
      { ...closed, labels: { [CDMO]: "MIG" } },
      remembered,
      "set",
      { ...open, labels: { ...away, [CDMO]: "mig" } },
    ],
    ["leaves the label that is there", { ...closed, labels: { [CDMO]: "mig" } }, remembered, "set", open],
    [
      "takes the label off",
      { ...closed, labels: { [CDMO]: "mig" } },
      remembered,
      "remove",
      { ...open, labels: { ...away, [CDMO]: null } },
    ],
    ["leaves a label that is not ours", { ...closed, labels: { [CDMO]: "off" } }, remembered, "remove", open],
    [
      "puts back a label that was taken off",
      closed,
      unlabelled,
      "restore",
      { ...open, labels: { ...away, [CDMO]: "mig" } },
    ],
    ["does not put it back when it is to go", closed, unlabelled, "remove", open],
    [
      "leaves a label that somebody has set since",
      { ...closed, labels: { [CDMO]: "off" } },
      unlabelled,
      "restore",
      open,
    ],
    ["opens a node without its annotation", { marked: true, cordoned: true }, remembered, "restore", open],
    [
      "touches nothing once somebody else has opened it",
      { cordoned: true, labels: { [DCGM]: PAUSED } },
      unlabelled,
      "restore",
      { labels: {} },
    ],
    ["still labels such a node", { cordoned: true }, remembered, "set", { labels: { [CDMO]: "mig" } }],
  ])("%s", (_, parts, memory, label, expected) => {
    expect(reopeningPatch(gpuNode(parts), memory, label)).toEqual(expected);
  });
});

describe("openByHand", () => {
  it("names the commands, and no uncordon for what somebody else had cordoned", () => {
    expect(openByHand("gpu-1", remembered)).toEqual([
      "kubectl uncordon gpu-1",
      "kubectl label node gpu-1 --overwrite nvidia.com/gpu.deploy.dcgm=true clearml-actions/mig-change-",
      "kubectl annotate node gpu-1 clearml-actions/mig-change-",
    ]);
    expect(openByHand("gpu-1", { ...remembered, unschedulable: true, labels: {} })).toEqual([
      "kubectl label node gpu-1 --overwrite clearml-actions/mig-change-",
      "kubectl annotate node gpu-1 clearml-actions/mig-change-",
    ]);
  });
});
