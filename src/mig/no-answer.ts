import { UserError } from "../core/errors.ts";

/** nvidia-smi could not be run on a node, or told nothing of use: what its GPUs are like is not known. */
export class NoAnswerError extends UserError {
  /** The driver works, and has no GPU. */
  readonly noGpu: boolean;

  constructor(
    problem: { message: string; hint: string },
    { cause, noGpu = false }: { cause?: unknown; noGpu?: boolean } = {},
  ) {
    super(problem, { kind: "incomplete", cause });
    this.name = "NoAnswerError";
    this.noGpu = noGpu;
  }
}
