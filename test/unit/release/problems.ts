import { type Problem, UserError } from "../../../src/core/errors.ts";
import { caught } from "../../support/caught.ts";

/** The problems that a function throws. */
export function caughtProblems(work: () => unknown): readonly Problem[] {
  return caught(work, UserError).problems;
}
