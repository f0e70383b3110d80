import type { Context } from "../core/context.ts";
import { errorMessage, type FailureKind, type Problem, UserError } from "../core/errors.ts";
import { code, details, table } from "../core/markdown.ts";
import { once } from "../core/once.ts";
import { CHECKS } from "./checks/index.ts";
import type { Check, Look, PreflightFinding, PreflightInput } from "./model.ts";
import { readNamespaces } from "./namespaces.ts";

/** How long a check may take; the API server answers each of its questions within milliseconds. */
const CHECK_TIMEOUT_MS = 15_000;
const ORDER = ["error", "warning", "info"] as const;

/**
 * Looks at everything that a deployment rests on, all at once, and writes nothing. What cannot be looked at is said,
 * and stops nothing. The findings come worst first.
 */
export async function preflight(
  input: PreflightInput,
  checks: readonly Check[] = CHECKS,
): Promise<PreflightFinding[]> {
  const look: Look = { ...input, namespaces: once(() => readNamespaces(input)) };
  const found = await Promise.all(checks.map((check) => findWith(check, look)));
  return found.flat().sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

async function findWith(check: Check, look: Look): Promise<readonly PreflightFinding[]> {
  try {
    return await inTime(check.find(look), look.context.signal);
  } catch (thrown) {
    look.context.log.debug(`${check.name}: ${thrown instanceof Error ? thrown.stack : errorMessage(thrown)}`);
    return [
      {
        check: check.name,
        severity: "warning",
        message: `could not check ${check.looksAt}: ${firstSentence(thrown)}`,
        hint: `it takes the right to ${check.needs}`,
      },
    ];
  }
}

function firstSentence(thrown: unknown): string {
  return errorMessage(thrown).split("\n")[0] ?? "";
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let cancel: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS / 1000} s`)),
      CHECK_TIMEOUT_MS,
    );
    cancel = () => reject(new Error("the run was cancelled"));
    signal.addEventListener("abort", cancel);
    if (signal.aborted) cancel();
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    if (cancel) signal.removeEventListener("abort", cancel);
  }
}

/**
 * Shows what was found: warnings as annotations, the rest in the log.
 * @throws UserError with all errors, when there is one
 */
export function throwPreflight(
  findings: readonly PreflightFinding[],
  context: Pick<Context, "annotate" | "log">,
): void {
  for (const finding of findings) {
    if (finding.severity === "warning") context.annotate("warning", problemOf(finding), "preflight");
    if (finding.severity === "info") context.log.info(`${finding.check}: ${finding.message}`);
  }
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new UserError(errors.map(problemOf), { kind: kindOf(errors) });
}

/** Wrong input is for the user to repair alone; with anything else among the errors it is the cluster's. */
function kindOf(errors: readonly PreflightFinding[]): FailureKind {
  return errors.every(({ kind }) => kind === "input") ? "input" : "cluster";
}

function problemOf({ check, message, hint, snippet, at }: PreflightFinding): Problem {
  const repair = [hint, snippet].filter((each) => each !== undefined).join(":\n");
  return { message: `${check}: ${message}`, ...(repair ? { hint: repair } : {}), ...(at ? { at } : {}) };
}

/** The findings as Markdown for the job summary; empty when there is none. */
export function preflightTable(findings: readonly PreflightFinding[]): string {
  if (findings.length === 0) return "";
  const rows = findings.map(({ severity, check, message, hint }) => [
    severity,
    code(check),
    message,
    hint ?? "",
  ]);
  const snippets = findings.flatMap(({ check, message, snippet }) =>
    snippet ? [details(`${check}: ${message}`, `\`\`\`yaml\n${snippet.trimEnd()}\n\`\`\``)] : [],
  );
  return [table(["", "Check", "Found", "Repair"], rows), ...snippets].join("\n\n");
}
