import { formatProblem, UserError } from "../core/errors.ts";
import type { Unread } from "./model.ts";

/**
 * What could not be read, with the words of whoever refused it.
 * @throws what was thrown, when it is no refusal but a bug
 */
export function unreadFor(scope: string, thrown: unknown): Unread {
  if (!(thrown instanceof UserError)) throw thrown;
  return { scope, reason: thrown.problems.map(formatProblem).join("; ") };
}
