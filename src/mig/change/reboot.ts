import { UserError } from "../../core/errors.ts";
import { emptyNode } from "../drain/empty.ts";
import { type Answering, untilAnswering } from "../nodes/answering.ts";
import { rebootNode } from "../reboot/reboot.ts";
import { closingOf } from "../session.ts";
import type { Work } from "./node.ts";

/**
 * Reboots a node when its turn has come, and waits until its GPUs answer again: before that no other one is rebooted.
 * @throws UserError when it could not be rebooted, or an earlier one has not come back
 */
export async function rebootAndFind(work: Work): Promise<Answering> {
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
      const { tell } = work;
      return await untilAnswering(session, asked.name, { known: asked.gpus, deadline, tell });
    } catch (thrown) {
      reboots.failed = asked.name;
      throw thrown;
    }
  });
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
