import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { withLock } from "../../cluster/lock.ts";
import { ensureTools, toolCache } from "../../cluster/tools.ts";
import { indexCharts, packageCharts, pushCharts } from "./charts.ts";
import { startOciRegistry } from "./oci.ts";

const CHARTS = resolve(import.meta.dirname, "../../fixtures/charts");

/** Path of the charts in an OCI registry, as on Docker Hub. */
export const OCI_PATH = "clearml";

export interface PreparedCharts {
  /** Folder with every chart packaged, and the index of a classic repository. */
  charts: string;
  /** What an OCI registry has stored when all of them were pushed below `OCI_PATH`. */
  storage: string;
}

/**
 * The stand-in charts as registries serve them. Packaging and pushing costs four seconds of processor time, so it is
 * done once for each state of the charts and kept beside the tools. To be copied, not written to.
 */
export async function preparedCharts(): Promise<PreparedCharts> {
  const folder = join(toolCache(), `charts-${stateOfCharts()}`);
  const prepared = { charts: join(folder, "charts"), storage: join(folder, "storage") };
  if (existsSync(folder)) return prepared;
  await withLock(
    `${folder}.lock`,
    () => undefined,
    async () => {
      if (!existsSync(folder)) await prepare(folder);
    },
  );
  return prepared;
}

/** Changes with every chart, and with how they are packaged. */
function stateOfCharts(): string {
  const hash = createHash("sha256").update(readFileSync(join(import.meta.dirname, "charts.ts")));
  const files = globSync("**", { cwd: CHARTS, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort())
    hash
      .update(`${path.slice(CHARTS.length)}\0`)
      .update(readFileSync(path))
      .update("\0");
  return hash.digest("hex").slice(0, 12);
}

/** Makes the folder beside its place and moves it there: it is complete, or it is not there. */
async function prepare(folder: string): Promise<void> {
  const { helm, registry } = await ensureTools(["helm", "registry"]);
  const scratch = mkdtempSync(`${folder}-`);
  const server = await startOciRegistry({ binary: registry, username: "maker", password: "maker" });
  try {
    const outDir = join(scratch, "charts");
    const charts = await packageCharts({ helm, outDir });
    indexCharts(helm, outDir);
    const login = { host: server.host, path: OCI_PATH, username: "maker", password: "maker" };
    await pushCharts({ helm, ...login, charts });
    cpSync(server.storage, join(scratch, "storage"), { recursive: true });
    renameSync(scratch, folder);
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A folder of one's own with the packaged charts and their index. */
export async function copyOfCharts(): Promise<string> {
  const { charts } = await preparedCharts();
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-charts-"));
  cpSync(charts, folder, { recursive: true });
  return folder;
}
