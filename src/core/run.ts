import { constants } from "node:os";
import { type ContextHandle, createContext, redacted, removeKeptDirs } from "./context.ts";
import type { ActionDefinition } from "./definition.ts";
import { EXIT_CODES, errorMessage, UserError } from "./errors.ts";
import type { Host } from "./host.ts";
import { maskSecretInputs, readInputs } from "./inputs.ts";
import { withCode } from "./markdown.ts";
import type { Secrets } from "./secrets.ts";

/** Exit code of a bug of ours. It shares the code of a failed tool: the work was not done. */
const BUG_EXIT_CODE = EXIT_CODES.cluster;
const STATE = "state";
const IS_POST = "is-post";
const BUG_REPORTS = "https://github.com/clearml/actions/issues";

/**
 * Runs an action's main step, or its post step when the runner calls the same bundle again. The only place that
 * catches: it shows the problems, writes summary and outputs, and sets the exit code.
 */
export async function runAction(definition: ActionDefinition, host: Host): Promise<void> {
  const cancel = new AbortController();
  let signal: NodeJS.Signals | undefined;
  // Once: a second Ctrl-C ends the process at once.
  const onSignal = (received: NodeJS.Signals) => {
    signal = received;
    cancel.abort();
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  const handle = createContext(host, cancel.signal);
  try {
    if (host.readState(IS_POST) === "true") await runPost(definition, host, handle);
    else await runMain(definition, host, handle);
  } finally {
    await handle.close();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    // A shell tells its scripts by this number why a command ended.
    if (signal && process.exitCode && host.kind === "terminal")
      process.exitCode = 128 + constants.signals[signal];
  }
}

async function runMain(definition: ActionDefinition, host: Host, handle: ContextHandle): Promise<void> {
  const outputs: Record<string, unknown> = {};
  try {
    maskSecretInputs(definition.inputs, host, handle.secrets);
    if (definition.post) host.saveState(IS_POST, "true");
    const inputs = readInputs(definition.inputs, host);
    const state = await definition.run(inputs, handle.context, outputs);
    if (definition.post) host.saveState(STATE, JSON.stringify(definition.state?.parse(state) ?? null));
  } catch (thrown) {
    process.exitCode = showFailure(thrown, host, handle);
    await handle.removeKept();
  } finally {
    host.outputs(outputTexts(definition, outputs, handle.secrets));
    const section = handle.section();
    if (section !== "") await host.summary(`## ${definition.name}\n\n${section}\n`);
  }
}

async function runPost(definition: ActionDefinition, host: Host, handle: ContextHandle): Promise<void> {
  const warn = (thrown: unknown) =>
    host.annotate("warning", {
      message: handle.secrets.redact(`${definition.name}: clean-up failed: ${errorMessage(thrown)}`),
    });
  const saved = host.readState(STATE);
  try {
    // A main step that failed has saved nothing.
    if (saved !== "") await definition.post?.(definition.state?.parse(JSON.parse(saved)), handle.context);
  } catch (thrown) {
    warn(thrown);
  }
  await removeKeptDirs(host).catch(warn);
}

/** Shows what was thrown, in the log and in the summary, and gives the exit code for it. */
function showFailure(thrown: unknown, host: Host, handle: ContextHandle): number {
  if (thrown instanceof UserError) {
    const problems = thrown.problems.map((problem) => redacted(problem, handle.secrets));
    for (const problem of problems) host.annotate("error", problem);
    // Findings are the report's own subject; it has shown them already.
    if (thrown.kind !== "findings") {
      handle.context.summary(
        problems.map((each) => `❌ ${withCode(each.message)}\n\n${withCode(each.hint ?? "")}`).join("\n\n"),
      );
    }
    return EXIT_CODES[thrown.kind];
  }
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : errorMessage(thrown);
  host.openGroup("stack of the unexpected error");
  host.line(handle.secrets.redact(stack));
  host.closeGroup();
  host.annotate("error", {
    message: handle.secrets.redact(`unexpected error: ${errorMessage(thrown)}`),
    hint: `this is a bug of clearml-actions; please report it with the lines above at ${BUG_REPORTS}`,
  });
  return BUG_EXIT_CODE;
}

/** Every output as text, also those never reached (empty). Objects become JSON. */
function outputTexts(
  definition: ActionDefinition,
  outputs: Record<string, unknown>,
  secrets: Pick<Secrets, "redact">,
): Record<string, string> {
  return Object.fromEntries(
    Object.keys(definition.outputs.shape).map((name) => [name, secrets.redact(outputText(outputs[name]))]),
  );
}

/** The outputs of an action that has not begun. */
export function emptyOutputs(definition: ActionDefinition): Record<string, string> {
  return outputTexts(definition, {}, { redact: (text) => text });
}

function outputText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
