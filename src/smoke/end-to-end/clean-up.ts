import type { ClearmlApi } from "../../clearml/api.ts";
import { deleteTask, readTask, stopTask, tasksWithTag } from "../../clearml/tasks.ts";
import { errorMessage } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { plural } from "../../core/plural.ts";
import type { SmokeResult } from "../model.ts";
import type { Attempt } from "./attempt.ts";
import { STOP_REASON } from "./left-overs.ts";
import { hasEnded } from "./start-task.ts";

/** How long all of it may take; a runner that cancels kills soon after. */
const LONGEST_MS = 20_000;
const CANCELLED_MS = 5_000;
/** Agents look every five seconds whether a task is to stop. */
const STOPPING_MS = 8_000;
const LOOK_MS = 250;
const RETRY_MS = 500;

/**
 * Stops and deletes the task, whatever became of the test; to be called when nothing of it is under way any more.
 * @param longestMs how long it may take at most
 */
export async function cleanUp(attempt: Attempt, longestMs?: number): Promise<SmokeResult> {
  const api = await apiOf(attempt);
  if (!attempt.creating || !api) return nothingMade(attempt);
  const cancelled = attempt.probe.context.signal.aborted;
  const bound = AbortSignal.timeout(longestMs ?? (cancelled ? CANCELLED_MS : LONGEST_MS));
  let words = "the API did not answer in time";
  const work = async (): Promise<SmokeResult | undefined> => {
    await attempt.creating;
    while (!bound.aborted) {
      try {
        return await removeTasks(attempt, api, cancelled);
      } catch (thrown) {
        words = errorMessage(thrown);
      }
      await pause(RETRY_MS, bound);
    }
    return undefined;
  };
  const timeUp = new Promise<undefined>((resolve) => {
    bound.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  return (await Promise.race([work(), timeUp])) ?? stays(attempt, words);
}

/** Undefined where no task can have been made. */
async function apiOf(attempt: Attempt): Promise<ClearmlApi | undefined> {
  const api = attempt.creating ? await attempt.api() : undefined;
  return api && "reason" in api ? undefined : api;
}

async function removeTasks(attempt: Attempt, api: ClearmlApi, cancelled: boolean): Promise<SmokeResult> {
  // An id that nobody told, because its answer got lost, is found by the tag.
  const ids = attempt.task ? [attempt.task] : (await tasksWithTag(api, attempt.tags.own)).map(({ id }) => id);
  if (ids.length === 0) return nothingMade(attempt);
  let stopped = true;
  for (const id of ids) {
    await stopTask(api, id, STOP_REASON);
    stopped = (cancelled || (await hasStopped(api, id))) && stopped;
    await deleteTask(api, id);
  }
  const how = stopped
    ? "the task was stopped and deleted"
    : "the task was deleted although its agent had not stopped it; its code ends by itself when the test's time is up";
  return { status: "pass", detail: `${how}${earlier(attempt)}` };
}

async function hasStopped(api: ClearmlApi, id: string): Promise<boolean> {
  const until = Date.now() + STOPPING_MS;
  for (;;) {
    const task = await readTask(api, id);
    if (!task || hasEnded(task) || task.status === "created") return true;
    if (Date.now() >= until) return false;
    await pause(LOOK_MS, NEVER);
  }
}

/** The run's own signal would end waits at once where the run is over, which is when this is called. */
const NEVER = new AbortController().signal;

function nothingMade(attempt: Attempt): SmokeResult {
  const left = attempt.leftOvers.length;
  return left > 0
    ? { status: "pass", detail: `no task was made${earlier(attempt)}` }
    : { status: "skip", detail: "no task was made" };
}

function earlier({ leftOvers }: Attempt): string {
  return leftOvers.length > 0
    ? `; ${plural(leftOvers.length, "task")} of tests that were killed as well`
    : "";
}

function stays({ task, tags }: Attempt, words: string): SmokeResult {
  return {
    status: "fail",
    detail: `task ${task || `with tag \`${tags.own}\``} may still be there: ${words}`,
    hint: "the next test deletes it; its code ends by itself when this test's time is up",
  };
}
