import type { ClearmlApi } from "../../clearml/api.ts";
import { ClearmlApiError } from "../../clearml/errors.ts";
import {
  createTask,
  enqueueTask,
  lastLines,
  readTask,
  type Task,
  tasksWithTag,
} from "../../clearml/tasks.ts";
import { listWorkers } from "../../clearml/workers.ts";
import { plural } from "../../core/plural.ts";
import type { SmokeResult, SmokeTarget } from "../model.ts";
import type { Attempt } from "./attempt.ts";
import { removeLeftOvers } from "./left-overs.ts";
import { howOften, poll, timeUp, type Waited } from "./polling.ts";
import { createProgress } from "./progress.ts";
import { chooseQueue, type ServedQueue } from "./queue.ts";
import { taskScript } from "./script.ts";

/** Agents report every 30 seconds; the server itself forgets them after this time. */
const HEARD_S = 600;
const RUNNING = "in_progress";
const WAITING = ["created", "queued"];

/** Makes the task and waits until an agent has started it and its code has asked for an endpoint. */
export async function startTask(attempt: Attempt): Promise<SmokeResult> {
  const { probe } = attempt;
  const api = await attempt.api();
  if ("reason" in api) return { status: "skip", detail: `no task can be started: ${api.reason}` };
  const { featureSet } = await api.claims();
  if (featureSet !== "advanced") return communityServer(featureSet);
  attempt.leftOvers = await removeLeftOvers(api, probe);
  const { target, options } = probe;
  const queue = chooseQueue(await listWorkers(api, HEARD_S), options.queue, queuesOf(target));
  if ("detail" in queue) return { status: "fail", ...queue };
  // What is made when the clean-up has looked would stay.
  if (probe.signal.aborted) return { status: "fail", detail: `no task was made ${timeUp(probe)}` };
  const creating = create(api, attempt, queue);
  attempt.creating = creating.catch(() => undefined);
  const task = await creating;
  const progress = createProgress(api, probe, queue);
  let last: Task | undefined;
  const waited = await poll(probe, async () => {
    const now = await readTask(api, task);
    if (!now) return "gone";
    last = now;
    await progress(now);
    return hasAsked(now) || hasEnded(now) ? now : undefined;
  });
  return judged(api, queue, waited, last, attempt);
}

function queuesOf({ environment, tenant }: SmokeTarget): readonly string[] {
  return environment?.tenants.find(({ name }) => name === tenant)?.queues ?? [];
}

function communityServer(featureSet: string): SmokeResult {
  return {
    status: "fail",
    detail: `the API server has feature set "${featureSet}"; endpoints need "advanced"`,
    hint: "gateways belong to ClearML Enterprise: check the address of the API, and the licence of the server",
  };
}

/** Creates the task and queues it. An answer that got lost does not leave a task behind that nobody knows. */
async function create(api: ClearmlApi, attempt: Attempt, queue: ServedQueue): Promise<string> {
  const { probe, nonce, tags } = attempt;
  const seconds = Math.max(1, (probe.deadline - Date.now()) / 1000);
  const task = {
    name: "Smoke test of the gateway",
    comment: `Made by clearml-actions to try ${probe.target.url.origin}; it is deleted when the test ends.`,
    tags: tags.all,
    code: taskScript(nonce, seconds),
    requirements: "clearml",
  };
  try {
    attempt.task = await createTask(api, task);
  } catch (thrown) {
    if (!(thrown instanceof ClearmlApiError && thrown.lost)) throw thrown;
    const [made] = await tasksWithTag(api, tags.own);
    if (!made) throw thrown;
    attempt.task = made.id;
  }
  await enqueueTask(api, attempt.task, queue.id);
  probe.context.log.info(`end to end: task ${attempt.task} waits in queue ${queue.name}`);
  return attempt.task;
}

/** The SDK sets these when code asks for an endpoint; the last is the router's answer. */
function hasAsked({ systemTags, runtime }: Task): boolean {
  return systemTags.includes("external_service") || "_PORT" in runtime || "endpoint" in runtime;
}

export function hasEnded({ status }: Task): boolean {
  return status !== RUNNING && !WAITING.includes(status);
}

async function judged(
  api: ClearmlApi,
  queue: ServedQueue,
  waited: Waited<Task | "gone">,
  last: Task | undefined,
  { probe, task = "" }: Attempt,
): Promise<SmokeResult> {
  const { found, seconds } = waited;
  if (found === "gone") return gone(task);
  if (found && !hasEnded(found)) {
    const detail = `agent \`${found.worker ?? queue.agents[0]}\` took the task from queue \`${queue.name}\`; its code asked for an endpoint after ${seconds} s (${howOften(waited)})`;
    return { status: "pass", detail };
  }
  if (found) {
    return { status: "fail", ...(await ended(api, found)) };
  }
  return { status: "fail", ...notInTime(queue, last, `${timeUp(probe)}, after ${seconds} s`, waited) };
}

function gone(task: string): SmokeResult {
  const hint = "somebody deleted it, or another API server answers at this address";
  return { status: "fail", detail: `task ${task} is gone before the test has ended`, hint };
}

/** How a task came to its end that should have run on. */
export async function ended(api: ClearmlApi, task: Task): Promise<{ detail: string; hint: string }> {
  const why = [task.reason, task.message].filter((words) => words !== "").join(": ");
  const [line] = await lastLines(api, task.id, 1);
  const said = line ? `; the last line of its log: ${line.trim().slice(0, 200)}` : "";
  return {
    detail: `the task ended by itself (${task.status}${why ? `, ${why}` : ""})${said}`,
    hint: "the agent must be able to install `clearml` from its package index, its image needs python3 and pip, and code must reach the API",
  };
}

function notInTime(
  { name, agents }: ServedQueue,
  task: Task | undefined,
  when: string,
  waited: Waited<unknown>,
): { detail: string; hint: string } {
  if (!task) {
    const hint = "see whether the API server is overloaded or restarting";
    return { detail: `nothing was known of the task ${when} (${howOften(waited)})`, hint };
  }
  const words = task.message || task.reason;
  const said = words ? `: ${words}` : "";
  if (task.status === RUNNING) {
    return {
      detail: `agent \`${task.worker ?? agents[0]}\` runs the task, but its code had not asked for an endpoint ${when}${said}`,
      hint: "installing packages takes its time: give the test more with input `timeout`; the pod's log says what it does",
    };
  }
  if (task.status === "queued" && isPodPending(task)) {
    return {
      detail: `an agent took the task, and its pod was still pending ${when}${said}`,
      hint: `\`kubectl describe pod\` in the tenant's namespace says why: no room for what the pod template of queue \`${name}\` asks for (MIG off, GPUs taken), or an image that cannot be pulled`,
    };
  }
  return {
    detail: `no agent had taken the task from queue \`${name}\` ${when}; ${plural(agents.length, "agent")} should: ${agents.join(", ")}`,
    hint: "agents wait at `maxPods` or `maxResources`, with tasks ahead in the queue, or when they are gone: see the agent's log",
  };
}

/** What Kubernetes agents write on a task that they have taken before its pod runs. */
export function isPodPending({ reason, message }: Pick<Task, "reason" | "message">): boolean {
  return /k8s pending|k8s glue status/i.test(`${reason} ${message}`);
}
