import { errorMessage } from "../core/errors.ts";
import type { Probe, SmokeCheck, SmokeEntry, SmokeResult } from "./model.ts";

/** For a check to say itself what it was waiting for. */
const GRACE_MS = 1_000;

/** A check that came to its end, or never began because of another. */
interface Ended {
  entry: SmokeEntry;
  /** Those that rest on it say nothing. */
  blocks: boolean;
}

/**
 * Runs checks side by side, each as soon as those it rests on have ended. A check that throws has failed; one that
 * rests on a failure is skipped.
 * @param graceMs from the end of time until a check that has not ended is given up
 * @returns the checks in the order given
 */
export async function runChecks(
  checks: readonly SmokeCheck[],
  probe: Probe,
  told: (entry: SmokeEntry) => void = () => undefined,
  graceMs = GRACE_MS,
): Promise<SmokeEntry[]> {
  const ending = new Map<string, Promise<Ended>>();
  const others = (check: SmokeCheck) =>
    checks.filter((each) => each.group === check.group && !each.lastly).map(({ name }) => name);
  const start = async (check: SmokeCheck): Promise<Ended> => {
    // Those further down are not started yet.
    await Promise.resolve();
    const awaited = check.lastly ? others(check) : (check.after ?? []);
    const before = await Promise.all(awaited.map((name) => ending.get(name)));
    const blocker = check.lastly ? undefined : before.find((each) => each?.blocks);
    const ended = blocker ? blockedBy(check, blocker) : await runOne(check, probe, graceMs);
    told(ended.entry);
    return ended;
  };
  for (const check of checks) ending.set(check.name, start(check));
  return (await Promise.all(ending.values())).map(({ entry }) => entry);
}

function blockedBy({ name }: SmokeCheck, { entry }: Ended): Ended {
  const detail = `not looked at: it rests on \`${entry.name}\`, which ${entry.status === "fail" ? "failed" : "was not looked at either"}`;
  return { entry: { name, status: "skip", detail, durationMs: 0 }, blocks: true };
}

async function runOne(check: SmokeCheck, probe: Probe, graceMs: number): Promise<Ended> {
  const started = performance.now();
  const result = await (check.lastly
    ? attempt(check, probe)
    : inTime(attempt(check, probe), probe.signal, graceMs));
  const durationMs = Math.round(performance.now() - started);
  const entry = { name: check.name, ...redacted(result, probe), durationMs };
  return { entry, blocks: result.status === "fail" };
}

async function attempt(check: SmokeCheck, probe: Probe): Promise<SmokeResult> {
  try {
    return await check.run(probe);
  } catch (thrown) {
    const [first = ""] = errorMessage(thrown).split("\n");
    return { status: "fail", detail: first, ...hintOf(thrown) };
  }
}

function hintOf(thrown: unknown): { hint?: string } {
  const { problems = [] } = thrown as { problems?: readonly { hint?: string }[] };
  const hint = problems[0]?.hint;
  return hint ? { hint } : {};
}

/** A check that has not ended when time is up. */
async function inTime(
  work: Promise<SmokeResult>,
  signal: AbortSignal,
  graceMs: number,
): Promise<SmokeResult> {
  const late: SmokeResult = {
    status: "fail",
    detail: "it had not ended when the time was up",
    hint: "give the test more time with input `timeout`, or see why it takes so long",
  };
  let giveUp: (() => void) | undefined;
  const ended = new Promise<SmokeResult>((resolve) => {
    // What waits by itself ends by itself, and says more.
    giveUp = () => setTimeout(() => resolve(late), graceMs).unref();
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    if (giveUp) signal.removeEventListener("abort", giveUp);
  }
}

function redacted({ status, detail, hint }: SmokeResult, { context }: Probe): SmokeResult {
  const clean = (text: string) => context.secrets.redact(text);
  return { status, detail: clean(detail), ...(hint ? { hint: clean(hint) } : {}) };
}
