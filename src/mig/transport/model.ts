import type { Answer } from "../../kubernetes/exec.ts";

/** nvidia-smi on one node. */
export interface NvidiaSmi {
  /** Where it runs, for messages: `this machine`, or `container … of pod …`. */
  readonly place: string;
  /**
   * Runs it to its end, whatever its exit code.
   * @throws NoAnswerError when it could not be run, or did not end in time
   */
  run(args: readonly string[], timeoutMs: number): Promise<Answer>;
}
