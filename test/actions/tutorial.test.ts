/** Types docs/tutorial.md, from its beginning to its end, as a stranger would: in two terminals, and nothing else. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTools, STANDARD_TOOLS } from "../cluster/tools.ts";
import { type Block, blocksOf, page, ROOT } from "../support/pages/pages.ts";

const START_MS = 60_000;
const blocks = blocksOf(page("docs/tutorial.md"));
/** What is typed, each with the output that the page shows after it; the first one into a terminal of its own. */
const [first, ...typed] = blocks.flatMap((block, index) => {
  if (block.language !== "sh" || block.notRun) return [];
  const shown = blocks[index + 1];
  return [{ ...block, shown: shown?.language === "console" ? shown : undefined }];
});

/** A clone with everything but the history: what is written is written beside the checkout. */
let clone: string;
let playground: ChildProcess;
let terminal: Terminal;

beforeAll(async () => {
  await ensureTools(STANDARD_TOOLS);
  clone = mkdtempSync(join(tmpdir(), "tutorial-"));
  for (const name of readdirSync(ROOT)) {
    if (name !== "playground" && name !== ".git") symlinkSync(join(ROOT, name), join(clone, name));
  }
});
afterAll(async () => {
  terminal?.end();
  if (playground?.exitCode === null && playground.signalCode === null) await pressCtrlC();
  rmSync(clone, { recursive: true, force: true });
});

interface Terminal {
  /** Types lines; what came out, and the commands that failed. */
  type(text: string): Promise<{ output: string; failed: string[] }>;
  end(): void;
}

/** A bash whose commands come one block after the other. */
function openTerminal(): Terminal {
  const env = { ...process.env, XDG_CACHE_HOME: join(clone, ".cache"), npm_config_update_notifier: "false" };
  const bash = spawn("bash", ["--noprofile", "--norc"], { cwd: clone, env, stdio: "pipe" });
  let output = "";
  for (const stream of [bash.stdout, bash.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  bash.stdin.write("set -E; trap 'echo \"@@failed $BASH_COMMAND\"' ERR\n");
  let count = 0;
  return {
    async type(text) {
      output = "";
      const mark = `@@done-${++count}`;
      bash.stdin.write(`${text}echo ${mark}\n`);
      await expect
        .poll(() => output.includes(mark) || bash.exitCode !== null, { timeout: 100_000 })
        .toBe(true);
      return { output, failed: [...output.matchAll(/^@@failed (.*)$/gm)].map(([, command = ""]) => command) };
    },
    end: () => void bash.kill(),
  };
}

/** As in a terminal: everything that was started there gets it. */
async function pressCtrlC(): Promise<void> {
  const ended = once(playground, "exit");
  process.kill(-(playground.pid ?? 0), "SIGINT");
  await ended;
}

/** What differs from run to run. */
function steady(line: string): string {
  return line
    .trim()
    .replace(/127\.0\.0\.1:\d+/g, "HERE")
    .replace(/\b[0-9a-f]{32}\b/g, "ID")
    .replace(/\b\d+(\.\d+)? (ms|s)\b/g, "TIME");
}

/** The lines that the page shows, and the output does not have after the line before; `…` stands for the rest of one. */
function notSeen(shown: Block, output: string): string[] {
  const lines = stripVTControlCharacters(output).split("\n").map(steady);
  let from = 0;
  return shown.text
    .trim()
    .split("\n")
    .filter((text) => {
      const [start = "", more] = steady(text).split("…");
      const isIt = (line: string) => (more === undefined ? line === start : line.startsWith(start));
      const found = lines.findIndex((line, index) => index >= from && isIt(line));
      from = found + 1;
      return found < 0;
    });
}

describe("docs/tutorial.md", () => {
  it("has a first terminal, in which the playground stays", async () => {
    expect(first?.text.trim()).toBe("npm run playground");
    // What a killed one has left is in nobody's way.
    mkdirSync(join(clone, "playground", ".playground"), { recursive: true });
    writeFileSync(join(clone, "playground", ".playground", "process.json"), '{"pid":999999999}');
    playground = spawn("bash", ["-c", first?.text ?? ""], {
      cwd: clone,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [playground.stdout, playground.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    await expect
      .poll(() => (playground.exitCode === null ? said : `ended: ${said}`), { timeout: START_MS })
      .toContain("Ctrl-C here ends and removes everything");
    expect(said).toContain("cd playground\n  . ./env");
    terminal = openTerminal();
  });

  it("has one playground in a folder, and takes nobody's", () => {
    const start = (...args: string[]) =>
      spawnSync(process.execPath, [join(ROOT, "scripts", "playground.ts"), ...args], { cwd: clone });
    const second = start();
    expect(second.stderr.toString()).toMatch(
      /^a playground runs in playground \(process \d+\); end it with: npm run/,
    );
    expect(second.status).toBe(1);
    mkdirSync(join(clone, "work"));
    const taken = start("--folder", "work");
    expect(taken.stderr.toString()).toMatch(
      /^work is there already, and is no playground; name another folder/,
    );
    expect(taken.status).toBe(1);
    expect(existsSync(join(clone, "work"))).toBe(true);
  });

  it.each(typed)("line $line", async ({ text, shown }) => {
    const { output, failed } = await terminal.type(text);
    expect({ failed, output }).toEqual({ failed: [], output });
    if (shown) expect(notSeen(shown, output), output).toEqual([]);
  });

  it("shows no output that nothing prints", () => {
    const shown = blocks.filter(({ language }) => language === "console").length;
    expect(typed.filter((each) => each.shown)).toHaveLength(shown);
    expect(typed.length).toBeGreaterThan(10);
  });

  it("leaves nothing after Ctrl-C", async () => {
    const folder = join(clone, "playground");
    const { pid } = JSON.parse(readFileSync(join(folder, ".playground", "process.json"), "utf8")) as {
      pid: number;
    };
    expect(processesOf(folder)).not.toEqual([]);
    await pressCtrlC();
    await expect.poll(() => processesOf(folder), { timeout: 10_000 }).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(existsSync(folder)).toBe(false);
  });
});

function processesOf(folder: string): string[] {
  const list = spawnSync("ps", ["-eo", "pid,args"]).stdout.toString().split("\n");
  return list.filter((line) => line.includes(folder));
}
