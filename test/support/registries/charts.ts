import { execFile, execFileSync, spawn } from "node:child_process";
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
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { parse, stringify } from "yaml";

const run = promisify(execFile);
const CHARTS = resolve(import.meta.dirname, "../../fixtures/charts");
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
  // Without a newest Kubernetes version.
  clearml: [{ version: "7.15.0", kubeVersion: ">= 1.21.0-0" }],
  "clearml-enterprise": [{ version: "3.21.6" }, { version: "10.11.7" }],
  "clearml-enterprise-agent": [{ version: "1.24.0" }, { version: "6.13.9" }],
  // Before streamSession and the policy of its own.
  "clearml-enterprise-app-gateway": [{ version: "2.1.2" }],
  "clearml-enterprise-task-traffic-router": [{ version: "1.2.0", kubeVersion: ">= 1.21.0-0 < 1.32.0-0" }],
};

/** Packages the stand-in charts into a folder, each in all its versions. */
export async function packageCharts(options: { helm: string; outDir: string }): Promise<PackagedChart[]> {
  mkdirSync(options.outDir, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "clearml-actions-package-"));
  const slot = pLimit(PARALLEL);
  const folders = readdirSync(CHARTS)
    .filter((name) => existsSync(join(CHARTS, name, "Chart.yaml")))
    .flatMap((name) => [
      join(CHARTS, name),
      ...(FURTHER_VERSIONS[name] ?? []).map((changes) => otherVersion(join(CHARTS, name), scratch, changes)),
    ]);
  try {
    return await Promise.all(
      folders.map((folder) =>
        slot(async () => {
          await run(options.helm, ["package", folder, "--destination", options.outDir]);
          const { name, version } = readChart(folder);
          return { name, version, file: join(options.outDir, `${name}-${version}.tgz`) };
        }),
      ),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Writes the index of a classic repository into a folder of packaged charts. */
export function indexCharts(helm: string, folder: string): void {
  execFileSync(helm, ["repo", "index", folder]);
}

/** A copy of a chart under another version; its folder. */
function otherVersion(chart: string, scratch: string, changes: ChartVersion): string {
  const folder = mkdtempSync(join(scratch, "chart-"));
  cpSync(chart, folder, { recursive: true, dereference: true });
  writeFileSync(join(folder, "Chart.yaml"), stringify({ ...readChart(chart), ...changes }));
  return folder;
}

function readChart(folder: string): { name: string; version: string } {
  return parse(readFileSync(join(folder, "Chart.yaml"), "utf8")) as { name: string; version: string };
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
