import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createExec } from "../../src/core/exec.ts";

const EXEC = join(import.meta.dirname, "../../src/core/exec.ts");
const log = { info: () => {}, debug: () => {}, group: <T>(_: string, work: () => Promise<T>) => work() };

/** On a busy machine; a second is what it takes. */
const PATIENCE_MS = 8_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "clearml-actions-guard-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One whose parent has not asked for its end yet is no longer running.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function ended(pids: readonly number[], milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

const childrenOf = (pid: number): number[] =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid="])
    .toString()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));

/** A process of its own that uses `exec` for what `code` says, up to its first line of output. */
async function owner(
  code: string,
): Promise<ChildProcessByStdio<null, Readable, null> & { pid: number; said: string }> {
  const program = `
    import { createExec } from ${JSON.stringify(EXEC)};
    const log = { info() {}, debug() {}, group: (_, work) => work() };
    const exec = createExec(process.env, log);
    ${code}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return Object.assign(child, { pid: child.pid ?? 0, said: said.toString() });
}

/** A tool that ends only by SIGKILL, and one that leaves a file at SIGTERM. */
const stubborn = `process.on("SIGTERM", () => {}); process.on("SIGINT", () => {}); setInterval(() => {}, 1000);`;
const tidy = (file: string) =>
  `process.on("SIGTERM", () => { require("fs").writeFileSync(${JSON.stringify(file)}, "left in order"); process.exit(); }); setInterval(() => {}, 1000);`;

const say = (tool: string) => JSON.stringify(`console.log("up"); ${tool}`);

describe.skipIf(process.platform === "win32")("what exec started", { timeout: 20_000 }, () => {
  it.concurrent("ends with us when we are killed, in order when it can", async () => {
    const file = join(folder, "tidy");
    const us = await owner(`
      const up = (child) => new Promise((resolve) => child.stdout.once("data", resolve));
      const stays = exec.start(process.execPath, ["-e", ${say(stubborn)}]);
      const tools = [stays, exec.start(process.execPath, ["-e", ${say(tidy(file))}])];
      exec.run(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { stdin: "" });
      exec.run(process.execPath, ["-e", ${JSON.stringify(stubborn)}]);
      await Promise.all(tools.map(up));
      console.log("ready");`);
    const started = childrenOf(us.pid);
    // Four tools and the guard.
    expect(started).toHaveLength(5);
    us.kill("SIGKILL");
    expect(await ended(started, PATIENCE_MS)).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("left in order");
  });

  it.concurrent("leaves nothing behind when all has ended, not even the guard", async () => {
    const us = await owner(`
      await exec.run("true", [], { stdin: "" });
      exec.start("sleep", ["60"]);
      const waiting = setInterval(() => {}, 1000);
      process.once("SIGUSR2", async () => {
        clearInterval(waiting);
        await exec.stop();
        console.log("stopped");
        setInterval(() => {}, 1000);
      });
      console.log("ready");`);
    const started = childrenOf(us.pid);
    expect(started).toHaveLength(2);
    us.kill("SIGUSR2");
    // Not the end of our process, which would end them too.
    const [said] = await Promise.race([once(us.stdout, "data"), once(us, "exit")]);
    expect(String(said)).toBe("stopped\n");
    expect(started.filter(isAlive)).toEqual([]);
    us.kill();
  });

  it.concurrent("does not keep us from ending", async () => {
    const us = await owner(`await exec.run("true", []); console.log("ready");`);
    const exited = us.exitCode === null ? once(us, "exit").then(([code]) => code) : us.exitCode;
    expect(await exited).toBe(0);
  });

  it.concurrent("is forgotten once it has ended: its number may be another's", async () => {
    const us = await owner(`
      const [bystander, tool] = [1, 2].map(() => exec.start("sh", ["-c", "echo up; exec sleep 60"]));
      await Promise.all([bystander, tool].map(({ stdout }) => new Promise((up) => stdout.once("data", up))));
      // As if one had ended, and somebody else now had its number.
      bystander.emit("exit");
      setTimeout(() => console.log(bystander.pid, tool.pid), 100);
      setInterval(() => {}, 1000);`);
    const [bystander = 0, tool = 0] = us.said.split(" ").map(Number);
    us.kill("SIGKILL");
    expect(await ended([tool], PATIENCE_MS)).toBe(true);
    // What is not ended at the first signal is ended a second later.
    await sleep(1_200);
    expect(isAlive(bystander)).toBe(true);
    process.kill(bystander);
  });

  it("works also when the guard was killed", async () => {
    const exec = createExec(process.env, log);
    const before = childrenOf(process.pid);
    await exec.run("true", []);
    const [guard = 0, ...others] = childrenOf(process.pid).filter((pid) => !before.includes(pid));
    expect(others.length).toBeLessThanOrEqual(1); // ps itself
    process.kill(guard, "SIGKILL");
    // At once, before we have heard of its end, and later.
    const runs = [exec.run("echo", ["a"]), sleep(200).then(() => exec.run("echo", ["b"]))];
    expect((await Promise.all(runs)).map(({ stdout, stderr }) => stdout + stderr)).toEqual(["a\n", "b\n"]);
    await exec.stop();
  });

  it("costs little", async () => {
    const exec = createExec(process.env, log);
    const plain = async () => once(spawn("true", [], { stdio: "ignore" }), "exit");
    const guarded = async () => void (await exec.run("true", [], { quiet: true }));
    /** The shortest of many, which is not about who else is at work on this machine. */
    const time = async (work: () => Promise<unknown>) => {
      const times: number[] = [];
      for (let run = 0; run < 50; run++) {
        const began = performance.now();
        await work();
        times.push(performance.now() - began);
      }
      return Math.min(...times);
    };
    await guarded();
    const [without, withGuard] = [await time(plain), await time(guarded)];
    await exec.stop();
    expect(withGuard - without).toBeLessThan(5);
  });
});

describe.concurrent("a cancelled run", { timeout: 20_000 }, () => {
  const code = (atSigint: string) =>
    `process.on("SIGINT", () => { ${atSigint} }); process.stdin.resume(); console.log("up"); setInterval(() => {}, 1000);`;

  async function cancelWhile(tool: string, interruptible: boolean) {
    const cancel = new AbortController();
    const exec = createExec(process.env, log, cancel.signal);
    const file = join(folder, `up-${Math.random()}`);
    const mark = `require("fs").writeFileSync(${JSON.stringify(file)}, "up");`;
    const run = exec.run(process.execPath, ["-e", tool + mark], { interruptible });
    const result = run.then(
      (value) => value,
      (thrown: unknown) => thrown,
    );
    while (!isThere(file)) await sleep(10);
    const began = performance.now();
    cancel.abort();
    return { result: await result, milliseconds: performance.now() - began };
  }

  it("interrupts a tool at once, which may leave things in order", async () => {
    const { result, milliseconds } = await cancelWhile(
      code(`console.error("context canceled"); process.exit(1);`),
      true,
    );
    expect(result).toMatchObject({ name: "ToolError", exitCode: 1, stderr: "context canceled\n" });
    expect(milliseconds).toBeLessThan(2_000);
  });

  it("takes a tool's success for a success", async () => {
    const { result } = await cancelWhile(code(`console.log("done"); process.exit(0);`), true);
    expect(result).toMatchObject({ code: 0, stdout: "up\ndone\n" });
  });

  it("kills a tool that does not end, and waits for no one it started", async () => {
    const { result, milliseconds } = await cancelWhile(
      `require("child_process").spawn("sleep", ["7"], { stdio: "inherit" }); ${code("")}`,
      true,
    );
    expect(result).toMatchObject({ name: "ToolError", exitCode: 137 });
    expect(milliseconds).toBeGreaterThan(3_900);
    expect(milliseconds).toBeLessThan(5_500);
  });

  it("lets other tools run to their end", async () => {
    const tool = `process.on("SIGINT", () => process.exit(1)); setTimeout(() => process.exit(0), 300);`;
    expect((await cancelWhile(tool, false)).result).toMatchObject({ code: 0 });
  });

  it("starts nothing that it would have to interrupt", async () => {
    const exec = createExec(process.env, log, AbortSignal.abort());
    const file = join(folder, "started");
    const started = exec.run("touch", [file], { interruptible: true });
    await expect(started).rejects.toThrow("touch ended with exit code 130: cancelled before it started");
    expect(isThere(file)).toBe(false);
  });
});

function isThere(file: string): boolean {
  try {
    return readFileSync(file) !== undefined;
  } catch {
    return false;
  }
}
