import pLimit from "p-limit";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/core/errors.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { changeNode } from "../../../../src/mig/change/node.ts";
import type { Gpu, Wanted } from "../../../../src/mig/model.ts";
import type { MigOptions } from "../../../../src/mig/options.ts";
import type { MigSession } from "../../../../src/mig/session.ts";

const KEY = "cdmo.clear.ml/gpu-partitioning";
const OFF: Gpu = {
  ...{ index: 0, model: "NVIDIA A100-SXM4-80GB", uuid: "GPU-0", bus: "00000000:07:00.0" },
  ...{ current: "disabled", pending: "disabled" },
};
const ON: Gpu = { ...OFF, current: "enabled", pending: "enabled" };

interface Given {
  wanted?: Wanted;
  labelled?: boolean;
  /** The state after the change. */
  after?: "Enabled" | "Disabled";
  aborted?: AbortSignal;
  lost?: AbortSignal;
}

/** Changes one node whose nvidia-smi answers as told; keeps what was asked of it and written to the node. */
async function change(given: Given) {
  const { wanted = "enabled", labelled = false, after = "Enabled" } = given;
  const none = new AbortController().signal;
  const calls: string[] = [];
  const patches: unknown[] = [];
  const smi = {
    place: "here",
    async run(args: readonly string[]) {
      calls.push(args.join(" "));
      const query = args[0]?.startsWith("--query-gpu");
      const stdout = query ? `0, ${OFF.model}, GPU-0, ${OFF.bus}, ${after}, ${after}` : "All done.";
      return { code: 0, stdout, stderr: "" };
    },
  };
  const kubernetes = {
    async merge(_: string, patch: unknown) {
      patches.push(patch);
      return {};
    },
  } as unknown as Kubernetes;
  const options = { label: "true", drain: false, reboot: "never" } as unknown as MigOptions;
  const log = { info: () => undefined, debug: () => undefined };
  const session = {
    ...{ context: { log }, options, kubernetes, run: "test" },
    signal: given.aborted ?? none,
    lost: given.lost ?? none,
    reboots: { namespace: "gpu-operator", slot: pLimit(1) },
  } as unknown as MigSession;
  const labels = labelled ? { [KEY]: "mig" } : {};
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "gpu-1", labels } };
  const gpus = [wanted === "enabled" ? OFF : ON];
  const report = await changeNode(
    session,
    { name: "gpu-1", node, smi, gpus },
    { chosen: new Set(["GPU-0"]), wanted },
  );
  return { report, calls: calls.filter((call) => call.includes("-mig")), patches };
}

const label = (value: "mig" | null) => ({ metadata: { labels: { [KEY]: value } } });

describe("a node", () => {
  it("is switched on in one call, and labelled when the GPU says so", async () => {
    const { report, calls, patches } = await change({});
    expect(calls).toEqual(["-i 00000000:07:00.0 -mig 1"]);
    expect(patches).toEqual([label("mig")]);
    expect(report).toMatchObject({ ready: true, label: { before: false, after: true }, problems: [] });
  });

  it("is not labelled for what nvidia-smi says of the change alone", async () => {
    const { report, patches } = await change({ after: "Disabled" });
    expect(patches).toEqual([]);
    expect(report.ready).toBe(false);
    expect(report.problems[0]?.message).toMatch(/^MIG is not enabled on GPU 0/);
  });

  it("has its label back when MIG could not be switched off", async () => {
    const { report, patches } = await change({ wanted: "disabled", labelled: true });
    expect(patches).toEqual([label(null), label("mig")]);
    expect(report.label).toEqual({ before: true, after: true });
  });

  it("that waits for its turn when the run is cancelled is left as it is", async () => {
    const cancelled = { wanted: "disabled", labelled: true, aborted: AbortSignal.abort() } as const;
    const { report, calls, patches } = await change(cancelled);
    expect([calls, patches]).toEqual([[], []]);
    expect(report.problems[0]?.message).toBe("not changed: the run was cancelled");
  });

  it("is for others once the lock is lost", async () => {
    const reason = new UserError({ message: "the lock is lost", hint: "" }, { kind: "busy" });
    const lost = AbortSignal.abort(reason);
    const { report, patches } = await change({ labelled: true, aborted: lost, lost });
    expect(patches).toEqual([]);
    expect(report.problems[0]?.message).toBe("the lock is lost");
    // Lost while nvidia-smi was at work: the label is not ours to set any more.
    expect((await change({ lost })).patches).toEqual([]);
  });
});
