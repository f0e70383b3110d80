import { UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { emptyNode } from "../drain/empty.ts";
import { NoAnswerError } from "../no-answer.ts";
import { findTargets, noTarget } from "../nodes/targets.ts";
import { rebootNode } from "../reboot/reboot.ts";
import { closingOf } from "../session.ts";
import { execSmi } from "../transport/exec.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import type { Work } from "./node.ts";

const POLL_MS = 3_000;

/**
 * Reboots a node when its turn has come, and finds nvidia-smi on it again.
 * @throws UserError when it could not be rebooted, or an earlier one has not come back
 */
export async function rebootAndFind(work: Work): Promise<{ smi: NvidiaSmi }> {
  const { session, asked } = work;
  const { reboots, options } = session;
  const closing = closingOf(session);
  return reboots.slot(async () => {
    if (reboots.failed !== undefined) throw notRebooted(reboots.failed);
    const deadline = Date.now() + options.rebootTimeoutMs;
    await emptyNode(closing, asked.name, {
      timeoutMs: options.drainTimeoutMs,
      tasks: options.tasks,
      everything: true,
      tell: (waiting) => work.tell(`before the reboot waiting for ${waiting.join("; ")}`),
    });
    try {
      await rebootNode(closing, asked.name, {
        namespace: reboots.namespace,
        image: options.rebootImage,
        timeoutMs: options.rebootTimeoutMs,
        tell: work.tell,
      });
      return { smi: await findAgain(work, deadline) };
    } catch (thrown) {
      reboots.failed = asked.name;
      throw thrown;
    }
  });
}

/** nvidia-smi of a node whose pods are starting. */
export async function findAgain(
  { session, asked, tell }: Pick<Work, "session" | "asked" | "tell">,
  deadline: number,
): Promise<NvidiaSmi> {
  const { kubernetes } = closingOf(session);
  for (let said = ""; ; ) {
    const targets = await findTargets(kubernetes, { drain: session.options.drain, node: asked.name });
    const target = targets.get(asked.name) ?? noTarget(asked.name);
    if (!(target instanceof NoAnswerError)) return execSmi(session.context, target);
    if (Date.now() > deadline || session.signal.aborted) throw target;
    if (target.message !== said) tell(target.message);
    said = target.message;
    await pause(POLL_MS, session.signal);
  }
}

function notRebooted(failed: string): UserError {
  return new UserError(
    {
      message: `not rebooted, since ${failed} has not come back from its reboot`,
      hint: `see to ${failed} first, then run this again`,
    },
    { kind: "cluster" },
  );
}
