import type { Context } from "../../core/context.ts";
import { TimeoutError, ToolMissingError, UserError } from "../../core/errors.ts";
import { NoAnswerError } from "../no-answer.ts";
import type { NvidiaSmi } from "./model.ts";

const TOOL = "nvidia-smi";
/** Prints its usage without a word with the driver, which may hang. */
const HARMLESS = ["-h"];
const HARMLESS_MS = 10_000;

/** nvidia-smi of this machine. */
export function localSmi({ exec }: Pick<Context, "exec">): NvidiaSmi {
  const place = "this machine";
  return {
    place,
    async run(args, timeoutMs) {
      try {
        return await exec.run(TOOL, args, { ok: "any", quiet: true, timeoutMs });
      } catch (thrown) {
        if (thrown instanceof TimeoutError) throw hangs(place, thrown);
        throw thrown;
      }
    },
  };
}

/** The same for a machine that has one; undefined elsewhere. */
export async function findLocalSmi(context: Pick<Context, "exec">): Promise<NvidiaSmi | undefined> {
  if (process.platform !== "linux") return undefined;
  const smi = localSmi(context);
  try {
    await smi.run(HARMLESS, HARMLESS_MS);
    return smi;
  } catch (thrown) {
    if (thrown instanceof ToolMissingError) return undefined;
    throw thrown;
  }
}

/** Why this machine's GPUs cannot be changed from here; without a reason since there is no nvidia-smi. */
export function noLocalGpu(reason?: "nvidia-smi lists none"): UserError {
  const { platform } = process;
  const missing =
    platform === "linux"
      ? "it has no nvidia-smi"
      : `MIG needs Linux and an NVIDIA GPU, and this machine runs ${platform}`;
  return new UserError({
    message: `this machine has no GPU to change: ${reason ?? missing}`,
    hint: "run the job on a GPU runner (`runs-on: [self-hosted, linux, gpu]`), or set `transport: exec`",
  });
}

/** The error for an nvidia-smi that does not end: a driver that hangs does that. */
export function hangs(place: string, thrown: TimeoutError): NoAnswerError {
  return new NoAnswerError(
    {
      message: `nvidia-smi on ${place} does not answer: ${thrown.message}`,
      hint: "the driver hangs: look at `dmesg` of the node for Xid errors; a reboot of the node is likely needed",
    },
    { cause: thrown },
  );
}
