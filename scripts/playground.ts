/**
 * Keeps a playground up until Ctrl-C, and removes it then.
 * Usage: node scripts/playground.ts [--folder playground] [--background] [--kubeconfig FILE]
 *        node scripts/playground.ts stop [--folder playground]
 * `--kubeconfig` (or CLUSTER=kind) takes a cluster with real pods in place of one that plays them. That needs images and an
 * ingress controller: see workflows-examples/kind.yml.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { PRIVATE, startPlayground } from "./playground/playground.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: "string", default: "playground" },
    kubeconfig: { type: "string" },
    background: { type: "boolean", default: false },
  },
});
const folder = resolve(values.folder);
const marker = join(folder, PRIVATE, "process.json");
const LONGEST_STOP_MS = 60_000;

interface Running {
  pid: number;
  /** What others need to know; absent until all parts are up. */
  variables?: Record<string, string>;
}

/** The playground of the folder; undefined when none runs. */
function running(): Running | undefined {
  if (!existsSync(marker)) return undefined;
  const found = JSON.parse(readFileSync(marker, "utf8")) as Running;
  try {
    // Its number may be another process' by now.
    const command = execFileSync("ps", ["-o", "args=", "-p", String(found.pid)]).toString();
    return command.includes(basename(import.meta.filename)) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Makes room for a new one. What a killed one has left is removed, what somebody else keeps there is not. */
function claim(): void {
  const other = running();
  const place = relative(process.cwd(), folder) || folder;
  if (other && other.pid !== process.pid)
    throw new Error(
      `a playground runs in ${place} (process ${other.pid}); end it with: npm run playground -- stop`,
    );
  if (existsSync(folder) && !existsSync(marker))
    throw new Error(`${place} is there already, and is no playground; name another folder with --folder`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, PRIVATE), { recursive: true, mode: 0o700 });
  note({ pid: process.pid });
}

function note(state: Running): void {
  writeFileSync(marker, JSON.stringify(state), { mode: 0o600 });
}

async function stayUp(): Promise<void> {
  const ended = new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
  });
  claim();
  try {
    const kubeconfig = values.kubeconfig;
    const playground = await startPlayground({ folder, kubeconfig, log: (line) => console.log(line) });
    note({ pid: process.pid, variables: playground.variables });
    const { version, server } = playground.world.cluster;
    console.log(`Kubernetes ${version} at ${server}`);
    console.log(
      `\nIn another terminal, type:\n\n  cd ${relative(process.cwd(), folder) || "."}\n  . ./env\n`,
    );
    const next = playground.isReal ? "workflows-examples/kind.yml: the pods are real" : "docs/tutorial.md";
    console.log(`and go on with ${next}. Ctrl-C here ends and removes everything.`);
    await ended;
    console.log("\nEnding the servers and removing the folder.");
    await playground.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts one that goes on, and waits until it is up. Steps of a workflow after this one get its variables. */
async function startInBackground(): Promise<void> {
  const logFile = `${folder}.log`;
  const output = openSync(logFile, "w");
  const args = [...process.execArgv, ...process.argv.slice(1).filter((each) => each !== "--background")];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  const state = await untilUp(child.pid, () => child.exitCode);
  if (!state?.variables) throw new Error(`the playground did not start:\n${readFileSync(logFile, "utf8")}`);
  child.unref();
  const { GITHUB_ENV } = process.env;
  // GitHub lets nobody set NODE_OPTIONS for others.
  const shared = Object.entries(state.variables).filter(([name]) => name !== "NODE_OPTIONS");
  if (GITHUB_ENV)
    for (const [name, value] of shared)
      appendFileSync(GITHUB_ENV, `${name}<<PLAYGROUND\n${value}\nPLAYGROUND\n`);
  console.log(readFileSync(logFile, "utf8").replace("Ctrl-C here ends", "`npm run playground -- stop` ends"));
}

async function untilUp(pid: number | undefined, exitCode: () => number | null): Promise<Running | undefined> {
  for (;;) {
    const state = running();
    if (state?.pid === pid && state?.variables) return state;
    if (exitCode() !== null) return undefined;
    await pause(100);
  }
}

async function stop(): Promise<void> {
  const found = running();
  if (found) await end(found.pid);
  // Of one that was killed, its folder is left.
  if (existsSync(marker)) rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}.log`, { force: true });
  console.log(found ? "the playground has ended; nothing is left of it" : "no playground runs here");
}

async function end(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + LONGEST_STOP_MS;
  while (running()) {
    if (Date.now() > deadline)
      throw new Error(`process ${pid} did not end within ${LONGEST_STOP_MS / 1000} s`);
    await pause(100);
  }
}

try {
  if (positionals[0] === "stop") await stop();
  else if (positionals.length > 0) throw new Error(`unknown word \`${positionals[0]}\`; known: stop`);
  else if (values.background) await startInBackground();
  else await stayUp();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
