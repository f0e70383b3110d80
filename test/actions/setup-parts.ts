/** Real parts for the tests of setup-clearml-helm: the tools' mirror, both kinds of chart source, one chart in each. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ensureTools, type ToolName } from "../cluster/tools.ts";
import { startChartRepository } from "../support/registries/classic.ts";
import { startToolMirror } from "../support/registries/mirror.ts";
import { startOciRegistry } from "../support/registries/oci.ts";
import type { ActionRun } from "./run-action.ts";

const run = promisify(execFile);
const NEEDED = ["helm", "helm3", "kubectl", "kubeconform", "registry"] as const satisfies ToolName[];

/** Long enough to be found by accident nowhere. */
export const OCI_TOKEN = "canary-oci-7f3a9c51d2";
export const CLASSIC_TOKEN = "canary-classic-b81e04aa67";

export interface SetupParts {
  tools: Record<(typeof NEEDED)[number], string>;
  mirror: string;
  /** Sums of the mirror's archives, which are packed here and not by the publishers. */
  checksums: string;
  registry: string;
  repository: string;
  /** A tool cache to share between runs that are not about installing. */
  toolCache: string;
  /** PATH of a machine without helm, kubectl and kubeconform. */
  bareBin: string;
  stop(): Promise<void>;
}

export async function startSetupParts(): Promise<SetupParts> {
  const folder = await mkdtemp(join(tmpdir(), "setup-parts-"));
  const tools = await ensureTools(NEEDED);
  const chartsDir = join(folder, "charts");
  await mkdir(chartsDir);
  await run(tools.helm, ["create", "demo"], { cwd: folder });
  await run(tools.helm, ["package", join(folder, "demo"), "--destination", chartsDir]);
  const mirror = await startToolMirror(tools);
  const registry = await startOciRegistry({
    binary: tools.registry,
    username: "allegroaienterprise",
    password: OCI_TOKEN,
  });
  const repository = await startChartRepository({
    chartsDir,
    helm: tools.helm,
    username: CLASSIC_TOKEN,
    password: CLASSIC_TOKEN,
  });
  await pushDemo(tools.helm, registry.host, folder);
  const checksums = join(folder, "SHA256SUMS");
  await writeFile(checksums, await mirrorSums(mirror.url));
  return {
    tools,
    mirror: mirror.url,
    checksums,
    registry: registry.host,
    repository: repository.url,
    toolCache: join(folder, "tools"),
    bareBin: await bareBin(folder),
    async stop() {
      await Promise.all([mirror.stop(), registry.stop(), repository.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function pushDemo(helm: string, host: string, folder: string): Promise<void> {
  const env = { ...process.env, HELM_REGISTRY_CONFIG: join(folder, "push.json") };
  const login = ["registry", "login", host, "--plain-http", "-u", "allegroaienterprise", "-p", OCI_TOKEN];
  await run(helm, login, { env });
  const chart = join(folder, "charts", "demo-0.1.0.tgz");
  await run(helm, ["push", chart, `oci://${host}/clearml`, "--plain-http"], { env });
}

/** The sums a user of a mirror with builds of its own would list. kubectl is the publisher's: its sum is built in. */
async function mirrorSums(mirror: string): Promise<string> {
  const os = process.platform === "darwin" ? "darwin" : "linux";
  const target = `${os}-${process.arch === "arm64" ? "arm64" : "amd64"}`;
  const files = [
    `helm-v4.2.3-${target}.tar.gz.sha256sum`,
    `helm-v3.21.4-${target}.tar.gz.sha256sum`,
    "yannh/kubeconform/releases/download/v0.7.0/CHECKSUMS",
  ];
  const texts = await Promise.all(files.map(async (file) => (await fetch(`${mirror}/${file}`)).text()));
  return texts.join("\n");
}

async function bareBin(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  for (const tool of ["tar", "gzip"]) {
    const { stdout } = await run("which", [tool]);
    await symlink(stdout.trim(), join(bin, tool));
  }
  return bin;
}

/**
 * A `helm` that writes down its arguments and variables, one JSON object a line, and then is the real one. Returns a
 * PATH that finds it first.
 */
export async function recordingHelm(machine: string, helm: string, rest: string) {
  const bin = join(machine, "recording-bin");
  const record = join(machine, "helm-calls.jsonl");
  await mkdir(bin, { recursive: true });
  const script = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
appendFileSync(${JSON.stringify(record)}, JSON.stringify({ args: process.argv.slice(2), env: process.env }) + "\\n");
const { status } = spawnSync(${JSON.stringify(helm)}, process.argv.slice(2), { stdio: "inherit" });
process.exit(status ?? 1);
`;
  await writeFile(join(bin, "helm"), script);
  await chmod(join(bin, "helm"), 0o755);
  return { path: `${bin}${delimiter}${rest}`, calls: () => readFile(record, "utf8") };
}

/** A server with exactly these files. `tokens` collects the Authorization header of every request. */
export async function serveFiles(files: Readonly<Record<string, Buffer | string>>) {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    const body = files[request.url?.slice(1) ?? ""];
    if (body === undefined) response.writeHead(404).end("not here");
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A Helm archive packed as the publisher does, with a script in place of Helm. */
export async function fakeHelmRelease(folder: string, version: string, script: string) {
  const os = process.platform === "darwin" ? "darwin" : "linux";
  const target = `${os}-${process.arch === "arm64" ? "arm64" : "amd64"}`;
  const source = join(folder, "release", target);
  await mkdir(source, { recursive: true });
  await writeFile(join(source, "helm"), script, { mode: 0o755 });
  const name = `helm-v${version}-${target}.tar.gz`;
  await run("tar", ["-czf", join(folder, name), "-C", join(folder, "release"), target]);
  const archive = await readFile(join(folder, name));
  return { name, archive, sum: createHash("sha256").update(archive).digest("hex") };
}

/** Everything a run said or left, without the lines that tell the runner what to mask. */
export function everythingOf(result: ActionRun): string {
  const said = result.stdout.replaceAll(/^::add-mask::.*$/gm, "");
  return JSON.stringify({ ...result, stdout: said });
}
