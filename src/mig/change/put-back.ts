import { errorMessage, UserError } from "../../core/errors.ts";
import { resourcePath } from "../../kubernetes/objects.ts";
import { openByHand, reopenNode } from "../drain/reopen.ts";
import { MIG_LABEL } from "../model.ts";
import { closingOf } from "../session.ts";
import type { Work } from "./node.ts";
import { type LabelAction, labelAction } from "./plan.ts";

/**
 * Opens a closed node again, as it was, and labels it by what its GPUs are like now.
 * @throws UserError with what is left, and the commands that put it right by hand
 */
export async function putBack(work: Work): Promise<void> {
  const { session, asked, memory, label } = work;
  if (!asked.node) return;
  const action = labelAction(work.changed.gpus, {
    wanted: work.goal.wanted,
    mode: session.options.label,
    wasLabelled: label.before,
  });
  if (memory) return reopen(work, action);
  // Then it is for whoever has the lock now.
  if (session.lost.aborted) return;
  const wanted = action === "restore" ? label.before : action === "set";
  if (wanted !== label.now) await setLabel(work, wanted);
}

/** Sets or takes off CDMO's label, nothing else. */
export async function setLabel(work: Work, wanted: boolean): Promise<void> {
  const { kubernetes } = closingOf(work.session);
  const labels = { [MIG_LABEL.key]: wanted ? MIG_LABEL.value : null };
  await kubernetes.merge(resourcePath("v1", "Node", undefined, work.asked.name), { metadata: { labels } });
  work.label.now = wanted;
  work.tell(wanted ? `labelled ${MIG_LABEL.key}=${MIG_LABEL.value}` : `label ${MIG_LABEL.key} taken off`);
}

async function reopen(work: Work, action: LabelAction): Promise<void> {
  const { session, asked, memory, label } = work;
  if (!memory) return;
  if (session.lost.aborted) throw leftClosed(work, "the lock is lost, so another run may be at work on it");
  try {
    await reopenNode(closingOf(session), asked.name, memory, action);
  } catch (thrown) {
    throw leftClosed(work, errorMessage(thrown));
  }
  work.memory = undefined;
  label.now = action === "restore" ? label.before : action === "set";
  work.tell("open again, labels as they were");
}

/** What is left of a node that could not be opened again. */
function leftClosed({ asked, memory }: Work, words: string): UserError {
  const commands = memory ? openByHand(asked.name, memory) : [];
  return new UserError(
    {
      message: `the node is still cordoned, and clients of its GPUs paused: ${words}`,
      hint: `run this again, which puts it right; by hand: ${commands.map((each) => `\`${each}\``).join(", ")}`,
    },
    { kind: "cluster" },
  );
}
