/** Plays a tenant's agent and its router: runs tasks for real with python3, and gives them routes at the gateway. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { texts } from "../clearml-api/endpoint.ts";
import { addQueue, type Queue, type Task } from "../clearml-api/state.ts";
import type { TestGateway } from "../gateway/gateway.ts";

/** What agent and router do. */
export interface Conduct {
  /**
   * `absent`: never heard of. `idle`: takes nothing. `pending`: takes tasks, whose pods find no room. `bare`: its image
   * has no `clearml`. `deaf`: does not stop what it is asked to.
   */
  agent: "works" | "absent" | "idle" | "pending" | "bare" | "deaf";
  /** `elsewhere`: at another host. `foreign`: to another server than the task's. `open`: for everybody. */
  router: "works" | "absent" | "elsewhere" | "foreign" | "open";
}

export interface SmokeWorker {
  queue: Queue;
  /** Processes of tasks that have not ended. */
  running: ReadonlyMap<string, ChildProcess>;
  /** What tasks have printed. */
  printed: string[];
  /** Tasks of its queue that the server has. */
  tasks(): Task[];
  /** Behaves well again but for this. */
  act(conduct?: Partial<Conduct>): Promise<void>;
  stop(): Promise<void>;
}

const WELL: Conduct = { agent: "works", router: "works" };
const LOOK_MS = 40;
const PYTHON = join(import.meta.dirname, "python");

interface Play {
  gateway: TestGateway;
  /** Name of the agent. */
  agent: string;
  queue: Queue;
  pending: Queue;
  conduct: Conduct;
  running: Map<string, ChildProcess>;
  printed: string[];
  folder: string;
  /** A server that has nothing to do with the task. */
  foreign: string;
}

/** Starts agent and router of the gateway's tenant, on a queue of their own. */
export async function startSmokeWorker(
  gateway: TestGateway,
  { name = "default", conduct = {} }: { name?: string; conduct?: Partial<Conduct> } = {},
): Promise<SmokeWorker> {
  const company = companyOf(gateway);
  const foreign = createServer((_, response) => response.end("welcome"));
  foreign.listen(0, "127.0.0.1");
  await once(foreign, "listening");
  const { state } = gateway.api;
  const play: Play = {
    ...{ gateway, running: new Map(), printed: [] },
    ...{ conduct: { ...WELL, ...conduct }, agent: `acme-agent-${name}:0` },
    queue: addQueue(state, { name, company }),
    pending: addQueue(state, { name: "k8s_scheduler", company, system_tags: ["k8s-glue"] }),
    folder: mkdtempSync(join(tmpdir(), "smoke-worker-")),
    foreign: `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`,
  };
  let stopped = false;
  const loop = async (turn: (play: Play) => Promise<void>) => {
    while (!stopped) {
      // A call that fails is made again, as agents do.
      await turn(play).catch(() => undefined);
      await pause(LOOK_MS);
    }
  };
  await register(play);
  const loops = [loop(takeTask), loop(stopTasks), loop(giveRoutes)];
  return {
    ...{ queue: play.queue, running: play.running, printed: play.printed },
    tasks: () => [...state.tasks.values()].filter(isOf(play)),
    async act(conduct = {}) {
      play.conduct = { ...WELL, ...conduct };
      await register(play);
    },
    async stop() {
      stopped = true;
      await Promise.all(loops);
      for (const child of play.running.values()) child.kill("SIGKILL");
      foreign.close();
      foreign.closeAllConnections();
      rmSync(play.folder, { recursive: true, force: true });
    },
  };
}

function isOf({ queue, pending, running }: Play): (task: Task) => boolean {
  return ({ id, execution }) => running.has(id) || [queue.id, pending.id].includes(execution.queue ?? "");
}

function companyOf({ api, credentials }: TestGateway): string {
  const owner = [...api.state.logins.values()].find((login) =>
    login.credentials.some(({ accessKey }) => accessKey === credentials.accessKey),
  );
  if (!owner) throw new Error("the gateway's key belongs to nobody");
  return owner.company;
}

async function register(play: Play): Promise<void> {
  const endpoint = play.conduct.agent === "absent" ? "workers.unregister" : "workers.register";
  await call(play, endpoint, { worker: play.agent, queues: [play.queue.id] });
}

async function takeTask(play: Play): Promise<void> {
  const { agent } = play.conduct;
  if (agent === "absent" || agent === "idle") return;
  const { entry } = await call<{ entry?: { task: string } }>(play, "queues.get_next_task", {
    queue: play.queue.id,
  });
  if (!entry) return;
  const { task } = entry;
  if (agent === "pending") {
    await call(play, "tasks.dequeue", { task });
    const reason = { status_reason: "k8s pending scheduler", status_message: NO_ROOM };
    await call(play, "tasks.enqueue", { task, queue: play.pending.id, ...reason });
    return;
  }
  await call(play, "tasks.started", { task });
  const report = { worker: play.agent, queues: [play.queue.id], task, timestamp: Date.now() };
  await call(play, "workers.status_report", report);
  await run(play, task, agent === "bare");
}

const NO_ROOM = "K8S glue status: 0/2 nodes are available: 2 Insufficient nvidia.com/mig-1g.10gb.";

/** Runs the code of a task as an agent does with one that has no repository. */
async function run(play: Play, id: string, bare: boolean): Promise<void> {
  const { task } = await call<{ task: { script: { diff: string; entry_point: string; binary: string } } }>(
    play,
    "tasks.get_by_id",
    { task: id },
  );
  const { binary, diff, entry_point } = task.script;
  const folder = mkdtempSync(join(play.folder, "task-"));
  writeFileSync(join(folder, entry_point), diff);
  const { accessKey, secretKey } = play.gateway.credentials;
  const child = spawn(binary, [entry_point], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      ...(bare ? {} : { PYTHONPATH: PYTHON, PYTHONDONTWRITEBYTECODE: "1" }),
      CLEARML_API_HOST: play.gateway.api.url,
      CLEARML_API_ACCESS_KEY: accessKey,
      CLEARML_API_SECRET_KEY: secretKey,
      CLEARML_TASK_ID: id,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  play.running.set(id, child);
  const log: string[] = [];
  const keep = (chunk: Buffer) => {
    log.push(chunk.toString());
    play.printed.push(chunk.toString());
    Object.assign(stateOf(play, id) ?? {}, { log });
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.once("close", (code) => {
    play.running.delete(id);
    const now = stateOf(play, id);
    if (now?.status !== "in_progress") return;
    now.status = code === 0 ? "completed" : code === null ? "stopped" : "failed";
    now.status_reason = code === 0 || code === null ? "" : `worker execution exit code ${code}`;
    now.status_message = "";
  });
}

/** Ends the code of tasks that are to stop, or are gone. */
async function stopTasks(play: Play): Promise<void> {
  if (play.conduct.agent === "deaf") return;
  for (const [id, child] of play.running) {
    const task = stateOf(play, id);
    if (task?.status === "in_progress" && task.status_message !== "stopping") continue;
    child.kill("SIGTERM");
  }
}

async function giveRoutes(play: Play): Promise<void> {
  const { conduct, gateway } = play;
  if (conduct.router === "absent") return;
  for (const id of play.running.keys()) {
    const task = stateOf(play, id);
    if (!task || !texts(task.system_tags).includes("external_service")) continue;
    const { runtime } = task;
    if (runtime._SERVICE !== "EXTERNAL" || runtime.endpoint !== undefined) continue;
    const path = `/service/${id}/`;
    const own = `http://${runtime._ADDRESS}:${runtime._PORT}`;
    const backend = conduct.router === "foreign" ? play.foreign : own;
    gateway.addRoute(path, backend, { protected: conduct.router !== "open" });
    const host = conduct.router === "elsewhere" ? "https://gateway.other.test" : gateway.url;
    const endpoint = new URL(path, host).href;
    const added = { endpoint, browser_endpoint: endpoint };
    await call(play, "tasks.edit_runtime", { task: id, add_or_update: added });
  }
}

function stateOf({ gateway }: Play, id: string): Task | undefined {
  return gateway.api.state.tasks.get(id);
}

async function call<T>({ gateway }: Play, endpoint: string, body: object): Promise<T> {
  const { api, credentials } = gateway;
  const pair = `${credentials.accessKey}:${credentials.secretKey}`;
  const response = await fetch(`${api.url}/${endpoint}`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { meta: { result_msg: string }; data: T };
  if (!response.ok) throw new Error(answer.meta.result_msg);
  return answer.data;
}
