/**
 * Measures setup-clearml-helm from start to end, as the runner starts it, against a model of Azure/setup-helm on the
 * same mirror, in one run. Ours sets up helm, kubectl and kubeconform, the model helm alone. The mirror answers at once,
 * which flatters whoever asks it. Ends with 1 when a cached run takes longer than its limit or talks to anybody.
 * Usage: npm run bench:setup
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PINS } from "../../test/cluster/pins.ts";
import { ensureTools, toolCache } from "../../test/cluster/tools.ts";
import { startToolMirror, writeSums } from "../../test/support/registries/mirror.ts";
import { type Command, median, printTable, type Sample, time } from "./measure.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const LIMIT_MS = 400;
const RUNS = 15;
const DOWNLOADS = 5;

const folder = mkdtempSync(join(tmpdir(), "clearml-actions-bench-"));
const tools = await ensureTools(["helm", "helm3", "kubectl", "kubeconform"]);
const mirror = await startToolMirror({ ...tools, dir: join(toolCache(), "archives") });
const sums = join(folder, "SHA256SUMS");
writeSums(
  sums,
  Object.fromEntries(Object.entries(mirror.sums).filter(([path]) => !path.includes("kubectl"))),
);

/** Whoever talks to anybody else than the mirror goes through this proxy, and is counted. */
let strangers = 0;
const proxy = createServer((socket) => {
  strangers++;
  socket.destroy();
});
await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
const proxyUrl = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;

/** The variables of a runner whose tool cache is `cache`. */
function runner(cache: string): Record<string, string> {
  const machine = join(folder, "machine");
  mkdirSync(join(machine, "temp"), { recursive: true });
  const files = ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"].map((name) => {
    writeFileSync(join(machine, name), "");
    return [`GITHUB_${name}`, join(machine, name)];
  });
  return {
    ...Object.fromEntries(files),
    GITHUB_ACTIONS: "true",
    RUNNER_TEMP: join(machine, "temp"),
    RUNNER_TOOL_CACHE: cache,
    HTTPS_PROXY: proxyUrl,
    HTTP_PROXY: proxyUrl,
  };
}

function ours(cache: string): Command {
  const inputs = { "INPUT_HELM-VERSION": PINS.helm, INPUT_MIRROR: mirror.url, INPUT_CHECKSUMS: sums };
  const stub = join(ROOT, "dist/setup-clearml-helm/index.js");
  return { file: process.execPath, args: [stub], env: { ...runner(cache), ...inputs } };
}

/** The model, bundled as actions are. */
function buildModel(): (cache: string, version: string) => Command {
  const script = join(import.meta.dirname, "setup-helm-model.mjs");
  const ncc = join(ROOT, "node_modules/.bin/ncc");
  execFileSync(ncc, ["build", script, "-o", join(folder, "model"), "--quiet"], { cwd: ROOT });
  const bundle = join(folder, "model", "index.mjs");
  return (cache, version) => ({
    file: process.execPath,
    args: [bundle, mirror.url, version],
    env: runner(cache),
  });
}

interface Row {
  name: string;
  samples: Sample[];
  requests: number;
}

/** Runs the commands in turn, round after round, so that a machine that slows down slows all; the first is not counted. */
async function inRounds(rounds: number, commands: Readonly<Record<string, () => Command>>): Promise<Row[]> {
  const rows = Object.keys(commands).map((name): Row => ({ name, samples: [], requests: 0 }));
  for (let round = 0; round <= rounds; round++) {
    for (const row of rows) {
      const before = mirror.requests.length + strangers;
      const sample = await time((commands[row.name] as () => Command)());
      row.requests = mirror.requests.length + strangers - before;
      if (round > 0) row.samples.push(sample);
    }
  }
  return rows.map((row) => ({ ...row, name: `${row.name}: ${row.requests} requests` }));
}

async function cachedRuns(model: ReturnType<typeof buildModel>): Promise<boolean> {
  const cache = join(folder, "warm");
  await time(ours(cache));
  await time(model(cache, `v${PINS.helm}`));
  const rows = await inRounds(RUNS, {
    "setup-clearml-helm, 3 tools": () => ours(cache),
    "model of setup-helm, `latest`": () => model(cache, "latest"),
    "model of setup-helm, exact version": () => model(cache, `v${PINS.helm}`),
  });
  printTable("everything in the tool cache", rows);
  const [own] = rows;
  const good = own !== undefined && median(own.samples) <= LIMIT_MS && own.requests === 0;
  console.log(`\n${good ? "within" : "NOT within"} the limit: ${LIMIT_MS} ms and no request`);
  return good;
}

async function downloads(model: ReturnType<typeof buildModel>): Promise<void> {
  const without = join(folder, "without-helm");
  cpSync(join(folder, "warm"), without, { recursive: true });
  const forget = () => {
    for (const name of ["helm", "clearml-helm"])
      rmSync(join(without, name), { recursive: true, force: true });
    return without;
  };
  const rows = await inRounds(DOWNLOADS, {
    "setup-clearml-helm, sum checked": () => ours(forget()),
    "model of setup-helm, nothing checked": () => model(forget(), "latest"),
  });
  printTable("helm must be downloaded", rows);
}

try {
  console.log(`Node ${process.version}, helm ${PINS.helm}`);
  const model = buildModel();
  process.exitCode = (await cachedRuns(model)) ? 0 : 1;
  await downloads(model);
} finally {
  proxy.close();
  await mirror.stop();
  rmSync(folder, { recursive: true, force: true });
}
