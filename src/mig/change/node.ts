import { errorMessage, type Problem, UserError } from "../../core/errors.ts";
import { closeNode } from "../drain/close.ts";
import { emptyNode } from "../drain/empty.ts";
import { type Memory, memoryOf } from "../drain/memory.ts";
import { pauseClients } from "../drain/pause.ts";
import { isLabelled, MIG_LABEL, type NodeReport } from "../model.ts";
import { queryGpus } from "../nvidia-smi/query.ts";
import { type AskedNode, closingOf, type MigSession } from "../session.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import { type Changed, type Goal, resetWaiting, switchGpus, waitingOf } from "./gpus.ts";
import { toChange } from "./plan.ts";
import { putBack, setLabel } from "./put-back.ts";
import { rebootAndFind } from "./reboot.ts";
import { nodeReport } from "./report.ts";

/** A node while it is changed. */
export interface Work {
  session: MigSession;
  asked: AskedNode;
  goal: Goal;
  smi: NvidiaSmi;
  changed: Changed;
  /** How the node was, once it is closed. */
  memory: Memory | undefined;
  /** Whether the node carries CDMO's label: before the run, and now. */
  label: { before: boolean; now: boolean };
  drained: boolean;
  rebooted: boolean;
  /** Says how the node gets on. */
  tell(line: string): void;
}

/**
 * Brings the GPUs of one node to the wanted mode and puts back everything else, whatever happens on the way.
 * @returns what became of it; what went wrong stands in its problems
 */
export async function changeNode(session: MigSession, asked: AskedNode, goal: Goal): Promise<NodeReport> {
  const began = Date.now();
  const work = workOf(session, asked, goal);
  const problems: Problem[] = [];
  const bugs: unknown[] = [];
  const note = (thrown: unknown) => {
    if (thrown instanceof UserError) problems.push(...thrown.problems);
    else bugs.push(thrown);
  };
  try {
    await bringAbout(work);
  } catch (thrown) {
    note(thrown);
    await askAgain(work);
  }
  // Before the label: it rests on what the GPUs are like now.
  await putBack(work).catch(note);
  if (bugs.length > 0) throw bugs[0];
  return nodeReport(work, problems, Date.now() - began);
}

function workOf(session: MigSession, asked: AskedNode, goal: Goal): Work {
  const { node, name, smi, gpus } = asked;
  const memory = node && memoryOf(node);
  const labelled = node !== undefined && isLabelled(node);
  const { key, value } = MIG_LABEL;
  return {
    ...{ session, asked, goal, smi, memory },
    changed: { gpus, words: new Map() },
    label: { before: labelled || memory?.labels[key] === value, now: labelled },
    drained: false,
    rebooted: false,
    tell: (line) => session.context.log.info(`${name}: ${line}`),
  };
}

async function bringAbout(work: Work): Promise<void> {
  const { session, asked, goal, changed } = work;
  const todo = toChange(changed.gpus, goal.chosen, goal.wanted);
  if (todo.length === 0) return;
  // Nodes that wait for their turn when the run ends are left as they are.
  stopIfAborted(session);
  const unlabel = goal.wanted === "disabled" && session.options.label !== "false";
  if (session.options.drain && asked.node) await drainNode(work, unlabel);
  else if (unlabel && work.label.now) await setLabel(work, false);
  stopIfAborted(session);
  const indexes = todo.map(({ index }) => index).join(", ");
  work.tell(`MIG is being ${goal.wanted} on GPU ${indexes}`);
  work.changed = await switchGpus(work.smi, changed.gpus, goal);
  if (!session.options.drain) return;
  if (waits(work)) {
    work.tell(`GPU ${waitingIndexes(work)} waits for a reset`);
    work.changed = await resetWaiting(work.smi, work.changed, goal);
  }
  if (waits(work) && session.options.reboot === "allow") await rebootNodeAndSwitch(work);
}

/** Keeps new pods off, moves away what uses GPUs, and stops the operator's own clients of them. */
async function drainNode(work: Work, unlabel: boolean): Promise<void> {
  const { session, asked } = work;
  const { options } = session;
  const closing = closingOf(session);
  if (!asked.node) return;
  work.memory = await closeNode(closing, asked.node, { unlabel });
  work.drained = true;
  if (unlabel) work.label.now = false;
  work.tell("cordoned");
  const tell = (waiting: readonly string[]) => work.tell(`waiting for ${waiting.join("; ")}`);
  const timeoutMs = options.drainTimeoutMs;
  const moved = await emptyNode(closing, asked.name, {
    ...{ timeoutMs, tell, tasks: options.tasks, everything: false },
  });
  if (moved > 0) work.tell(`${moved} pods with GPUs have moved away`);
  const keep = asked.client === undefined ? [] : [asked.client];
  await pauseClients(closing, asked.name, work.memory, { timeoutMs, keep, tell });
}

async function rebootNodeAndSwitch(work: Work): Promise<void> {
  const { smi, gpus } = await rebootAndFind(work);
  work.smi = smi;
  work.rebooted = true;
  work.changed = { gpus, words: new Map() };
  // From Hopper on the mode does not outlive a reboot.
  if (toChange(gpus, work.goal.chosen, work.goal.wanted).length > 0)
    work.changed = await switchGpus(smi, gpus, work.goal);
}

/** What the GPUs are like after a failure; unknown when they cannot be asked. */
async function askAgain(work: Work): Promise<void> {
  try {
    work.changed = { ...work.changed, gpus: await queryGpus(work.smi, work.asked.gpus) };
  } catch (thrown) {
    work.tell(`its GPUs could not be asked again: ${errorMessage(thrown)}`);
    work.changed = { ...work.changed, gpus: [] };
  }
}

function waits({ changed, goal }: Work): boolean {
  return waitingOf(changed.gpus, goal).length > 0;
}

function waitingIndexes({ changed, goal }: Work): string {
  return waitingOf(changed.gpus, goal)
    .map(({ index }) => index)
    .join(", ");
}

function stopIfAborted({ signal }: MigSession): void {
  if (!signal.aborted) return;
  const { reason } = signal as { reason: unknown };
  if (reason instanceof UserError) throw reason;
  throw new UserError(
    { message: "not changed: the run was cancelled", hint: "run it again to go on" },
    { kind: "cluster" },
  );
}
