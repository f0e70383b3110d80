import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { z } from "zod";
import type { Context } from "../core/context.ts";
import { jsonOf } from "../core/json.ts";
import { type Machine, processStart, readMachine } from "./machine.ts";

/** Who holds a lock: one process, and what people know it by. */
export interface Holder {
  /** Made up for each taking of the lock. */
  id: string;
  /** Address of the run on GitHub, or `user@host`. */
  name: string;
  /** Address of the attempt on GitHub; undefined elsewhere. */
  run?: string;
  job?: string;
  machine: Machine;
  pid: number;
  /** When the process started: ids come round again. */
  started: string;
}

const machineSchema = z.object({
  host: z.string(),
  installation: z.string(),
  boot: z.string(),
  pidNamespace: z.string(),
  runner: z.string(),
});
const holderSchema = z.object({
  id: z.string(),
  name: z.string(),
  run: z.string().optional(),
  job: z.string().optional(),
  machine: machineSchema,
  pid: z.number().int(),
  started: z.string(),
});

type Environment = Context["env"];

/** What a run is called in locks and records: its address on GitHub, elsewhere the person and the machine. */
export function runName(env: Environment): string {
  return runAddress(env) ?? `${userName(env)}@${hostname()}`;
}

/** Address of this attempt of the run; undefined outside of GitHub. */
export function runAddress(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = env;
  if (!GITHUB_REPOSITORY || !GITHUB_RUN_ID) return undefined;
  const server = GITHUB_SERVER_URL || "https://github.com";
  return `${server}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/attempts/${GITHUB_RUN_ATTEMPT || "1"}`;
}

/** Containers run as users that have no name. */
function userName(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER || env.USERNAME || "somebody";
  }
}

/** This process as the holder of a lock. */
export async function ownHolder(context: Pick<Context, "env" | "exec">): Promise<Holder> {
  const run = runAddress(context.env);
  const job = context.env.GITHUB_JOB;
  return {
    id: randomUUID(),
    name: runName(context.env),
    ...(run ? { run } : {}),
    ...(run && job ? { job } : {}),
    machine: await readMachine(context),
    pid: process.pid,
    started: (await processStart(context.exec, process.pid)) ?? "",
  };
}

/** A holder in one line: the run, the job, the process. */
export function describeHolder({ name, job, pid, machine }: Holder): string {
  return `${name}${job ? `, job ${job}` : ""}, process ${pid} on ${machine.runner || machine.host}`;
}

/** The holder an annotation tells of; undefined when it was written by somebody else. */
export function parseHolder(annotation: string | undefined): Holder | undefined {
  const { data } = holderSchema.safeParse(jsonOf(annotation ?? ""));
  if (!data) return undefined;
  const { run, job, ...rest } = data;
  return { ...rest, ...(run === undefined ? {} : { run }), ...(job === undefined ? {} : { job }) };
}
