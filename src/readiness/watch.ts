import type { Context } from "../core/context.ts";
import { type Problem, UserError } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { customResources } from "./collections.ts";
import { diagnose } from "./diagnose.ts";
import { createLastLines, type LastLines } from "./last-lines.ts";
import { createMemory, defaultGraces, type Graces, type Memory } from "./lasting.ts";
import { type Awaited, type Diagnosis, type NotReady, nameOf } from "./model.ts";
import { type Missing, poll } from "./poll.ts";
import { createProgress, PACE, type Pace } from "./progress.ts";

export type { Awaited, NotReady } from "./model.ts";

const FIRST_POLL_MS = 200;
const POLL_MS = 1_000;
/** Where nothing gives load balancers (kind, bare metal), their addresses never come, and all else may be fine. */
const ADDRESS_MS = 30_000;

/** Objects of a release that are not ready, and will not be (`hopeless`) or were not in time. */
export class NotReadyError extends UserError {
  readonly missing: readonly NotReady[];
  readonly hopeless: boolean;

  constructor(problems: readonly Problem[], missing: readonly NotReady[]) {
    super(problems, { kind: "cluster" });
    this.name = "NotReadyError";
    this.missing = missing;
    this.hopeless = missing.some((each) => each.hopeless);
  }
}

/** For tests: how long hopeless states are given, and how often something is said. */
export interface WaitOptions {
  graces?: Partial<Graces>;
  addressMs?: number;
  pace?: Pace;
}

/**
 * Waits until the objects of a release are ready, says every few seconds what is not and why, and stops early when
 * waiting cannot help. Deployments, StatefulSets, DaemonSets, Jobs, pods, claims, load balancers and definitions of
 * custom resources are waited for; Ingresses and custom resources are not.
 * @throws NotReadyError naming each object, its reason and the repair
 */
export async function waitUntilReady(
  context: Pick<Context, "log" | "signal">,
  kubernetes: Kubernetes,
  awaited: Awaited,
  timeoutMs: number,
  { graces, pace = PACE, addressMs = ADDRESS_MS }: WaitOptions = {},
): Promise<void> {
  sayNotWaitedFor(context, awaited);
  const started = Date.now();
  const memory = createMemory({ ...defaultGraces(timeoutMs), ...graces }, started);
  const progress = createProgress(context.log, awaited.release, started, pace);
  const lastLines = createLastLines(kubernetes);
  let diagnosed = started;
  for (let polls = 0; ; polls++) {
    const { total, missing } = await poll(kubernetes, awaited);
    if (missing.length === 0) return;
    const now = Date.now();
    const elapsedMs = now - started;
    if (elapsedMs >= addressMs && missing.every(({ kind }) => kind === "Service")) {
      context.log.info(withoutAddress(awaited, missing));
      return;
    }
    // A cancelled run has seconds left: it does not go on asking.
    if (context.signal.aborted) {
      throw notReadyError(awaited, missing.map(asSeen), { cancelled: true, elapsedMs });
    }
    const late = elapsedMs >= timeoutMs;
    if (late || progress.isDue(now) || now - diagnosed >= pace.reasons) {
      diagnosed = now;
      const notReady = await explain(kubernetes, missing, memory, lastLines);
      if (late || notReady.some((each) => each.hopeless)) {
        progress.sayLast(total, notReady, Date.now());
        throw notReadyError(awaited, notReady, { cancelled: false, elapsedMs });
      }
      if (progress.isDue(now)) progress.say(total, notReady, now);
    }
    const rest = started + timeoutMs - Date.now();
    await pause(Math.max(0, Math.min(polls < 5 ? FIRST_POLL_MS : POLL_MS, rest)), context.signal);
  }
}

function withoutAddress({ release }: Awaited, missing: readonly Missing[]): string {
  const names = missing.map(({ name }) => name).join(", ");
  return `${release}: everything else is ready; no load balancer has given ${names} an address, and it is not waited for any longer`;
}

function asSeen({ kind, name, lack }: Missing): NotReady {
  return { object: nameOf({ kind, metadata: { name } }), reason: lack.reason };
}

function sayNotWaitedFor({ log }: Pick<Context, "log">, { release, objects }: Awaited): void {
  const custom = customResources(objects).map(nameOf);
  if (custom.length > 0) {
    log.debug(`${release}: not waited for, their controllers work on by themselves: ${custom.join(", ")}`);
  }
}

/** The objects that are not ready, those that never will be first. */
async function explain(
  kubernetes: Kubernetes,
  missing: readonly Missing[],
  memory: Memory,
  lastLines: LastLines,
): Promise<NotReady[]> {
  const diagnoses = await diagnose(kubernetes, missing);
  const now = Date.now();
  memory.note(diagnoses, now);
  const all = await Promise.all(diagnoses.map((each) => notReadyOf(each, memory, now, lastLines)));
  return all.sort((a, b) => Number(b.hopeless ?? false) - Number(a.hopeless ?? false));
}

async function notReadyOf(
  { object, findings }: Diagnosis,
  memory: Memory,
  now: number,
  lastLines: LastLines,
): Promise<NotReady> {
  const hopeless = findings.find((each) => memory.isHopeless(each, now));
  const told = hopeless ?? findings[0];
  const lines = told?.crashed ? await lastLines(told.crashed) : [];
  const last = lines.at(-1);
  return {
    object,
    reason: `${told?.reason ?? "not ready"}${last ? `: ${last}` : ""}`,
    ...(told?.repair ? { repair: told.repair } : {}),
    ...(hopeless ? { hopeless: true } : {}),
    ...(lines.length > 0 ? { lastLines: lines } : {}),
  };
}

function notReadyError(
  { release, namespace }: Awaited,
  missing: readonly NotReady[],
  { cancelled, elapsedMs }: { cancelled: boolean; elapsedMs: number },
): NotReadyError {
  const seconds = `${Math.round(elapsedMs / 1000)} s`;
  const name = `${namespace}/${release}`;
  const problems = missing.map(({ object, reason, repair, hopeless }): Problem => {
    if (hopeless) {
      const message = `release ${name} will not become ready: ${object}: ${reason}`;
      return { message, ...(repair ? { hint: repair } : {}) };
    }
    const why = cancelled ? "the run was cancelled while it was not ready" : `not ready after ${seconds}`;
    const hint = [repair, cancelled ? undefined : "raise `timeout` if it only needs longer"].filter(Boolean);
    return { message: `release ${name}: ${why}: ${object}: ${reason}`, hint: hint.join("; ") };
  });
  return new NotReadyError(problems, missing);
}
