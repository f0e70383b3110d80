import { describe, expect, it } from "vitest";
import { migSummary } from "../../../../src/mig/report/summary.ts";
import { A30, eight, gpu, H100, node, report } from "./reports.ts";

const at = { file: "tenants/acme/agent.yaml", line: 14, column: 11 };
const need = (profile: string, queue: string, count = 1) => ({ profile, tenant: "acme", queue, count, at });
const section = (markdown: string) => markdown.slice(markdown.indexOf("#### MIG profiles"));
const rowsOf = (markdown: string) =>
  section(markdown)
    .split("\n\n")[1]
    ?.split("\n")
    .filter((_, index) => index !== 1);

describe("the profiles that queues need", () => {
  it("stand against what each model gives, what cannot be had first and in words", () => {
    const gpus = [gpu("on", { model: A30 }), gpu("off", { index: 1, model: A30 })];
    const shown = migSummary(report([node("a", eight("off>on")), node("b", [], { gpus })]), [
      need("1g.10gb", "small"),
      { ...need("1g.10gb", "small"), tenant: "globex" },
      need("3g.20gb", "train"),
      need("4g.24gb", "big", 2),
    ]);
    expect(rowsOf(shown)).toEqual([
      "|  | Profile | Asked for by | A100-SXM4-80GB<br>all 8 on | A30<br>1 of 2 on |",
      "| ❌ | `3g.20gb` | acme/train | – | – |",
      "| ⚠️ | 2 × `4g.24gb` | acme/big | – | 1 per card<br>**1** now |",
      "| ✅ | `1g.10gb` | acme/small<br>globex/small | 7 per card<br>**56** now | – |",
    ]);
    expect(section(shown)).toContain(
      "- ❌ `3g.20gb` cannot be given by any GPU of this run: pods that ask for it stay pending (`tenants/acme/agent.yaml:14`); A100-SXM4-80GB has `3g.40gb`\n" +
        "- ⚠️ `4g.24gb` is asked for 2 times by one pod (`tenants/acme/agent.yaml:14`), and no node has so many of them",
    );
  });

  it("are told apart by how many of them a pod asks for", () => {
    const shown = migSummary(report([node("a", eight("on"))]), [
      need("7g.80gb", "one"),
      need("7g.80gb", "nine", 9),
    ]);
    expect(rowsOf(shown)?.slice(1)).toEqual([
      "| ⚠️ | 9 × `7g.80gb` | acme/nine | 1 per card<br>**8** now |",
      "| ✅ | `7g.80gb` | acme/one | 1 per card<br>**8** now |",
    ]);
  });

  it("are warned of when MIG is switched off below them", () => {
    const shown = migSummary(report([node("a", eight("on>off"))], { wanted: "disabled" }), [
      need("1g.10gb", "q"),
    ]);
    expect(rowsOf(shown)?.[1]).toBe("| ⏸️ | `1g.10gb` | acme/q | 7 per card |");
    expect(shown).toContain("- ⏸️ `1g.10gb` can be given, but MIG is off on these GPUs");
  });

  it("are not called impossible where a node could not be asked, or a model is not known", () => {
    const silent = node("b", [], { ready: false });
    const strange = node("b", [], { gpus: [gpu("on", { model: "NVIDIA X900" })] });
    for (const other of [silent, strange]) {
      const shown = migSummary(report([node("a", eight("on")), other]), [need("3g.20gb", "q")]);
      expect(rowsOf(shown)?.[1]).toMatch(/^\| ❔ \| `3g\.20gb` /);
      expect(shown).toContain("`nvidia-smi mig -lgip` tells");
    }
  });

  it("are shortened where many queues ask for one", () => {
    const needs = Array.from({ length: 9 }, (_, index) => need("1g.10gb", `q${index}`));
    expect(rowsOf(migSummary(report([node("a", ["on"])]), needs))?.[1]).toContain(
      "| acme/q0<br>acme/q1<br>acme/q2<br>acme/q3<br>and 5 more |",
    );
  });

  it("are left out where none is needed; what the models can give is there to be opened", () => {
    const gpus = [gpu("on", { model: H100 }), gpu("on", { index: 1, model: A30 })];
    const shown = migSummary(report([node("a", [], { gpus })]), []);
    expect(shown).not.toContain("#### MIG profiles");
    expect(shown).toContain("<details><summary>What each GPU model can give</summary>");
    expect(shown).toContain("| A30 | 1 of 1 | 4 × `1g.6gb` · 1 × `1g.6gb.me` · 2 × `2g.12gb` ·");
  });
});
