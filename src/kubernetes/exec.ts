import type { Context } from "../core/context.ts";
import { lastMeaningfulLine } from "../core/errors.ts";
import type { RunOptions, ToolResult } from "../core/exec.ts";

/** A container to run programs in. */
export interface ContainerName {
  namespace: string;
  pod: string;
  container: string;
}

/** What a program printed, and its own exit code. */
export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

/** A program that was never run: in kubectl's words, and whether the container does not have it. */
export interface NotRun {
  words: string;
  missing: boolean;
}

/** kubectl's word for the exit code of the program; the other is that of kubelets that wrap it in an error of theirs. */
const EXIT_CODES = [/command terminated with exit code (\d+)/, /exit status (\d+)\s*$/m];
/** The runtime's words, not those of a program that misses a file. */
const NO_PROGRAM =
  /executable file not found|(OCI runtime|container process|\bexec: ).*(no such file or directory|permission denied)/i;

/**
 * Runs a program in a container by `kubectl exec`, and keeps what it prints out of the log.
 * @throws TimeoutError when it takes longer than `timeoutMs`
 */
export async function execIn(
  { exec }: Pick<Context, "exec">,
  { namespace, pod, container }: ContainerName,
  command: readonly string[],
  options: Pick<RunOptions, "timeoutMs" | "interruptible">,
): Promise<Answer | NotRun> {
  const args = ["exec", "-n", namespace, pod, "-c", container, "--", ...command];
  return answerOf(await exec.run("kubectl", args, { ok: "any", quiet: true, ...options }));
}

/** What the program answered, or why it was never run, by how kubectl ended. */
export function answerOf({ code, stdout, stderr }: ToolResult): Answer | NotRun {
  if (code === 0) return { code, stdout, stderr };
  const missing = stderr.split("\n").find((line) => NO_PROGRAM.test(line));
  if (missing !== undefined) return { words: missing.trim(), missing: true };
  for (const pattern of EXIT_CODES) {
    const [words, own] = pattern.exec(stderr) ?? [];
    if (words === undefined) continue;
    const rest = stderr.split("\n").filter((line) => !line.includes(words.trim()));
    return { code: Number(own), stdout, stderr: rest.join("\n") };
  }
  return { words: lastMeaningfulLine(stderr), missing: false };
}
