import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { parse } from "yaml";

const run = promisify(execFile);
const CHARTS = resolve(import.meta.dirname, "../../fixtures/charts");
const PARALLEL = 3;

export interface PackagedChart {
  name: string;
  version: string;
  file: string;
}

/** Charts that are packaged in further versions beside their own. */
const FURTHER_VERSIONS: Readonly<Record<string, readonly string[]>> = {
  "clearml-enterprise": ["10.11.7"],
  "clearml-enterprise-agent": ["6.13.9"],
};

/** Packages the stand-in charts into a folder. */
export async function packageCharts(options: { helm: string; outDir: string }): Promise<PackagedChart[]> {
  mkdirSync(options.outDir, { recursive: true });
  const slot = pLimit(PARALLEL);
  const charts = readdirSync(CHARTS)
    .filter((folder) => existsSync(join(CHARTS, folder, "Chart.yaml")))
    .flatMap((folder) => {
      const { name, version } = parse(
        readFileSync(join(CHARTS, folder, "Chart.yaml"), "utf8"),
      ) as PackagedChart;
      return [version, ...(FURTHER_VERSIONS[folder] ?? [])].map((each) => ({ folder, name, version: each }));
    });
  return Promise.all(
    charts.map(({ folder, name, version }) =>
      slot(async () => {
        const args = ["package", join(CHARTS, folder), "--version", version, "--destination", options.outDir];
        await run(options.helm, args);
        return { name, version, file: join(options.outDir, `${name}-${version}.tgz`) };
      }),
    ),
  );
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
