import { type FailureKind, type Problem, ToolError, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { ChartReference } from "./chart-reference.ts";
import { PATTERNS } from "./failure-patterns.ts";

/** Turns a failed helm call for a component into one message with its place and repair. */
export function explainHelmFailure(
  error: ToolError,
  use: ComponentUse,
  reference: ChartReference = { chart: "" },
): UserError {
  const line = helmReason(error.stderr);
  const problem = explained(error.stderr, line, use, reference) ?? {
    kind: "cluster",
    message: `component \`${use.id}\`: helm failed for release ${use.namespace}/${use.release}: ${line}`,
    hint: `run this again when the cause is gone; \`helm -n ${use.namespace} history ${use.release}\` shows what was done`,
  };
  const { kind, message, ...rest } = problem;
  const place = `${use.namespace}/${use.release}`;
  // Several releases may fail at once, and not every reason names its own.
  const named = kind === "input" || message.includes(place) ? message : `${message} (release ${place})`;
  return new UserError({ ...rest, message: named, at: use.at }, { kind, cause: error });
}

function explained(
  stderr: string,
  line: string,
  use: ComponentUse,
  reference: ChartReference,
): (Omit<Problem, "at"> & { kind: FailureKind }) | undefined {
  // Warnings before the error may speak of other things.
  const start = stderr.lastIndexOf("Error:");
  const words = start < 0 ? stderr : stderr.slice(start);
  for (const pattern of PATTERNS) {
    const match = pattern.words.exec(words);
    if (match) {
      const call = { use, reference, line, groups: match.groups ?? {} };
      return { ...pattern.explain(call), kind: pattern.kind };
    }
  }
  return undefined;
}

/** For the `catch` of a helm call. */
export function explain(use: ComponentUse, reference?: ChartReference) {
  return (thrown: unknown): never => {
    throw thrown instanceof ToolError ? explainHelmFailure(thrown, use, reference) : thrown;
  };
}

/**
 * Whether Helm stumbled over a hook of the revision before, which was still being deleted: Helm 4 does not wait for
 * that. The next try finds it gone.
 */
export function isHookRace(thrown: unknown): boolean {
  return (
    thrown instanceof ToolError &&
    /hooks? .*failed|failed (pre|post)-/i.test(thrown.stderr) &&
    /already exists|object is being deleted/i.test(thrown.stderr)
  );
}

/** Helm's own sentence: its `Error:` line, and the lines that belong to it (schema errors are lists). */
export function helmReason(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const start = lines.findLastIndex((line) => line.startsWith("Error:"));
  const telling = (start < 0 ? lines : lines.slice(start)).filter((line) => line !== "");
  return (
    telling
      .join(" ")
      .replace(/^Error: /, "")
      .slice(0, 1_000) || "it said nothing"
  );
}
