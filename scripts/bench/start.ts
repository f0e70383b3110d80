/**
 * Measures from the spawn of each action and of the command line to the first character it prints, and `node -e 0` from
 * its spawn to its end, in turns. Ends with 1 when one takes longer than its limit, or the bundle is larger than its own.
 * Usage: npm run bench:start
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ACTIONS } from "../../src/index.ts";
import { median, printTable, type Sample } from "./measure.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const LIMIT_MS = 200;
const LIMIT_BYTES = 2_500_000;
const ROUNDS = 15;

const folder = mkdtempSync(join(tmpdir(), "clearml-actions-bench-"));
/** As the runner has it; without its cache of compiled code, which a runner made for one job does not have either. */
const env: Record<string, string> = {
  PATH: process.env.PATH ?? "",
  HOME: folder,
  GITHUB_ACTIONS: "true",
  RUNNER_TEMP: folder,
};
for (const file of ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"]) {
  env[`GITHUB_${file}`] = join(folder, file);
  writeFileSync(join(folder, file), "");
}

/** Milliseconds until the command prints something, or until it ends if that comes first. */
function firstOutput(args: readonly string[]): Promise<number> {
  return new Promise((done, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let first: number | undefined;
    const seen = () => {
      first ??= performance.now() - started;
    };
    child.stdout.on("data", seen);
    child.stderr.on("data", seen);
    child.once("error", reject);
    child.once("close", () => done(first ?? performance.now() - started));
  });
}

const stub = (name: string) => join(ROOT, "dist", name, "index.js");
const commands = new Map([
  ["node -e 0", ["-e", "0"]],
  ["clearml-actions help", [stub("cli"), "help"]],
]);
for (const { definition } of ACTIONS) commands.set(definition.name, [stub(definition.name)]);
const rows = [...commands].map(([name, args]) => ({ name, args, samples: [] as Sample[] }));
for (let round = -1; round < ROUNDS; round++) {
  for (const { args, samples } of rows) {
    const milliseconds = await firstOutput(args);
    // The first round fills the caches of the file system.
    if (round >= 0) samples.push({ milliseconds, memory: 0 });
  }
}
rmSync(folder, { recursive: true, force: true });

printTable(`From spawn to first output, ${ROUNDS} rounds in turns; limit ${LIMIT_MS} ms`, rows);
if (rows.some(({ samples }) => median(samples) > LIMIT_MS)) process.exitCode = 1;
const lib = join(ROOT, "dist/lib");
const parts = readdirSync(lib).filter((file) => file.endsWith(".js"));
const size = parts.reduce((sum, file) => sum + statSync(join(lib, file)).size, 0);
console.log(`\nBundle of all actions: ${(size / 1e6).toFixed(2)} MB; limit ${LIMIT_BYTES / 1e6} MB`);
if (size > LIMIT_BYTES) process.exitCode = 1;
