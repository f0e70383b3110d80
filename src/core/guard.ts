import { type ChildProcess, type ChildProcessByStdio, type SpawnOptions, spawn } from "node:child_process";
import type { Writable } from "node:stream";

/** Starts tools that end with this process, also when it is killed without a chance to say so. */
export interface Guard {
  /** Like spawn, with outputs as pipes. A tool that is not there ends with 127, as in a shell. */
  spawn(tool: string, args: readonly string[], options: GuardedOptions): ChildProcess;
  /** Ends the guard itself, or has it end with the last tool that still runs. */
  stop(): Promise<void>;
}

export interface GuardedOptions extends Pick<SpawnOptions, "cwd" | "env"> {
  stdin: "pipe" | "ignore";
}

const SHELL = "/bin/sh";

/**
 * Reads `+ <pid>` and `- <pid>`. The end of its input means that this process has ended, however that came about: the
 * kernel closes the pipe. Signals that a terminal or a runner sends to all of us must not end it early.
 */
const GUARD = `
trap '' HUP INT TERM
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) case $pids in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
set -- $pids
[ $# -eq 0 ] && exit
kill -TERM "$@"
sleep 1
kill -KILL "$@"
`;

/**
 * Tells the guard who it is, then becomes the tool. Until then it holds the guard's pipe open: there is no moment in
 * which we could be killed and it stays behind. A guard that is gone must not keep it from its work.
 */
const START = `trap : PIPE; echo "+ $$" 2>/dev/null >&3; trap - PIPE; exec "$@" 3>&-`;

type Shell = ChildProcessByStdio<Writable, null, null>;

/**
 * A guard; its own process, a small `sh`, starts with the first tool. None on Windows, where tools are left to the
 * runner, which ends what a job leaves behind.
 */
export function createGuard(): Guard {
  let shell: Shell | undefined;
  const running = new Set<ChildProcess>();
  let stopping = false;
  const end = async () => {
    const ending = shell;
    shell = undefined;
    if (!ending || !isRunning(ending)) return;
    const exited = new Promise((resolve) => ending.once("exit", resolve));
    // Now we do wait for it.
    ending.ref();
    ending.stdin.end();
    await exited;
  };
  return {
    spawn(tool, args, { stdin, ...options }) {
      const pipes: SpawnOptions = { ...options, windowsHide: true, stdio: [stdin, "pipe", "pipe"] };
      if (process.platform === "win32") return spawn(tool, args, pipes);
      const guard = shell && isRunning(shell) ? shell : startGuard();
      shell = guard;
      const child = spawn(SHELL, ["-c", START, "sh", tool, ...args], {
        ...pipes,
        stdio: [stdin, "pipe", "pipe", guard.stdin],
      });
      running.add(child);
      child.once("exit", () => {
        // Its number may soon be another's.
        guard.stdin.write(`- ${child.pid}\n`);
        running.delete(child);
        if (stopping && running.size === 0) void end();
      });
      child.once("error", () => running.delete(child));
      return child;
    },
    async stop() {
      stopping = true;
      if (running.size === 0) await end();
    },
  };
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

function startGuard(): Shell {
  const guard = spawn(SHELL, ["-c", GUARD], {
    // Nothing of the step's secrets.
    env: { PATH: `${process.env.PATH}:/usr/bin:/bin` },
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without it things are as they would be without a guard.
  guard.stdin.on("error", () => undefined);
  // It waits for us, not we for it.
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}
