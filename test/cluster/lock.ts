import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Holds a lock file while `work` runs, so that two builders do not do the same twice. The lock of a process that is
 * gone is taken over. `waiting` is called once when somebody else holds it.
 */
export async function withLock<T>(
  file: string,
  waiting: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let told = false; !tryLock(file); told = true) {
    const holder = readHolder(file);
    if (holder !== undefined && !isAlive(holder)) removeStale(file, holder);
    else if (holder !== undefined && !told) waiting(holder);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Only one of several waiters can rename the file away; the others find it gone. */
function removeStale(file: string, holder: number): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (readHolder(aside) !== holder) renameSync(aside, file);
    else rmSync(aside, { force: true });
  } catch {
    // Another waiter was first.
  }
}

/** Whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
