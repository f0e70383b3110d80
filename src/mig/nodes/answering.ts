import { UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { passes } from "../drain/waiting.ts";
import type { Gpu } from "../model.ts";
import { NoAnswerError } from "../no-answer.ts";
import { queryGpus } from "../nvidia-smi/query.ts";
import { closingOf, type MigSession } from "../session.ts";
import { execSmi } from "../transport/exec.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import { type FoundTarget, findTargets, noTarget } from "./targets.ts";

const POLL_MS = 3_000;

/** nvidia-smi on a node, and what it tells of. */
export interface Answering {
  smi: NvidiaSmi;
  /** The client of the GPU that nvidia-smi is run in. */
  client?: string;
  gpus: readonly Gpu[];
}

/**
 * Asks the GPUs of a node by nvidia-smi in one of its pods.
 * @throws NoAnswerError when they do not answer
 */
export async function askTarget(
  { context }: Pick<MigSession, "context">,
  target: FoundTarget | NoAnswerError,
  known: readonly Gpu[] = [],
): Promise<Answering> {
  if (target instanceof NoAnswerError) throw target;
  const smi = execSmi(context, target);
  const { client } = target;
  return { smi, ...(client ? { client } : {}), gpus: await queryGpus(smi, known) };
}

/**
 * Waits until the GPUs of a node that was rebooted answer: its pods, and in them the driver, take their time.
 * @throws UserError with what is in the way when that is too long
 */
export async function untilAnswering(
  session: MigSession,
  name: string,
  { known, deadline, tell }: { known?: readonly Gpu[]; deadline: number; tell(line: string): void },
): Promise<Answering> {
  const { signal } = session;
  for (let said = ""; ; ) {
    const found = await askOnce(session, name, known);
    if (!(found instanceof UserError)) return found;
    if (Date.now() > deadline || signal.aborted) throw found;
    if (found.message !== said) tell(`after the reboot: ${found.message}`);
    said = found.message;
    await pause(POLL_MS, signal);
  }
}

/** What is in the way now, such as a driver that is not loaded yet, is returned. */
async function askOnce(
  session: MigSession,
  name: string,
  known: readonly Gpu[] | undefined,
): Promise<Answering | UserError> {
  const { kubernetes } = closingOf(session);
  try {
    const targets = await findTargets(kubernetes, { drain: session.options.drain, node: name });
    return await askTarget(session, targets.get(name) ?? noTarget(name), known);
  } catch (thrown) {
    if (thrown instanceof NoAnswerError || passes(thrown)) return thrown;
    throw thrown;
  }
}
