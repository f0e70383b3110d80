import type { Context } from "../../core/context.ts";
import { TimeoutError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { type ContainerName, execIn, type NotRun } from "../../kubernetes/exec.ts";
import { NoAnswerError } from "../no-answer.ts";
import { hangs } from "./local.ts";
import type { NvidiaSmi } from "./model.ts";

/** A connection that broke, not an answer: worth one more try. */
const BROKEN =
  /error dialing backend|unable to upgrade connection|connection re(set|fused)|EOF|TLS handshake|i\/o timeout|etcdserver|too many requests/i;
const SECOND_TRY_MS = 1_000;
/** kubectl and the API server, on top of what nvidia-smi takes. */
const OVERHEAD_MS = 10_000;

/**
 * nvidia-smi in a container of the node, by `kubectl exec`.
 * @param pauseMs before the second try after a connection that broke
 */
export function execSmi(
  { exec, signal }: Pick<Context, "exec" | "signal">,
  target: ContainerName,
  pauseMs = SECOND_TRY_MS,
): NvidiaSmi {
  const { namespace, pod, container } = target;
  const place = `container ${container} of pod ${namespace}/${pod}`;
  const once = (args: readonly string[], timeoutMs: number) =>
    execIn({ exec }, target, ["nvidia-smi", ...args], { timeoutMs: timeoutMs + OVERHEAD_MS });
  return {
    place,
    async run(args, timeoutMs) {
      try {
        let answer = await once(args, timeoutMs);
        if ("words" in answer && BROKEN.test(answer.words)) {
          await pause(pauseMs, signal);
          answer = await once(args, timeoutMs);
        }
        if ("words" in answer) throw noAnswer(place, answer);
        return answer;
      } catch (thrown) {
        if (thrown instanceof TimeoutError) throw hangs(place, thrown);
        throw thrown;
      }
    },
  };
}

function noAnswer(place: string, notRun: NotRun): NoAnswerError {
  const message = `nvidia-smi could not be run in ${place}: ${notRun.words}`;
  return new NoAnswerError({ message, hint: hintFor(notRun) });
}

function hintFor({ words, missing }: NotRun): string {
  if (missing)
    return "the container has no nvidia-smi: check that the driver is installed on the node and that the container toolkit is on";
  if (/forbidden/i.test(words))
    return "the account needs the rights `get` and `create` on `pods/exec` in that namespace";
  if (/not found/i.test(words)) return "the pod is gone: run this again";
  return "check that the node is up and that its kubelet can be reached from the API server, then run this again";
}
