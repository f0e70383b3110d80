import { execFileSync } from "node:child_process";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Who holds a lock. Process ids come round again: only together with the start time do they name one process. */
interface Holder {
  pid: number;
  started: string;
}

const POLL_MS = 200;

/**
 * Holds a lock file while `work` runs, so that two builders do not do the same twice. Otherwise as `acquireLock`.
 */
export async function withLock<T>(
  file: string,
  waiting: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  const release = await acquireLock(file, waiting);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Waits for a lock file and takes it in the name of a process; the lock of a process that is gone is taken over.
 * `waiting` is called once when somebody else holds it. Resolves to what gives it back. Throws when the folder of the
 * lock cannot be written.
 */
export async function acquireLock(
  file: string,
  waiting: (pid: number) => void,
  pid = process.pid,
): Promise<() => void> {
  let told = false;
  while (!tryLock(file, pid)) {
    const holder = readHolder(file);
    if (holder && !isHeld(holder)) removeStale(file, holder);
    else if (holder && !told) {
      waiting(holder.pid);
      told = true;
    }
    await sleep(POLL_MS);
  }
  return () => rmSync(file, { force: true });
}

/** Writes beside and links: the lock is there with its content or not at all, even if this process is killed. */
function tryLock(file: string, pid: number): boolean {
  const mine = `${file}.${pid}`;
  writeFileSync(mine, JSON.stringify({ pid, started: startTime(pid) }));
  try {
    linkSync(mine, file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  } finally {
    rmSync(mine, { force: true });
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** Only one of several waiters can rename the file away; who finds a newer lock in its hands puts it back. */
function removeStale(file: string, stale: Holder): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    const found = readHolder(aside);
    if (found && (found.pid !== stale.pid || found.started !== stale.started)) linkSync(aside, file);
  } catch {
    // Another waiter was first.
  } finally {
    rmSync(aside, { force: true });
  }
}

function isHeld(holder: Holder): boolean {
  return isAlive(holder.pid) && startTime(holder.pid) === holder.started;
}

/** Whether a process of this id exists. A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
  return processFields(pid)?.[0] !== "Z";
}

/** When a process started, in the words of its system; empty when it is gone. */
export function startTime(pid: number): string {
  if (process.platform === "linux") return processFields(pid)?.[19] ?? "";
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

/** Fields of /proc/PID/stat from the state on (proc(5), field 3); the command before may hold blanks. */
function processFields(pid: number): string[] | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
