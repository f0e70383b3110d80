import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toolCache } from "../../cluster/tools.ts";
import { startChartRepository } from "./classic.ts";
import type { HttpServer } from "./http-server.ts";
import { startToolMirror, type ToolMirror } from "./mirror.ts";
import { type OciRegistry, startOciRegistry } from "./oci.ts";
import { copyOfCharts, preparedCharts } from "./prepared.ts";

export { OCI_PATH } from "./prepared.ts";

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

/** Starts everything charts and tools come from, filled with the stand-in charts. */
export async function startRegistries(options: RegistriesOptions): Promise<Registries> {
  const { tools, username, token, classicToken } = options;
  const { storage } = await preparedCharts();
  const folder = await copyOfCharts();
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
    const [oci, classic, open, mirror] = await Promise.all([
      startOciRegistry({ binary: tools.registry, username, password: token, contents: storage }).then(keep),
      startChartRepository({ chartsDir: folder, username: classicToken, password: classicToken }).then(keep),
      startChartRepository({ chartsDir: folder }).then(keep),
      startToolMirror({ ...tools, dir: archives }).then(keep),
    ]);
    return { oci, classic, open, mirror, charts: folder, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
