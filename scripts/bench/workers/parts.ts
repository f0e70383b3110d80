/** What the workers of the benchmark use: tools from PATH, and a report of what they cost. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "../../../src/core/context.ts";
import { createExec } from "../../../src/core/exec.ts";

/** What a worker prints as its last line. */
export interface Cost {
  /** What was done, for a check. */
  done: number;
  /** Processor time of this process, start included. */
  cpuSeconds: number;
  /** Of `kubectl proxy`, through which the API is asked. */
  proxySeconds: number;
  /** Largest resident set, in MiB. */
  memory: number;
}

/** Runs a worker's work and prints its cost. */
export async function report(work: (context: Context) => Promise<number>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-bench-worker-"));
  const log = { info: () => undefined, debug: () => undefined, group: <T>(_: string, run: () => T) => run() };
  const exec = createExec(process.env, log);
  try {
    const context = { exec, log, env: process.env, tempDir: async () => folder };
    const done = await work(context as unknown as Context);
    const { user, system } = process.cpuUsage();
    const cost: Cost = {
      done,
      cpuSeconds: (user + system) / 1e6,
      proxySeconds: proxySeconds(folder),
      memory: process.resourceUsage().maxRSS / 1024,
    };
    console.log(JSON.stringify(cost));
  } finally {
    await exec.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processor time of the process that was started for this folder; 0 where the system does not tell. */
function proxySeconds(folder: string): number {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return Math.max(0, ...pids.map((pid) => secondsOf(pid, folder)));
  } catch {
    return 0;
  }
}

const TICKS_PER_SECOND = 100;

function secondsOf(pid: string, folder: string): number {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder)) return 0;
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
