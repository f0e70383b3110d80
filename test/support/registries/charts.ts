import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { parse, stringify } from "yaml";
import { withLock } from "../../cluster/lock.ts";

const run = promisify(execFile);
const CHARTS = resolve(import.meta.dirname, "../../fixtures/charts");
const STAMP = "sources.sha256";
const PARALLEL = 3;

export interface PackagedChart {
  name: string;
  version: string;
  file: string;
}

interface ChartVersion {
  version: string;
  /** Kubernetes versions it accepts, where they differ from those of the chart's folder. */
  kubeVersion?: string;
}

/**
 * Charts that are packaged in further versions beside their own; their templates look at the version where it matters.
 * The numbers of generations A and B are made up: which ones ClearML published is not public.
 */
const FURTHER_VERSIONS: Readonly<Record<string, readonly ChartVersion[]>> = {
  "clearml-enterprise": [{ version: "3.21.6" }, { version: "10.11.7" }],
  "clearml-enterprise-agent": [{ version: "1.24.0" }, { version: "6.13.9" }],
  // Before streamSession and the policy of its own.
  "clearml-enterprise-app-gateway": [{ version: "2.1.2" }],
  "clearml-enterprise-task-traffic-router": [
    { version: "1.2.0", kubeVersion: ">= 1.21.0-0 < 1.32.0-0" },
  ],
};

/**
 * Packages the stand-in charts into a folder, with the index of a classic repository. Does nothing when the folder
 * already holds the packages of these very sources.
 */
export async function packageCharts(options: { helm: string; outDir: string }): Promise<PackagedChart[]> {
  const { helm, outDir } = options;
  const folders = readdirSync(CHARTS).filter((folder) => existsSync(join(CHARTS, folder, "Chart.yaml")));
  const wanted = folders.flatMap((folder) => {
    const own = parse(readFileSync(join(CHARTS, folder, "Chart.yaml"), "utf8")) as PackagedChart;
    return [own, ...(FURTHER_VERSIONS[own.name] ?? [])].map((chart) => ({ folder, name: own.name, ...chart }));
  });
  const packaged = wanted.map(({ name, version }) => ({
    name,
    version,
    file: join(outDir, `${name}-${version}.tgz`),
  }));
  mkdirSync(outDir, { recursive: true });
  const stamp = sourcesDigest();
  await withLock(join(outDir, "packages.lock"), () => undefined, async () => {
    if (readIfThere(join(outDir, STAMP)) === stamp && packaged.every(({ file }) => existsSync(file))) return;
    for (const old of readdirSync(outDir).filter((name) => name.endsWith(".tgz"))) rmSync(join(outDir, old));
    const slot = pLimit(PARALLEL);
    await Promise.all(wanted.map((chart) => slot(() => packageChart(helm, outDir, chart))));
    await run(helm, ["repo", "index", outDir]);
    writeFileSync(join(outDir, STAMP), stamp);
  });
  return packaged;
}

/** Packages a copy: a version of its own is written into it, and links become files. */
async function packageChart(
  helm: string,
  outDir: string,
  { folder, ...chart }: ChartVersion & { folder: string },
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "clearml-actions-chart-"));
  try {
    const copy = join(scratch, folder);
    cpSync(join(CHARTS, folder), copy, { recursive: true, dereference: true });
    const file = join(copy, "Chart.yaml");
    writeFileSync(file, stringify({ ...parse(readFileSync(file, "utf8")), ...chart }));
    await run(helm, ["package", copy, "--destination", outDir]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Changes with every file below the charts' folder, and with the versions made of them. */
function sourcesDigest(): string {
  const digest = createHash("sha256").update(JSON.stringify(FURTHER_VERSIONS));
  const files = readdirSync(CHARTS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    digest.update(relative(CHARTS, path)).update(readFileSync(path));
  }
  return digest.digest("hex");
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Pushes packaged charts below `oci://<host>/<path>`. */
export async function pushCharts(options: {
  helm: string;
  host: string;
  path: string;
  username: string;
  password: string;
  charts: readonly PackagedChart[];
}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-push-"));
  const env = {
    ...process.env,
    HELM_REGISTRY_CONFIG: join(folder, "registry.json"),
    HELM_CACHE_HOME: folder,
  };
  try {
    const login = [
      "registry",
      "login",
      options.host,
      "--username",
      options.username,
      "--password-stdin",
      "--plain-http",
    ];
    await withStdin(options.helm, login, env, options.password);
    const slot = pLimit(PARALLEL);
    const target = `oci://${options.host}/${options.path}`;
    await Promise.all(
      options.charts.map(({ file }) =>
        slot(() => run(options.helm, ["push", file, target, "--plain-http"], { env })),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withStdin(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  text: string,
): Promise<void> {
  return new Promise((done, reject) => {
    const child = spawn(command, args, { env, stdio: ["pipe", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once("exit", (code) => (code === 0 ? done() : reject(new Error(stderr))));
    child.stdin.end(text);
  });
}
