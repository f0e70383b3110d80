import type { ClearmlApi } from "../../clearml/api.ts";
import { deleteTask, stopTask, tasksWithTag } from "../../clearml/tasks.ts";
import { errorMessage, UserError } from "../../core/errors.ts";
import type { Probe } from "../model.ts";
import { isLeftOver, SMOKE_TAG } from "./tags.ts";

/** Said to whoever looks at the task. */
export const STOP_REASON = "the smoke test has ended";

/**
 * Deletes the tasks of tests that died. That of a test at work stays; one that cannot be deleted is told, and is no
 * fault of the gateway.
 * @returns the ids of what was deleted
 */
export async function removeLeftOvers(
  api: ClearmlApi,
  { context }: Pick<Probe, "context">,
): Promise<string[]> {
  const now = Date.now();
  const tasks = (await tasksWithTag(api, SMOKE_TAG)).filter(({ tags }) => isLeftOver(tags, now));
  const deleted: string[] = [];
  for (const { id } of tasks) {
    try {
      await stopTask(api, id, STOP_REASON);
      if (await deleteTask(api, id)) deleted.push(id);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      context.log.info(`end to end: task ${id} of an earlier test stays: ${errorMessage(thrown)}`);
    }
  }
  if (deleted.length > 0) {
    context.log.info(`end to end: deleted ${deleted.join(", ")}, left behind by tests that were killed`);
  }
  return deleted;
}
