import { describe, expect, it } from "vitest";
import { cardOf, modelsOf, offersOf, type Verdict, verdictOf } from "../../../../src/mig/profiles/offered.ts";
import { A30, A100, eight, gpu, H100, node } from "../report/reports.ts";

describe("a model as nvidia-smi prints it", () => {
  it.each<[string, string | undefined]>([
    ["NVIDIA A100-SXM4-80GB", "A100 or H100 80 GB"],
    ["NVIDIA A100-SXM4-40GB", "A100 40 GB"],
    ["NVIDIA A100-PCIE-40GB", "A100 40 GB"],
    ["NVIDIA A100 80GB PCIe", "A100 or H100 80 GB"],
    ["NVIDIA A30", "A30"],
    ["NVIDIA H100 80GB HBM3", "A100 or H100 80 GB"],
    ["NVIDIA H100 PCIe", "A100 or H100 80 GB"],
    ["NVIDIA H100 NVL", "H100 NVL"],
    ["NVIDIA H200", "H200"],
    ["NVIDIA H200 NVL", "H200"],
    ["NVIDIA GH200 144G HBM3e", "GH200 144 GB"],
    ["NVIDIA B200", "B200"],
    ["NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX PRO 6000"],
    ["Tesla T4", undefined],
    ["NVIDIA A10", undefined],
    ["NVIDIA A3000", undefined],
    ["", undefined],
  ])("%s", (model, card) => {
    expect(cardOf(model)?.name).toBe(card);
  });
});

describe("the models among the nodes", () => {
  it("are counted with what is on, in all and on one node; GPUs without MIG are none", () => {
    const mixed = node("b", [], {
      gpus: [
        gpu("on", { model: A30 }),
        gpu("off", { index: 1, model: A30 }),
        gpu("incapable", { index: 2, model: "Tesla T4" }),
        gpu("off>on", { index: 3 }),
        gpu("incapable>unknown", { index: 4, model: "Tesla T4" }),
        gpu("unknown>incapable", { index: 5, model: "Tesla T4" }),
      ],
    });
    const found = modelsOf([mixed, node("a", eight("off>on")), node("c", ["switching-on", "unknown"])]);
    expect(found.map(({ card, ...rest }) => ({ ...rest, card: card?.name }))).toEqual([
      { model: A100, card: "A100 or H100 80 GB", gpus: 11, on: 9, onInOneNode: 8 },
      { model: A30, card: "A30", gpus: 2, on: 1, onInOneNode: 1 },
    ]);
  });
});

describe("what models give of a profile", () => {
  const models = modelsOf([node("a", eight("on")), node("b", [], { gpus: [gpu("on", { model: A30 })] })]);

  it("is what the table has, times the GPUs that are on", () => {
    const offers = offersOf("1g.10gb", models).map(({ model, perCard, now, onOneNode }) => [
      model,
      perCard,
      now,
      onOneNode,
    ]);
    expect(offers).toEqual([[A100, 7, 56, 56]]);
    expect(offersOf("2g.12gb", models)).toMatchObject([{ model: A30, perCard: 2, now: 2 }]);
    expect(offersOf("3g.20gb", models)).toEqual([]);
    expect(offersOf("constructor", models)).toEqual([]);
  });

  const on = (model: string, count: number) =>
    node("n", [], { gpus: Array.from({ length: count }, (_, index) => gpu("on", { index, model })) });
  it.each<[string, string, number, Parameters<typeof modelsOf>[0], Verdict]>([
    ["one of it", "1g.10gb", 1, [on(A100, 1)], "given"],
    ["as many as a node has", "7g.80gb", 2, [on(A100, 2), on(A100, 1)], "given"],
    ["more than one node has", "7g.80gb", 3, [on(A100, 2), on(A100, 2)], "short"],
    ["of another card", "3g.20gb", 1, [on(A100, 1), on(H100, 1)], "never"],
    ["of a card that is not in the table", "3g.20gb", 1, [on(A100, 1), on("NVIDIA X900", 1)], "unknown"],
    ["of cards that are off", "1g.10gb", 1, [node("n", ["off", "switching-on"])], "off"],
    ["of the second model", "2g.12gb", 2, [on(A100, 1), on(A30, 1)], "given"],
    ["of no card", "1g.10gb", 1, [], "never"],
  ])("is judged: %s", (_, profile, count, nodes, expected) => {
    expect(verdictOf(profile, count, modelsOf(nodes))).toBe(expected);
  });
});
