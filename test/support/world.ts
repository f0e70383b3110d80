/** Everything the example environment is deployed with: a cluster, charts, tools, a ClearML API. For tests and the demo. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { type Cluster, type ClusterOptions, startCluster } from "../cluster/start.ts";
import { ensureTools, STANDARD_TOOLS } from "../cluster/tools.ts";
import { type ClearmlApi, startClearmlApi } from "./clearml-api/server.ts";
import { writeSums } from "./registries/mirror.ts";
import { OCI_PATH, type Registries, startRegistries } from "./registries/start-all.ts";

const EXAMPLE = resolve(import.meta.dirname, "../../workflows-examples/demo");
const USERNAME = "allegroaienterprise";

/** What a platform team keeps in its repository's secrets. Unmistakable, so that a leak is found by searching. */
export const SECRETS = {
  CLEARML_DOCKERHUB_TOKEN: "canary-dockerhub-5f1c7a90",
  SUPERVISOR_KEY: "CANARYSUPERVISORKEY0042",
  SUPERVISOR_SECRET: "canary-supervisor-secret-e2d4b6a8c0",
  CHART_TOKEN: "canary-github-31337c0ffee",
};

export interface World {
  tools: Awaited<ReturnType<typeof ensureTools>>;
  cluster: Cluster;
  registries: Registries;
  /** Folder with a copy of the example environment, pointed at the registries of this machine. */
  folder: string;
  /** Inputs of `setup-clearml-helm` for this world, and the variables they name. */
  setup: { inputs: Record<string, string>; env: Record<string, string> };
  /** Environment of the steps after it: secrets and kubeconfig. Logins and tools come from the setup step. */
  env: Record<string, string>;
  /** The ClearML API, with the key that the control plane's chart has made; starts when first asked for. */
  api(): Promise<ClearmlApi>;
  kubectl(...args: string[]): string;
  stop(): Promise<void>;
}

export interface WorldOptions extends ClusterOptions {
  /** An empty folder for the example environment; it stays. Without it one is made, and removed at the end. */
  folder?: string;
  /** A cluster that is there, which is left as it is at the end. */
  cluster?: Cluster;
}

/** What is needed where a cluster is there. */
const CHART_TOOLS = ["helm", "helm3", "kubectl", "kubeconform", "registry"] as const;

/** Starts all parts side by side; about five seconds with the tools at hand. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const tools = await ensureTools(options.cluster ? CHART_TOOLS : STANDARD_TOOLS, options);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "clearml-actions-world-"));
  const [cluster, registries] = await Promise.all([
    options.cluster ?? startCluster(options),
    startRegistries({
      tools,
      username: USERNAME,
      token: SECRETS.CLEARML_DOCKERHUB_TOKEN,
      classicToken: SECRETS.CHART_TOKEN,
    }),
  ]);
  copyExample(folder, registries);
  const kubectl = (...args: string[]) =>
    execFileSync(tools.kubectl, ["--kubeconfig", cluster.kubeconfig, ...args], { stdio: "pipe" }).toString();
  let api: Promise<ClearmlApi> | undefined;
  return {
    tools,
    cluster,
    registries,
    folder,
    setup: setupStep(folder, registries),
    env: { ...SECRETS, KUBECONFIG: cluster.kubeconfig },
    api() {
      api ??= startClearmlApi(systemKey(kubectl));
      return api;
    },
    kubectl,
    async stop() {
      const stopCluster = options.cluster ? undefined : cluster.stop();
      await Promise.all([stopCluster, registries.stop(), api?.then((each) => each.stop())]);
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Copies the example environment into a folder and points it at these registries. */
export function copyExample(folder: string, registries: Registries): void {
  cpSync(EXAMPLE, folder, { recursive: true });
  const file = join(folder, "clearml.yaml");
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["variables", "CHART_REGISTRY"], `oci://${registries.oci.host}/${OCI_PATH}`);
  document.setIn(["variables", "CHART_REPOSITORY"], registries.classic.url);
  document.setIn(["variables", "REDIS_REPOSITORY"], registries.open.url);
  writeFileSync(file, document.toString());
}

/** PATH and variables that a step leaves to the steps after it. */
export function stepEnvironment(step: {
  env: Record<string, string>;
  path: string[];
}): Record<string, string> {
  return { ...step.env, PATH: [...step.path.toReversed(), process.env.PATH ?? ""].join(delimiter) };
}

/** The first step of a workflow on these registries: its inputs, and the variables they name. */
export function setupStep(folder: string, registries: Registries): World["setup"] {
  const checksums = join(folder, "sums.txt");
  writeSums(checksums, registries.mirror.sums);
  const repositories = [
    `oci://${registries.oci.host} username=REGISTRY_USER password=CLEARML_DOCKERHUB_TOKEN`,
    `clearml-enterprise=${registries.classic.url} username=CHART_TOKEN password=CHART_TOKEN`,
    `bitnami=${registries.open.url}`,
  ].join("\n");
  return {
    inputs: { mirror: registries.mirror.url, checksums, repositories },
    env: { ...SECRETS, REGISTRY_USER: USERNAME },
  };
}

/** The key the control plane's chart made; the API double stands where the server that uses it would be. */
function systemKey(kubectl: World["kubectl"]): { systemKey: string; systemSecret: string } {
  const secret = kubectl("-n", "clearml", "get", "secret", "clearml-conf", "-o", "json");
  const { data } = JSON.parse(secret) as { data: Record<string, string> };
  const decode = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
  return { systemKey: decode("apiserver_key"), systemSecret: decode("apiserver_secret") };
}
