import { describe, expect, it } from "vitest";
import { migSummary } from "../../../../src/mig/report/summary.ts";
import { gpu, node, report, troubled } from "./reports.ts";

const stays = { ready: false, label: { before: false, after: false } };

describe("what went wrong", () => {
  it("names each node with its problems and their repair, and GPUs with the words of nvidia-smi", () => {
    const shown = migSummary(troubled(), []);
    expect(shown).toContain(`- **gpu-a2**
  - GPUs 3 and 5 still wait for a reset after the node was drained<br>→ reboot this node, or set \`reboot: allow\`
  - GPU 3, 5: In use by another client
- **gpu-b1**
`);
  });

  it("says once what is true of many nodes", () => {
    const nodes = ["gpu-1", "gpu-2", "gpu-3", "gpu-10"].map((name) =>
      node(name, [], {
        ...stays,
        problems: [{ message: `${name}: the driver is not loaded on node ${name}`, hint: "load it" }],
      }),
    );
    expect(migSummary(report(nodes), [])).toContain(
      "- **gpu-1 … gpu-3, gpu-10** (4 nodes)\n  - the driver is not loaded on this node<br>→ load it\n",
    );
  });

  it("does not take a name for a part of another", () => {
    const problems = [{ message: "pod driver-gpu-1 of gpu-10 and gpu-1.lan holds gpu-1" }];
    expect(migSummary(report([node("gpu-1", ["off"], { ...stays, problems })]), [])).toContain(
      "  - pod driver-gpu-1 of gpu-10 and gpu-1.lan holds this node",
    );
  });

  it("is cut where somebody has much to say", () => {
    const long = "x".repeat(5000);
    const problems = [{ message: long, hint: long }];
    const shown = migSummary(report([node("a", ["off"], { ...stays, problems })]), []);
    expect(shown).toContain(`${"x".repeat(600)}…<br>→ ${"x".repeat(600)}…\n`);
  });

  it("does not repeat a reason that a problem has told", () => {
    const gpus = [gpu("off>switching-on", { reason: "In use" })];
    const shown = migSummary(
      report([node("a", [], { ...stays, gpus, problems: [{ message: "GPU 0: In use" }] })]),
      [],
    );
    expect(shown.split("\n").filter((line) => line.startsWith("  - "))).toEqual(["  - GPU 0: In use"]);
  });
});

describe("warnings", () => {
  const warnings = [{ message: "not labelled: GPU 1 is off", hint: "choose all of them" }];

  it("stand apart from what went wrong, once for nodes that have the same", () => {
    const nodes = ["a", "b"].map((name) => node(name, ["on", "off"], { warnings }));
    const shown = migSummary(report(nodes), []);
    expect(shown).not.toContain("What went wrong");
    expect(shown).toContain(
      "#### Warnings\n\n- **a, b** (2 nodes)\n  - not labelled: GPU 1 is off<br>→ choose all of them\n",
    );
  });

  it("are not told again as something to do", () => {
    const label = { before: true, after: true };
    const untrue = (more: object) =>
      migSummary(report([node("a", ["off"], { ...stays, label, ...more })]), []);
    expect(untrue({})).toContain("1. Not all GPUs of a have MIG on");
    expect(untrue({ warnings })).not.toContain("1. Not all GPUs");
  });
});
