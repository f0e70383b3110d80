import { UserError } from "../core/errors.ts";

/** nvidia-smi could not be run on a node, or told nothing of use: what its GPUs are like is not known. */
export class NoAnswerError extends UserError {
  constructor(problem: { message: string; hint: string }, cause?: unknown) {
    super(problem, { kind: "incomplete", cause });
    this.name = "NoAnswerError";
  }
}
