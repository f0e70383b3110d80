import { createHash } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import type { Context } from "../core/context.ts";

/** What tells one machine, and one boot of it, from another. A field that cannot be known is empty. */
export interface Machine {
  host: string;
  /** Hash of the id the system was given when it was installed: that id itself is not for others to see. */
  installation: string;
  boot: string;
  /** Process ids mean something within one namespace only: containers have their own. */
  pidNamespace: string;
  /** Name of GitHub's runner; machines cloned from one image differ in nothing else. */
  runner: string;
}

/** The namespace of processes outside of containers has this name on every Linux. */
const OUTERMOST = "pid:[4026531836]";

/** The machine this process runs on. */
export async function readMachine({ env, exec }: Pick<Context, "env" | "exec">): Promise<Machine> {
  const names = { host: hostname(), runner: env.RUNNER_NAME ?? "" };
  if (process.platform === "linux") {
    const [installation, boot, pidNamespace] = await Promise.all([
      readFile("/etc/machine-id", "utf8").catch(() => ""),
      readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
      readlink("/proc/self/ns/pid").catch(() => ""),
    ]);
    return { ...names, installation: hidden(installation.trim()), boot: boot.trim(), pidNamespace };
  }
  const unknown = { installation: "", boot: "", pidNamespace: "" };
  if (process.platform !== "darwin") return { ...names, ...unknown };
  const { stdout, code } = await exec
    .run("sysctl", ["-n", "kern.bootsessionuuid"], { quiet: true, ok: [0, 1], harmless: true })
    .catch(() => ({ stdout: "", code: 1 }));
  return { ...names, ...unknown, boot: code === 0 ? stdout.trim() : "" };
}

/** Whether process ids of one mean the same on the other. */
export function isSameMachine(a: Machine, b: Machine): boolean {
  return (
    a.boot !== "" &&
    a.boot === b.boot &&
    a.host === b.host &&
    a.runner === b.runner &&
    a.installation === b.installation &&
    a.pidNamespace === b.pidNamespace
  );
}

/**
 * Whether the machine `then` has been started again since and is `now`. Names alone do not say so: containers and
 * hosted runners share them, and their installations.
 */
export function isRestarted(then: Machine, now: Machine): boolean {
  return (
    then.boot !== "" &&
    now.boot !== "" &&
    then.boot !== now.boot &&
    then.installation !== "" &&
    then.installation === now.installation &&
    then.host === now.host &&
    then.runner === now.runner &&
    then.pidNamespace === OUTERMOST &&
    now.pidNamespace === OUTERMOST
  );
}

/**
 * When a process of this machine started, in its system's words. Undefined: there is none, or only what its parent has
 * not yet buried; empty: there is one, and more cannot be known.
 */
export async function processStart(exec: Context["exec"], pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // Fields from the third on, the state (proc(5)); the command before them may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : (fields[19] ?? "");
  }
  if (process.platform !== "darwin") return "";
  const { stdout } = await exec
    .run("ps", ["-o", "lstart=", "-p", String(pid)], { quiet: true, ok: [0, 1], harmless: true })
    .catch(() => ({ stdout: "" }));
  return stdout.trim();
}

function hidden(text: string): string {
  if (text === "") return "";
  return createHash("sha256").update(`clearml-actions ${text}`).digest("hex").slice(0, 16);
}
