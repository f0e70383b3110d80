/** Runs actions on what a stranger's pull request brings, and looks for what must not have happened. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type ActionRun, runAction } from "../../support/run-action.ts";

/** What stands outside of the checkout, and must turn up nowhere. */
export const CANARY = "CANARY-OUTSIDE-7d1f0c";
/** What hostile texts would print, make or set if they were taken for more than texts. */
export const PWNED = "pwned";

/** Lines that a runner takes for commands when they are printed as they are. */
export const COMMANDS = [
  `::set-output name=${PWNED}::1`,
  `::add-mask::${PWNED}`,
  `  ::save-state name=${PWNED}::1`,
  `\u2028::stop-commands::${PWNED}`,
  `text ##[set-output name=${PWNED}]1`,
  `::error title=${PWNED}::${PWNED}`,
].join("\n");

/** A text with everything that means something to somebody on the way. */
export const HOSTILE_TEXT = [
  COMMANDS,
  `\r::warning::${PWNED}`,
  `%0A::warning::${PWNED}`,
  `\u001b[31mred\u001b]52;c;cHduZWQ=\u0007`,
  `\u202egnp.exe\u2066`,
  "`<img src=x onerror=alert(1)> @octocat #1 [x](javascript:alert(1)) | a | </details><!-- `",
  "``` \n```mermaid\nclick a href\n```",
  `$(touch ${PWNED}) \`touch ${PWNED}\` \${{ secrets.X }}`,
].join("\n");

export interface Stage {
  /** The checkout, which is the working folder of the action. */
  repository: string;
  /** Beside the checkout: files of the runner that hold a canary. */
  outside: string;
  machine: string;
  /** Writes files of the checkout. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** Runs an action in the checkout; everything that must not have happened is a text in `faults`. */
  act(
    name: string,
    inputs?: Readonly<Record<string, string>>,
    options?: { env?: Readonly<Record<string, string>>; tools?: readonly string[] },
  ): Promise<HostileRun>;
  remove(): void;
}

export interface HostileRun extends ActionRun {
  faults: string[];
  /** The tools that were started, with their arguments. */
  started: string[];
}

const RECORDER = pathToFileURL(resolve(import.meta.dirname, "../../support/recorder.mjs")).href;
/** Long for what takes a second or two; short for what never ends. */
const LIMIT_MS = 60_000;

export function createStage(): Stage {
  const root = mkdtempSync(join(tmpdir(), "hostile-"));
  const [repository, outside, machine] = ["work/repository", "outside", "machine"].map((each) =>
    join(root, each),
  ) as [string, string, string];
  for (const folder of [repository, outside, machine, join(root, "tmp")])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(outside, "secret.yaml"), `password: ${CANARY}\n${CANARY}: { nested: ${CANARY} }\n`);
  writeFileSync(join(outside, "passwd"), `root:x:0:0:${CANARY}:/root:/bin/bash\n${CANARY}\n`);
  return {
    repository,
    outside,
    machine,
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(repository, name)), { recursive: true });
        writeFileSync(join(repository, name), content);
      }
    },
    async act(name, inputs = {}, { env = {}, tools = [] } = {}) {
      const recorded = join(root, "processes");
      writeFileSync(recorded, "");
      const before = watched(root);
      const run = await runAction(name, inputs, {
        cwd: repository,
        machine,
        env: {
          TMPDIR: join(root, "tmp"),
          GITHUB_WORKSPACE: repository,
          NODE_OPTIONS: `--import ${RECORDER}`,
          RECORD_PROCESSES: recorded,
          ...env,
        },
        onStart: ({ kill }) => void setTimeout(() => kill("SIGKILL"), LIMIT_MS).unref(),
      });
      const lines = readFileSync(recorded, "utf8").split("\n");
      const processes = lines.flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Started]));
      const faults = [
        ...strangeCommands(run.stdout + run.stderr),
        ...leaks(run, join(machine, "temp"), repository),
        ...changes(before, watched(root)),
        ...made(root),
        ...processes.flatMap((each) => strangeProcess(each, ["git", "helm", ...tools])),
        ...(run.code === -1 ? ["it was killed: it took too long"] : []),
        ...(/unexpected error|^ {4}at .*:\d+:\d+/m.test(run.stdout + run.stderr)
          ? ["it failed by a bug"]
          : []),
      ];
      const started = processes.map(({ command, args }) =>
        (isGuarded(command, args) ? args.slice(3) : [command, ...args]).join(" "),
      );
      return { ...run, faults, started };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** PATH with folders before it. */
export function pathWith(...folders: string[]): Record<string, string> {
  return { PATH: [...folders, process.env.PATH].join(delimiter) };
}

const OURS = new Set(["error", "warning", "notice", "debug", "group", "endgroup", "add-mask"]);

/**
 * What GitHub's runner would take for a command and is none of ours. As there: a line ends at a carriage return too, it
 * may begin with blanks, and the old form `##[…]` may stand anywhere.
 */
export function strangeCommands(output: string): string[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, command, properties = "", data = ""] = /^[\s\u0085]*::([^\s:]+)([^:]*)::(.*)$/s.exec(line) ?? [];
    if (command === undefined) return line.includes("##[") ? [`a command: ${line.slice(0, 200)}`] : [];
    const isForged = data.trim() === PWNED || new RegExp(`(^|,)\\s*title=${PWNED}(,|$)`).test(properties);
    return OURS.has(command.toLowerCase()) && !isForged ? [] : [`a command: ${line.slice(0, 200)}`];
  });
}

/** Where the canary turns up: log, summary, outputs, files left for later steps, and files of the checkout. */
function leaks(run: ActionRun, temp: string, repository: string): string[] {
  const told = { ...run.outputs, ...run.state, stdout: run.stdout, stderr: run.stderr, summary: run.summary };
  const files = [temp, repository].flatMap((folder) =>
    filesBelow(folder).map((path): [string, string] => [path, readFileSync(path, "latin1")]),
  );
  return [...Object.entries(told), ...files].flatMap(([where, text]) =>
    text.includes(CANARY) ? [`what stands outside of the checkout is in ${where}`] : [],
  );
}

/** Links are not followed: where they lead is no place of the checkout. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === ".git" ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Everything but the checkout and RUNNER_TEMP, with what tells whether it was touched. */
function watched(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const ignored = ["work/repository", "machine/temp", "machine/tools", "processes"].map((each) =>
    join(root, each),
  );
  const visit = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (ignored.includes(path) || /\/machine\/commands-/.test(path)) continue;
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) found.set(path, `-> ${readlinkSync(path)}`);
      else if (stats.isDirectory()) visit(path);
      else found.set(path, `${stats.mode} ${stats.size} ${stats.mtimeMs} ${stats.ino}`);
    }
  };
  visit(root);
  return found;
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].flatMap((path) => (before.get(path) === after.get(path) ? [] : [`touched: ${path}`]));
}

/** Files that only a command in a text makes. */
function made(root: string): string[] {
  return filesBelow(root).flatMap((path) => (basename(path) === PWNED ? [`made: ${path}`] : []));
}

interface Started {
  function: string;
  command: string;
  args: string[];
  shell: boolean | string;
}

/** A tool that the guard's shell becomes has its name as an argument; without arguments the shell is the guard itself. */
function isGuarded(command: string, args: readonly string[]): boolean {
  return command === "/bin/sh" && args[0] === "-c";
}

/** A process other than the tools that were expected, or one that a shell was to read. */
function strangeProcess(started: Started, tools: readonly string[]): string[] {
  const { function: how, command, args, shell } = started;
  const tool = isGuarded(command, args) ? args[3] : command;
  const isKnown = tool === undefined ? args.length === 2 : tools.includes(basename(tool));
  return isKnown && shell === false && how === "spawn"
    ? []
    : [`started: ${JSON.stringify(started).slice(0, 300)}`];
}
