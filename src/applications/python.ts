import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";

/** What a script did. Its output may hold anything, credentials included. */
export interface ScriptResult {
  code: number;
  output: string;
}

export interface ScriptCall {
  script: string;
  /** They never reach the process list. */
  arguments: readonly string[];
  cwd: string;
  timeoutMs: number;
}

/** Runs Python scripts of others. */
export interface Python {
  run(call: ScriptCall): Promise<ScriptResult>;
}

/**
 * What Python executes: the script with arguments that it reads from its standard input, so that neither the process
 * list nor the environment holds them. Its two outputs become one, in the order of their lines.
 */
const LAUNCHER = `
import json, os, runpy, sys, threading
call = json.load(sys.stdin)
os.dup2(1, 2)
def late():
    sys.stderr.write("not done after %d s" % call["seconds"])
    sys.stderr.flush()
    os._exit(124)
timer = threading.Timer(call["seconds"], late)
timer.daemon = True
timer.start()
sys.argv = [call["script"], *call["arguments"]]
sys.path[0] = os.path.dirname(call["script"])
runpy.run_path(call["script"], run_name="__main__")
`.trim();

/** Every way for a process to end: what it means is for the caller to say. */
const ANY_CODE = Array.from({ length: 256 }, (_, code) => code);
const NAMES = ["python3", "python"];

/**
 * Finds Python 3 on PATH.
 * @throws UserError when there is none
 */
export async function findPython(context: Pick<Context, "exec">): Promise<Python> {
  for (const name of NAMES) {
    const asked = await context.exec
      .run(name, ["--version"], { quiet: true, ok: ANY_CODE })
      .catch((thrown: unknown) => {
        if (thrown instanceof UserError) return undefined;
        throw thrown;
      });
    if (asked && /^Python 3\./.test(`${asked.stdout}${asked.stderr}`.trim())) return python(context, name);
  }
  throw new UserError(
    {
      message: "Python 3 is not on PATH; ClearML's own scripts upload the applications and need it",
      hint: "add a step with actions/setup-python before this one, or install python3 on the runner",
    },
    { kind: "cluster" },
  );
}

function python(context: Pick<Context, "exec">, name: string): Python {
  return {
    async run({ script, arguments: values, cwd, timeoutMs }) {
      const seconds = Math.ceil(timeoutMs / 1000);
      const { code, stdout, stderr } = await context.exec.run(name, ["-c", LAUNCHER], {
        cwd,
        quiet: true,
        interruptible: true,
        ok: ANY_CODE,
        env: { PYTHONUTF8: "1", PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
        stdin: JSON.stringify({ script, arguments: values, seconds }),
      });
      return { code, output: `${stdout}${stderr}` };
    },
  };
}
