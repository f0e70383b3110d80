/** Times whole commands, as a user's shell would see them. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import pLimit from "p-limit";

export interface Sample {
  milliseconds: number;
  /** Largest resident set, in MiB; 0 where the system does not tell. */
  memory: number;
}

export interface Command {
  file: string;
  args: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  stdin?: string;
}

/** Runs a command to its end. Throws when it ends with a code that `accept` does not hold. */
export async function time(
  command: Command,
  accept: readonly number[] = [0],
): Promise<Sample & { stdout: string }> {
  const started = performance.now();
  const child = spawn(command.file, command.args, {
    ...(command.cwd ? { cwd: command.cwd } : {}),
    env: { ...process.env, ...command.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(command.stdin ?? "");
  let memory = 0;
  const watch = setInterval(() => {
    memory = Math.max(memory, residentPeak(child.pid));
  }, 10);
  const code = await new Promise<number>((done, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => done(exit ?? -1));
  });
  clearInterval(watch);
  if (!accept.includes(code)) throw new Error(`${command.file} ended with ${code}: ${stderr.slice(-2000)}`);
  const milliseconds = performance.now() - started;
  return { milliseconds, memory, stdout: Buffer.concat(stdout).toString() };
}

function residentPeak(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** `times` samples of a piece of work, after one run that is not counted. */
export async function repeat(times: number, work: () => Promise<Sample>): Promise<Sample[]> {
  await work();
  const samples: Sample[] = [];
  for (let run = 0; run < times; run++) samples.push(await work());
  return samples;
}

/** The sum of several commands, one after the other, as a loop in a shell runs them. */
export async function inTurn(commands: readonly Command[], accept?: readonly number[]): Promise<Sample> {
  const samples: Sample[] = [];
  for (const command of commands) samples.push(await time(command, accept));
  return {
    milliseconds: samples.reduce((sum, each) => sum + each.milliseconds, 0),
    memory: Math.max(...samples.map((each) => each.memory)),
  };
}

/** The wait for several commands of which some run at a time. */
export async function inParallel(commands: readonly Command[], atATime: number): Promise<Sample> {
  const slot = pLimit(atATime);
  const started = performance.now();
  const samples = await Promise.all(commands.map((command) => slot(() => time(command))));
  return {
    milliseconds: performance.now() - started,
    memory: Math.max(...samples.map((each) => each.memory)),
  };
}

export function median(samples: readonly Sample[]): number {
  const sorted = samples.map((each) => each.milliseconds).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Minimum, median, maximum, memory, and how often the first row's median fits into this one. */
export function printTable(
  title: string,
  rows: readonly { name: string; samples: readonly Sample[] }[],
): void {
  const [first] = rows;
  const base = first ? median(first.samples) : 1;
  console.log(`\n${title}\n`);
  console.log(
    "| what | min ms | median ms | max ms | MiB | ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |",
  );
  for (const { name, samples } of rows) {
    const all = samples.map((each) => each.milliseconds);
    const memory = Math.max(...samples.map((each) => each.memory));
    const cells = [Math.min(...all), median(samples), Math.max(...all), memory].map((each) =>
      each.toFixed(0),
    );
    console.log(`| ${name} | ${cells.join(" | ")} | ${(median(samples) / base).toFixed(1)} |`);
  }
}
