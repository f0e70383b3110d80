import { UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { emptyNode } from "../drain/empty.ts";
import { passes } from "../drain/waiting.ts";
import type { Gpu } from "../model.ts";
import { NoAnswerError } from "../no-answer.ts";
import { findTargets, noTarget } from "../nodes/targets.ts";
import { queryGpus } from "../nvidia-smi/query.ts";
import { rebootNode } from "../reboot/reboot.ts";
import { closingOf } from "../session.ts";
import { execSmi } from "../transport/exec.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import type { Work } from "./node.ts";

const POLL_MS = 3_000;

/** nvidia-smi on a node, and the GPUs that it tells of. */
export interface Found {
  smi: NvidiaSmi;
  gpus: readonly Gpu[];
}

/**
 * Reboots a node when its turn has come, and waits until its GPUs answer again: before that no other one is rebooted.
 * @throws UserError when it could not be rebooted, or an earlier one has not come back
 */
export async function rebootAndFind(work: Work): Promise<Found> {
  const { session, asked } = work;
  const { reboots, options } = session;
  const closing = closingOf(session);
  return reboots.slot(async () => {
    if (reboots.failed !== undefined) throw notRebooted(reboots.failed);
    await emptyNode(closing, asked.name, {
      timeoutMs: options.drainTimeoutMs,
      tasks: options.tasks,
      everything: true,
      tell: (waiting) => work.tell(`before the reboot waiting for ${waiting.join("; ")}`),
    });
    const deadline = Date.now() + options.rebootTimeoutMs;
    try {
      await rebootNode(closing, asked.name, {
        namespace: reboots.namespace,
        image: options.rebootImage,
        timeoutMs: options.rebootTimeoutMs,
        tell: work.tell,
      });
      return await findAgain(work, deadline);
    } catch (thrown) {
      reboots.failed = asked.name;
      throw thrown;
    }
  });
}

/** The GPUs of a node whose pods, and in them the driver, are starting. */
async function findAgain(work: Work, deadline: number): Promise<Found> {
  const { signal } = work.session;
  for (let said = ""; ; ) {
    const found = await ask(work);
    if (!(found instanceof UserError)) return found;
    if (Date.now() > deadline || signal.aborted) throw found;
    if (found.message !== said) work.tell(`after the reboot: ${found.message}`);
    said = found.message;
    await pause(POLL_MS, signal);
  }
}

/** What is in the way now, such as a driver that is not loaded yet, is returned. */
async function ask({ session, asked }: Work): Promise<Found | UserError> {
  const { kubernetes } = closingOf(session);
  try {
    const targets = await findTargets(kubernetes, { drain: session.options.drain, node: asked.name });
    const target = targets.get(asked.name) ?? noTarget(asked.name);
    if (target instanceof NoAnswerError) return target;
    const smi = execSmi(session.context, target);
    return { smi, gpus: await queryGpus(smi, asked.gpus) };
  } catch (thrown) {
    if (thrown instanceof NoAnswerError || passes(thrown)) return thrown;
    throw thrown;
  }
}

function notRebooted(failed: string): UserError {
  return new UserError(
    {
      message: `not rebooted, since the reboot of ${failed} did not succeed`,
      hint: `see to ${failed} first, then run this again`,
    },
    { kind: "cluster" },
  );
}
