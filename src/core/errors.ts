/** Exit codes of the actions and of the command line: what kind of failure ended the run. */
export const EXIT_CODES = { findings: 1, input: 2, cluster: 3, incomplete: 4, busy: 75 } as const;

/** What each exit code of the command line means. */
export const EXIT_CODE_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [0, "done and clean"],
  [EXIT_CODES.findings, "findings, drift or a failed check"],
  [EXIT_CODES.input, "wrong input or configuration"],
  [EXIT_CODES.cluster, "a tool, a server or the cluster failed"],
  [EXIT_CODES.incomplete, "incomplete: something could not be checked"],
  [EXIT_CODES.busy, "busy: another run holds the lock"],
  [130, "cancelled with Ctrl-C (143: with SIGTERM)"],
];

export type FailureKind = keyof typeof EXIT_CODES;

/** A place in a file the user wrote. `file` is relative to the working folder; lines and columns start at 1. */
export interface Location {
  file: string;
  line: number;
  column: number;
  endLine?: number;
  endColumn?: number;
}

/** One thing that is wrong: the fact, then the repair. */
export interface Problem {
  message: string;
  hint?: string;
  at?: Location;
}

/**
 * Something outside this program is wrong: an input, a file, a tool, the cluster, the ClearML API.
 * It is shown without a stack trace. Every other error is a bug of ours and is shown with one.
 */
export class UserError extends Error {
  readonly kind: FailureKind;
  readonly problems: readonly Problem[];

  constructor(problem: Problem | readonly Problem[], options: { kind?: FailureKind; cause?: unknown } = {}) {
    const problems = isList(problem) ? problem : [problem];
    super(problems.map((each) => each.message).join("\n"), { cause: options.cause });
    this.name = "UserError";
    this.kind = options.kind ?? "input";
    this.problems = problems;
  }
}

function isList(problem: Problem | readonly Problem[]): problem is readonly Problem[] {
  return Array.isArray(problem);
}

/**
 * Several failures as one: a bug as it is, the users' problems together. Undefined when there is none.
 * @param kindOf kind of the joined error; without it that of the first
 */
export function joinFailures(
  failures: readonly unknown[],
  kindOf: (errors: readonly UserError[]) => FailureKind = ([first]) => first?.kind ?? "input",
): unknown {
  const bug = failures.find((failure) => !(failure instanceof UserError));
  if (bug !== undefined) return bug;
  const errors = failures.filter((failure) => failure instanceof UserError);
  if (errors.length === 0) return undefined;
  return new UserError(
    errors.flatMap(({ problems }) => problems),
    { kind: kindOf(errors), cause: errors[0] },
  );
}

/** A tool ended with an exit code its caller did not expect. `reason` is its last meaningful line on stderr. */
export class ToolError extends UserError {
  readonly tool: string;
  readonly exitCode: number;
  readonly stderr: string;

  constructor(tool: string, exitCode: number, stderr: string, hint?: string) {
    const reason = lastMeaningfulLine(stderr);
    super(
      { message: `${tool} ended with exit code ${exitCode}: ${reason}`, ...(hint ? { hint } : {}) },
      { kind: "cluster" },
    );
    this.name = "ToolError";
    this.tool = tool;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** A tool is not there. */
export class ToolMissingError extends UserError {
  constructor(tool: string) {
    const hint = "run the setup-clearml-helm action before this one, or install it";
    super({ message: `${tool} is not installed or not on PATH`, hint }, { kind: "cluster" });
    this.name = "ToolMissingError";
  }
}

/** A tool did not end in the time it had, and was killed. */
export class TimeoutError extends UserError {
  constructor(tool: string, timeoutMs: number, hint?: string) {
    const message = `${tool} did not end within ${Math.round(timeoutMs / 1000)} s`;
    super({ message, ...(hint ? { hint } : {}) }, { kind: "cluster" });
    this.name = "TimeoutError";
  }
}

/** The line of a tool's stderr that says what went wrong: the last one that is neither blank nor a warning. */
export function lastMeaningfulLine(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const telling = lines.filter((line) => !/^(warning|level=warn|usage|see '|run ')/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? "it said nothing").replace(/^error: /i, "");
}

/** The message of anything that was thrown, also of values that are no Error. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === "string" ? thrown : JSON.stringify(thrown);
}

/** One line for a problem: where, what, repair. */
export function formatProblem(problem: Problem): string {
  const place = problem.at ? `${problem.at.file}:${problem.at.line}:${problem.at.column}: ` : "";
  return `${place}${problem.message}${problem.hint ? `; ${problem.hint}` : ""}`;
}
