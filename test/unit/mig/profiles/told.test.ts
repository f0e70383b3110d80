import { describe, expect, it } from "vitest";
import type { Answer } from "../../../../src/kubernetes/exec.ts";
import type { Gpu, Mode } from "../../../../src/mig/model.ts";
import { modelsOf, verdictOf } from "../../../../src/mig/profiles/offered.ts";
import { toldCards } from "../../../../src/mig/profiles/told.ts";

const LISTED = `
+-----------------------------------------------------------------------------+
| GPU instance profiles:                                                      |
|=============================================================================|
|   0  MIG 1g.40gb       19     7/7        39.50      No     14     0     0   |
|   0  MIG 1g.40gb+me    20     1/1        39.50      No     14     1     0   |
|   0  MIG 3g.160gb       9     2/2       159.50      No     60     3     0   |
+-----------------------------------------------------------------------------+
`;

function gpu(index: number, model: string, current: Mode = "enabled"): Gpu {
  return { index, model, uuid: `GPU-${index}`, bus: `${index}`, current, pending: current };
}

function node(gpus: readonly Gpu[], answer: Answer) {
  const asked: string[] = [];
  const run = async (args: readonly string[]) => {
    asked.push(args.join(" "));
    return answer;
  };
  return { asked, gpus, smi: { place: "here", run } };
}

const told = { code: 0, stdout: LISTED, stderr: "" };

describe("cards that the table does not have", () => {
  it("are what nvidia-smi tells, asked once per model", async () => {
    const first = node([gpu(0, "NVIDIA R300"), gpu(1, "NVIDIA A100-SXM4-40GB")], told);
    const second = node([gpu(0, "NVIDIA R300")], told);
    const cards = await toldCards([first, second]);
    expect([first.asked, second.asked]).toEqual([["mig -lgip"], []]);
    expect(cards.get("NVIDIA R300")).toMatchObject({
      slices: 3,
      profiles: { "1g.40gb": 7, "1g.40gb.me": 1, "3g.160gb": 2 },
    });
    const report = { index: 0, model: "NVIDIA R300", uuid: "GPU-0", bus: "0", chosen: true } as const;
    const models = modelsOf([{ gpus: [{ ...report, before: "off", after: "on" }] }], cards);
    expect(verdictOf("3g.160gb", 2, models)).toBe("given");
    expect(verdictOf("3g.20gb", 1, models)).toBe("never");
  });

  it("stay unknown where it tells nothing, and are not asked for where there is no MIG", async () => {
    const silent = node([gpu(0, "NVIDIA R300")], { code: 9, stdout: "", stderr: "no driver" });
    const old = node([gpu(0, "Tesla T4", "unsupported")], told);
    expect((await toldCards([silent, old])).size).toBe(0);
    expect(old.asked).toEqual([]);
  });
});
