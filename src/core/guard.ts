import { type ChildProcess, spawn } from "node:child_process";

/** Sees to it that tools end with this process, also when it is killed without a chance to say so. */
export interface Guard {
  /** From now until its end the tool is ended when this process ends. */
  watch(tool: ChildProcess): void;
  /** Ends the guard itself. */
  stop(): Promise<void>;
}

/**
 * Reads `+ <pid>` and `- <pid>`. The end of its input means that this process has ended, however that came about: the
 * kernel closes the pipe. Signals that a terminal or a runner sends to all of us must not end it early.
 */
const SCRIPT = `
trap '' HUP INT TERM
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
set -- $pids
[ $# -eq 0 ] && exit
kill -TERM "$@"
sleep 1
kill -KILL "$@"
`;

/**
 * A guard; its process, a small `sh`, starts with the first tool. None on Windows, where tools are left to the
 * runner, which ends what a job leaves behind.
 */
export function createGuard(): Guard {
  let shell: ChildProcess | undefined;
  const tell = (line: string) => shell?.stdin?.write(`${line}\n`);
  return {
    watch(tool) {
      if (process.platform === "win32" || tool.pid === undefined) return;
      shell ??= startGuard();
      tell(`+ ${tool.pid}`);
      // Its number may soon be another's.
      tool.once("exit", () => tell(`- ${tool.pid}`));
    },
    async stop() {
      const ended = shell;
      shell = undefined;
      if (!ended?.pid || ended.exitCode !== null || ended.signalCode !== null) return;
      const exited = new Promise((resolve) => ended.once("exit", resolve));
      // Now we do wait for it.
      ended.ref();
      ended.stdin?.end();
      await exited;
    },
  };
}

function startGuard(): ChildProcess {
  const guard = spawn("sh", ["-c", SCRIPT], {
    // Nothing of the step's secrets.
    env: { PATH: process.env.PATH },
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without it things are as they would be without a guard.
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  // It waits for us, not we for it.
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}
