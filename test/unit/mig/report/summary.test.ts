import { describe, expect, it } from "vitest";
import type { MigReport } from "../../../../src/mig/model.ts";
import { migSummary, nodesOutput } from "../../../../src/mig/report/summary.ts";
import { faultsOf } from "../../plan/comment-check.ts";
import { A30, A100, eight, fleet, gpu, node, report, troubled } from "./reports.ts";

const headline = (from: MigReport) => migSummary(from, []).split("\n")[0];
const rowsOf = (markdown: string) => {
  const table = markdown.split("\n\n").find((part) => part.startsWith("|  | Node |")) ?? "";
  return table.split("\n").slice(2);
};
const kept = { label: { before: true, after: true } };
const stays = { ready: false, label: { before: false, after: false } };

describe("the headline", () => {
  it.each<[string, MigReport, string]>([
    ["all switched on", fleet(), "✅ MIG is **on for all 512 GPUs** of 64 nodes on `https://10.0.0.1:6443`."],
    [
      "nothing to do",
      report([node("a", eight("on"), kept)]),
      "✅ MIG is **on for all 8 GPUs** of 1 node on `https://10.0.0.1:6443`, and nothing had to change.",
    ],
    [
      "only the label was missing",
      report([node("a", eight("on"))]),
      "✅ MIG is **on for all 8 GPUs** of 1 node on `https://10.0.0.1:6443`.",
    ],
    [
      "this machine",
      {
        wanted: "disabled",
        nodes: [{ ...node("here", ["on>off", "incapable"]), label: undefined as never }],
      },
      "✅ MIG is **off for all 2 GPUs** of this machine.",
    ],
    [
      "a reboot is needed",
      report([node("a", ["off>switching-on"], { ...stays, rebootRequired: true }), node("b", ["off>on"])]),
      "🔁 MIG is **on for 1 of 2 GPUs** of 2 nodes on `https://10.0.0.1:6443`; **1 node is not as wanted**.",
    ],
    [
      "a reboot is needed, and a GPU has failed",
      report([node("a", ["off>switching-on", "off"], { ...stays, rebootRequired: true })]),
      "❌ MIG is **on for 0 of 2 GPUs** of 1 node on `https://10.0.0.1:6443`; **1 node is not as wanted**.",
    ],
    [
      "a node could not be put back",
      report([node("a", ["off>on"], { ready: false, problems: [{ message: "still cordoned" }] })]),
      "❌ MIG is **on for 1 of 1 GPU** of 1 node on `https://10.0.0.1:6443`; **1 node is not as wanted**.",
    ],
    [
      "some failed",
      troubled(),
      "❌ MIG is **on for 14 of 16 GPUs** of 3 nodes on `https://10.0.0.1:6443`; **2 nodes are not as wanted**, 1 of them could not be asked.",
    ],
    [
      "none answered",
      report([node("a", [], stays), node("b", [], stays)]),
      "❌ The MIG mode of no GPU is known, of 2 nodes on `https://10.0.0.1:6443`; **2 nodes could not be asked**.",
    ],
    [
      "GPUs that were not chosen do not count",
      report([
        node("a", [], {
          ...stays,
          ready: true,
          gpus: [gpu("off>on"), gpu("off", { index: 1, chosen: false })],
        }),
      ]),
      "✅ MIG is **on for 1 GPU** of 1 node on `https://10.0.0.1:6443`.",
    ],
  ])("%s", (_, from, expected) => {
    expect(headline(from)).toBe(expected);
  });
});

describe("the picture", () => {
  it("has a row for each node that is not like another, what is worst first", () => {
    expect(rowsOf(migSummary(troubled(), []))).toEqual([
      "| ❔ | **gpu-b1** |  |  |  | could not be asked | has it | 30 s |",
      "| 🔁 | **gpu-a2** | 8 × A100-SXM4-80GB | ⚪⚪⚪⚪ ⚪⚪⚪⚪ | 🟢🟢🟢🔼 🟢🔼🟢🟢 | drained, 6 switched on, **needs a reboot** |  | 3 min 32 s |",
      "| ✅ | **gpu-a1** | 8 × A100-SXM4-80GB | ⚪⚪⚪⚪ ⚪⚪⚪⚪ | 🟢🟢🟢🟢 🟢🟢🟢🟢 | drained, 8 switched on | **set** | 1 min 35 s |",
    ]);
  });

  it("has one row for 64 nodes that are alike", () => {
    expect(rowsOf(migSummary(fleet(), []))).toEqual([
      "| ✅ | **gpu-01 … gpu-64**<br>64 nodes | 8 × A100-SXM4-80GB | ⚪⚪⚪⚪ ⚪⚪⚪⚪ | 🟢🟢🟢🟢 🟢🟢🟢🟢 | 8 switched on | **set** | up to 6.9 s |",
    ]);
  });

  it("keeps nodes apart that came out alike, with other GPUs", () => {
    const shown = migSummary(
      report([node("a", ["off>on", "off"], stays), node("b", ["off", "off>on"], stays)]),
      [],
    );
    expect(rowsOf(shown).map((row) => row.split(" | ").slice(1, 5))).toEqual([
      ["**a**", "2 × A100-SXM4-80GB", "⚪⚪", "🟢⚪"],
      ["**b**", "2 × A100-SXM4-80GB", "⚪⚪", "⚪🟢"],
    ]);
  });

  it("sets GPUs that were not chosen in brackets, by index, and names every model", () => {
    const gpus = [
      gpu("off", { index: 3, chosen: false, model: A30 }),
      gpu("off>on", { index: 0 }),
      gpu("on", { index: 2, chosen: false, model: A30 }),
      gpu("incapable", { index: 1, model: "Tesla T4" }),
    ];
    const shown = migSummary(report([node("a", [], { gpus, label: { before: false, after: false } })]), []);
    expect(rowsOf(shown)).toEqual([
      "| ✅ | **a** | 2 × A30<br>1 × A100-SXM4-80GB<br>1 × Tesla T4 | ⚪🚫(🟢⚪) | 🟢🚫(🟢⚪) | 1 switched on |  | 4.0 s |",
    ]);
    expect(shown).toContain("🟢 on · ⚪ off · 🚫 no MIG · (…) not chosen");
    expect(shown).not.toContain("🔼");
  });

  it("tells of modes that were lost, reboots and labels that were taken off", () => {
    const lost = { ...kept, lost: true, rebooted: true };
    const off = { label: { before: true, after: false } };
    const shown = migSummary(
      report(
        [
          node("a", ["off>on"], lost),
          node("b", ["on>off"], off),
          node("c", ["off"], { label: { before: false, after: false } }),
        ],
        {
          wanted: "disabled",
        },
      ),
      [],
    );
    expect(rowsOf(shown).map((row) => row.split(" | ").slice(5, 7))).toEqual([
      ["MIG had been lost, rebooted, 1 switched on", "has it"],
      ["1 switched off", "**taken off**"],
      ["nothing to do", ""],
    ]);
    expect(shown).toContain(
      "1 GPU switched on · 1 GPU switched off · MIG had been lost on 1 node · 1 node rebooted · CDMO's label taken off 1 node",
    );
  });

  it("says nothing of labels without a cluster", () => {
    const { label: _, ...alone } = node("here", ["off>on"]);
    const shown = migSummary({ wanted: "enabled", nodes: [alone] }, []);
    expect(shown).toContain("| Done | Time |");
    expect(shown).not.toContain("Label");
  });
});

describe("what is left to do", () => {
  const steps = (from: MigReport) =>
    migSummary(from, [])
      .split("\n")
      .filter((line) => line.startsWith("1. "));

  it.each<[string, MigReport, RegExp[]]>([
    ["nothing", fleet(), []],
    ["reboot and ask", troubled(), [/^1\. Reboot gpu-a2, .*`reboot: allow`/, /^1\. Find out why gpu-b1 /]],
    [
      "a label that is not true",
      report([node("a", ["on", "off"], { ...stays, label: { before: true, after: true } })]),
      [
        /^1\. Not all GPUs of a have MIG on, .*`label: sync`.*`kubectl label node … cdmo\.clear\.ml\/gpu-partitioning-`/,
      ],
    ],
    [
      "a label that was not asked for",
      report([node("a", ["off>on"], { label: { before: false, after: false } })]),
      [/^1\. To hand a to CDMO, .*gpu-partitioning=mig`/],
    ],
    [
      "no label where MIG was to be switched off and could not be",
      report([node("a", ["on"], stays)], { wanted: "disabled" }),
      [],
    ],
    [
      "no label after switching off",
      report([node("a", ["on>off"], { label: { before: true, after: false } })], { wanted: "disabled" }),
      [],
    ],
  ])("%s", (_, from, expected) => {
    const told = steps(from);
    expect(told).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(told[index]).toMatch(pattern);
  });
});

describe("a summary of any run", () => {
  const at = { file: "t/a|b.yaml", line: 1, column: 1 };
  const hostile = "a`|<b>@you #1\n```";
  const evil = node(hostile, [], {
    gpus: [gpu("off>unknown", { model: hostile, uuid: hostile, bus: hostile, reason: `${hostile}\nx` })],
    ...stays,
    problems: [{ message: `${hostile} failed`, hint: `\`${hostile}\` and \`one\`` }],
  });
  /** As many kinds of nodes as possible. */
  const varied = report(
    Array.from({ length: 1000 }, (_, index) =>
      node(
        `n${index * 2}`,
        Array.from({ length: 8 }, (_unused, bit) => ((index >> bit) & 1 ? "off>on" : "off")),
        { ...stays, problems: [{ message: `broken in its own way ${index}`, hint: "x".repeat(900) }] },
      ),
    ),
  );

  it.each<[string, MigReport]>([
    ["with failures", troubled()],
    ["of a fleet", fleet()],
    ["with names that are Markdown", report([evil])],
    ["of thousands of GPUs", varied],
    ["of no node", report([])],
  ])("is sound Markdown of bounded size %s", (_, from) => {
    const needs = [{ profile: hostile, tenant: hostile, queue: hostile, count: 2, at }];
    const shown = migSummary(from, needs);
    expect(faultsOf(shown)).toEqual([]);
    expect(Buffer.byteLength(shown)).toBeLessThan(500_000);
  });

  it("counts what it leaves out", () => {
    const shown = migSummary(varied, []);
    expect(shown).toContain("and 970 more nodes");
    expect(shown).toContain("and 6000 more");
  });

  it("is short enough to be read for 64 nodes, without the folded list of all GPUs", () => {
    const shown = migSummary(fleet(), []);
    expect(shown.slice(0, shown.indexOf("<details>")).split("\n").length).toBeLessThan(15);
    expect(shown).toContain("<details><summary>All 512 GPUs</summary>");
  });
});

describe("the output `nodes`", () => {
  it("holds each node and GPU", () => {
    const [first, second, third] = nodesOutput(troubled()) as Record<string, unknown>[];
    const { gpus, ...rest } = second ?? {};
    expect(rest).toEqual({
      name: "gpu-a2",
      ready: false,
      rebootRequired: true,
      labelled: false,
      lost: false,
      drained: true,
      rebooted: false,
      problems: [
        {
          message: "node gpu-a2: GPUs 3 and 5 still wait for a reset after the node was drained",
          hint: "reboot gpu-a2, or set `reboot: allow`",
        },
      ],
    });
    expect((gpus as unknown[])[3]).toEqual({
      index: 3,
      model: A100,
      uuid: "GPU-00000003",
      bus: "00000000:30:00.0",
      before: "off",
      after: "switching-on",
      chosen: true,
      changed: true,
      reason: "In use by another client",
    });
    expect(first).toMatchObject({ name: "gpu-a1", ready: true, labelled: true, problems: [] });
    expect(third).toMatchObject({ name: "gpu-b1", gpus: [] });
  });

  it("does not call changed what is not known", () => {
    const { label: _, ...alone } = node("here", ["on>unknown", "on"]);
    const [only] = nodesOutput({ wanted: "enabled", nodes: [alone] }) as { gpus: { changed: boolean }[] }[];
    expect(only).not.toHaveProperty("labelled");
    expect(only?.gpus.map(({ changed }) => changed)).toEqual([false, false]);
  });
});
