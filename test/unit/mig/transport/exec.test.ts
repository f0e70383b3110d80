import { describe, expect, it } from "vitest";
import { TimeoutError } from "../../../../src/core/errors.ts";
import type { Exec, RunOptions, ToolResult } from "../../../../src/core/exec.ts";
import { NoAnswerError } from "../../../../src/mig/no-answer.ts";
import { execSmi } from "../../../../src/mig/transport/exec.ts";
import type { NvidiaSmi } from "../../../../src/mig/transport/model.ts";

const result = (code: number, stderr = "", stdout = ""): ToolResult => ({ code, stderr, stdout });

async function failureOf(smi: NvidiaSmi): Promise<NoAnswerError> {
  const error = await smi.run(["-L"], 50_000).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NoAnswerError);
  return error as NoAnswerError;
}

/** An Exec that gives these results one after the other. */
function fakeExec(...results: (ToolResult | Error)[]) {
  const calls: { args: readonly string[]; options: RunOptions | undefined }[] = [];
  const run: Exec["run"] = async (_, args, options) => {
    calls.push({ args, options });
    const next = results.shift();
    if (next === undefined || next instanceof Error) throw next;
    return next;
  };
  const exec = { run } as Exec;
  const target = { namespace: "gpu-operator", pod: "driver-x", container: "nvidia-driver-ctr" };
  return { calls, smi: execSmi({ exec, signal: new AbortController().signal }, target, 1) };
}

describe("nvidia-smi in a pod", () => {
  it("is run in the named container, bounded in time, its output kept out of the log", async () => {
    const { calls, smi } = fakeExec(result(0));
    await smi.run(["-L"], 5_000);
    expect(calls).toEqual([
      {
        args: [
          ...["exec", "-n", "gpu-operator", "driver-x", "-c", "nvidia-driver-ctr"],
          ...["--", "nvidia-smi", "-L"],
        ],
        options: { ok: "any", quiet: true, timeoutMs: 15_000 },
      },
    ]);
  });

  it("is run once more after a broken connection, and no more often", async () => {
    const broken = result(1, "error: unable to upgrade connection: EOF");
    const { smi, calls } = fakeExec(broken, result(0, "", "fine"));
    expect((await smi.run(["-L"], 1)).stdout).toBe("fine");
    expect(calls).toHaveLength(2);
    const lasting = fakeExec(broken, broken, broken);
    await failureOf(lasting.smi);
    expect(lasting.calls).toHaveLength(2);
  });

  it.each([
    [new TimeoutError("kubectl", 60_000), /does not answer: kubectl did not end within 60 s/, /driver hangs/],
    [
      result(1, 'Error from server (Forbidden): pods "x" is forbidden: cannot create'),
      /forbidden/,
      /pods\/exec/,
    ],
    [result(1, 'Error from server (NotFound): pods "x" not found'), /not found/, /pod is gone/],
    [
      result(126, 'exec: "nvidia-smi": executable file not found in $PATH\n'),
      /executable file not found/,
      /has no nvidia-smi/,
    ],
  ])("that does not run says why: %s", async (given, message, hint) => {
    const { smi } = fakeExec(given);
    const error = await failureOf(smi);
    expect(error.kind).toBe("incomplete");
    expect(error.problems[0]?.message).toMatch(message);
    expect(error.problems[0]?.hint).toMatch(hint);
  });
});
