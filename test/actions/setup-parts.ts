/** Real parts for the tests of setup-clearml-helm: the tools' mirror and both kinds of chart source. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ensureTools, toolCache } from "../cluster/tools.ts";
import { startChartRepository } from "../support/registries/classic.ts";
import { serveHttp } from "../support/registries/http-server.ts";
import { startToolMirror, writeSums } from "../support/registries/mirror.ts";
import { startOciRegistry } from "../support/registries/oci.ts";
import type { ActionRun } from "../support/run-action.ts";

const run = promisify(execFile);

/** Long enough to be found by accident nowhere. */
export const OCI_TOKEN = "canary-oci-7f3a9c51d2";
export const CLASSIC_TOKEN = "canary-classic-b81e04aa67";

export interface SetupParts {
  tools: Awaited<ReturnType<typeof ensureTools>>;
  mirror: string;
  /** Sums of the mirror's archives, which are packed here and not by the publishers. */
  checksums: string;
  registry: string;
  repository: string;
  /** The same chart for everybody: host of a registry and address of a repository. */
  open: { registry: string; repository: string };
  /** A tool cache to share between runs that are not about installing. */
  toolCache: string;
  /** PATH of a machine without helm, kubectl and kubeconform. */
  bareBin: string;
  stop(): Promise<void>;
}

export async function startSetupParts(): Promise<SetupParts> {
  const folder = await mkdtemp(join(tmpdir(), "setup-parts-"));
  const tools = await ensureTools(["helm", "helm3", "kubectl", "kubeconform", "registry"]);
  const chart = await packDemo(tools.helm, folder);
  const charts = { chartsDir: join(folder, "charts"), helm: tools.helm };
  const [mirror, registry, repository, openRegistry, openRepository] = await Promise.all([
    startToolMirror({ ...tools, dir: join(toolCache(), "archives") }),
    startOciRegistry({ binary: tools.registry, username: "allegroaienterprise", password: OCI_TOKEN }),
    startChartRepository({ ...charts, username: CLASSIC_TOKEN, password: CLASSIC_TOKEN }),
    startOciRegistry({ binary: tools.registry }),
    startChartRepository(charts),
  ]);
  const servers = [mirror, registry, repository, openRegistry, openRepository];
  const env = { ...process.env, HELM_REGISTRY_CONFIG: join(folder, "push.json") };
  const login = [
    "registry",
    "login",
    registry.host,
    "--plain-http",
    "-u",
    "allegroaienterprise",
    "-p",
    OCI_TOKEN,
  ];
  await run(tools.helm, login, { env });
  for (const { host } of [registry, openRegistry]) {
    await run(tools.helm, ["push", chart, `oci://${host}/clearml`, "--plain-http"], { env });
  }
  const checksums = join(folder, "SHA256SUMS");
  // kubectl is the publisher's own file: its sum is built in.
  const packed = Object.entries(mirror.sums).filter(([path]) => !path.includes("kubectl"));
  writeSums(checksums, Object.fromEntries(packed));
  return {
    tools,
    mirror: mirror.url,
    checksums,
    registry: registry.host,
    repository: repository.url,
    open: { registry: openRegistry.host, repository: openRepository.url },
    toolCache: join(folder, "tools"),
    bareBin: await bareBin(folder),
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Packages Helm's starter chart as `demo` into the folder `charts`; returns the file. */
async function packDemo(helm: string, folder: string): Promise<string> {
  await run(helm, ["create", "demo"], { cwd: folder });
  await run(helm, ["package", join(folder, "demo"), "--destination", join(folder, "charts")]);
  return join(folder, "charts", "demo-0.1.0.tgz");
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
  const server = await serveHttp((request, response) => {
    tokens.push(request.headers.authorization);
    const body = files[request.url?.slice(1) ?? ""];
    if (body === undefined) response.writeHead(404).end("not here");
    else response.end(body);
  });
  return { ...server, tokens };
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
