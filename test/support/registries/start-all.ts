import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolCache } from "../../cluster/tools.ts";
import { packageCharts, pushCharts } from "./charts.ts";
import { startChartRepository } from "./classic.ts";
import type { HttpServer } from "./http-server.ts";
import { startToolMirror, type ToolMirror } from "./mirror.ts";
import { type OciRegistry, startOciRegistry } from "./oci.ts";

export interface Registries {
  oci: OciRegistry;
  /** ClearML's own classic repository, behind basic authentication. */
  classic: HttpServer;
  /** The repository of somebody else, open to all. */
  open: HttpServer;
  mirror: ToolMirror;
  /** Folder with the packaged charts. */
  charts: string;
  stop(): Promise<void>;
}

export interface RegistriesOptions {
  tools: { helm: string; helm3: string; kubectl: string; kubeconform: string; registry: string };
  username: string;
  token: string;
  /** User and password of the classic repository, as ClearML's GitHub tokens are. */
  classicToken: string;
}

/** Path of the charts in the OCI registry, as on Docker Hub. */
export const OCI_PATH = "clearml";

/** Starts everything charts and tools come from, filled with the stand-in charts. */
export async function startRegistries(options: RegistriesOptions): Promise<Registries> {
  const { tools, username, token, classicToken } = options;
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-charts-"));
  const stops: (() => Promise<void>)[] = [];
  const keep = <T extends { stop(): Promise<void> }>(server: T): T => {
    stops.push(() => server.stop());
    return server;
  };
  const stop = async () => {
    await Promise.all(stops.map((each) => each()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const archives = join(toolCache(), "archives");
    mkdirSync(archives, { recursive: true });
    const [oci, charts, mirror] = await Promise.all([
      startOciRegistry({ binary: tools.registry, username, password: token }).then(keep),
      packageCharts({ helm: tools.helm, outDir: folder }),
      startToolMirror({ ...tools, dir: archives }).then(keep),
    ]);
    const push = pushCharts({
      helm: tools.helm,
      host: oci.host,
      path: OCI_PATH,
      username,
      password: token,
      charts,
    });
    const classic = await startChartRepository({
      chartsDir: folder,
      helm: tools.helm,
      username: classicToken,
      password: classicToken,
    }).then(keep);
    const open = await startChartRepository({ chartsDir: folder, helm: tools.helm }).then(keep);
    await push;
    return { oci, classic, open, mirror, charts: folder, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
