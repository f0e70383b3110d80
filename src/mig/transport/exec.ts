import type { Context } from "../../core/context.ts";
import { lastMeaningfulLine, TimeoutError } from "../../core/errors.ts";
import type { ToolResult } from "../../core/exec.ts";
import { pause } from "../../core/pause.ts";
import { NoAnswerError } from "../no-answer.ts";
import { hangs } from "./local.ts";
import type { Answer, NvidiaSmi } from "./model.ts";

/** A container in which nvidia-smi can be run. */
export interface Target {
  namespace: string;
  pod: string;
  container: string;
}

/** kubectl's word for the exit code of the program; the other is that of kubelets that wrap it in an error of theirs. */
const EXIT_CODES = [/command terminated with exit code (\d+)/, /exit status (\d+)\s*$/m];
const NO_PROGRAM = /executable file not found|no such file or directory/i;
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
  target: Target,
  pauseMs = SECOND_TRY_MS,
): NvidiaSmi {
  const { namespace, pod, container } = target;
  const place = `container ${container} of pod ${namespace}/${pod}`;
  const once = async (args: readonly string[], timeoutMs: number): Promise<Answer | string> => {
    const command = ["exec", "-n", namespace, pod, "-c", container, "--", "nvidia-smi", ...args];
    const options = { ok: "any", quiet: true, timeoutMs: timeoutMs + OVERHEAD_MS } as const;
    return answerOf(await exec.run("kubectl", command, options));
  };
  return {
    place,
    async run(args, timeoutMs) {
      try {
        let answer = await once(args, timeoutMs);
        if (typeof answer === "string" && BROKEN.test(answer)) {
          await pause(pauseMs, signal);
          answer = await once(args, timeoutMs);
        }
        if (typeof answer === "string") throw noAnswer(place, answer);
        return answer;
      } catch (thrown) {
        if (thrown instanceof TimeoutError) throw hangs(place, thrown);
        throw thrown;
      }
    },
  };
}

/** What nvidia-smi answered; kubectl's words when it was never run. */
export function answerOf({ code, stdout, stderr }: ToolResult): Answer | string {
  if (code === 0) return { code, stdout, stderr };
  for (const pattern of EXIT_CODES) {
    const [words, own] = pattern.exec(stderr) ?? [];
    if (words === undefined || NO_PROGRAM.test(stderr)) continue;
    const rest = stderr.split("\n").filter((line) => !line.includes(words.trim()));
    return { code: Number(own), stdout, stderr: rest.join("\n") };
  }
  const missing = stderr.split("\n").find((line) => NO_PROGRAM.test(line));
  return missing?.trim() ?? lastMeaningfulLine(stderr);
}

function noAnswer(place: string, words: string): NoAnswerError {
  const message = `nvidia-smi could not be run in ${place}: ${words}`;
  return new NoAnswerError({ message, hint: hintFor(words) });
}

function hintFor(words: string): string {
  if (NO_PROGRAM.test(words))
    return "the container has no nvidia-smi: check that the driver is installed on the node and that the container toolkit is on";
  if (/forbidden/i.test(words))
    return "the account needs the rights `get` and `create` on `pods/exec` in that namespace";
  if (/not found/i.test(words)) return "the pod is gone: run this again";
  return "check that the node is up and that its kubelet can be reached from the API server, then run this again";
}
