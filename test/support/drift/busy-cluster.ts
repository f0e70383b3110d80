/** The example environment with two releases of the busy chart, deployed, and everybody at work who is nobody's mistake. */
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseDocument } from "yaml";
import { type Kubectl, kubectlFor } from "../../cluster/kubectl.ts";
import type { ClusterOptions } from "../../cluster/start.ts";
import type { ClearmlApi } from "../clearml-api/server.ts";
import { type Deployment, startDeployment } from "../deployment.ts";
import type { ActionRun } from "../run-action.ts";
import { writeChart } from "../small-charts.ts";
import { type ClusterApi, clusterApi } from "./api.ts";
import { BUSY_CHART } from "./chart.ts";
import { playAgents, playControllers } from "./controllers.ts";
import { type DriftScan, detectHere } from "./scans.ts";
import { startWebhooks, type Webhooks } from "./webhooks.ts";

/** Where the busy chart is: applied by the server, and by Helm itself as Helm 3 does. */
export const SERVER_SIDE = { component: "fractional-gpu-injector", namespace: "cfgi", release: "cfgi" };
export const CLIENT_SIDE = { component: "serving", namespace: "clearml-serving", release: "clearml-serving" };
export const BUSY = [SERVER_SIDE, CLIENT_SIDE];

const EXAMPLES = ["acme", "globex"];

export interface BusyCluster {
  deployment: Deployment;
  api: ClusterApi;
  clearml: ClearmlApi;
  webhooks: Webhooks;
  /** As people use it. Not synchronous: the webhooks are in this process. */
  kubectl: Kubectl;
  /** `detect-drift` as the sources are. */
  scan(inputs?: Record<string, string>, env?: Record<string, string>): Promise<DriftScan>;
  /** `detect-drift` of the built bundle. */
  detect(inputs?: Record<string, string>, env?: Record<string, string>): Promise<ActionRun>;
  stop(): Promise<void>;
}

/**
 * Starts it all; about half a minute, less without tenants.
 * @param options.contested controllers also hold what the chart says otherwise: the server refuses upgrades then
 */
export async function startBusyCluster(
  options: ClusterOptions & { tenants?: readonly string[]; contested?: boolean } = {},
): Promise<BusyCluster> {
  const { tenants = EXAMPLES, contested = false, ...clusterOptions } = options;
  const deployment = await startDeployment(clusterOptions);
  const { world, act } = deployment;
  const api = clusterApi(world.cluster.kubeconfig);
  const kubectl = kubectlFor(world.tools.kubectl, world.cluster.kubeconfig);
  const webhooks = await startWebhooks(api);
  writeEnvironment(world.folder, tenants, contested);
  await installClientSide(deployment);
  const clearml = await deployAll(deployment, tenants);
  playAgents(clearml);
  await playControllers({ kubectl, api, folder: world.cluster.dir, contested }, BUSY);
  return {
    deployment,
    api,
    clearml,
    webhooks,
    kubectl,
    scan: (inputs = {}, env = {}) => {
      const config = join(world.folder, "clearml.yaml");
      return detectHere({ config, "api-url": clearml.url, ...inputs }, { ...deployment.env, ...env });
    },
    detect: (inputs = {}, env = {}) => act("detect-drift", { "api-url": clearml.url, ...inputs }, { env }),
    async stop() {
      api.stop();
      await Promise.all([webhooks.stop(), deployment.stop()]);
    },
  };
}

/** Adds the busy releases to the example, and leaves out tenants. */
function writeEnvironment(folder: string, tenants: readonly string[], contested: boolean): void {
  writeChart(join(folder, "charts"), "busy", BUSY_CHART);
  const file = join(folder, "clearml.yaml");
  const document = parseDocument(readFileSync(file, "utf8"));
  const values = { [SERVER_SIDE.component]: { contested }, [CLIENT_SIDE.component]: { contested: true } };
  for (const [component, own] of Object.entries(values))
    document.setIn(["components", component], { chart: "charts/busy", values: { size: 2, ...own } });
  for (const name of EXAMPLES.filter((each) => !tenants.includes(each)))
    rmSync(join(folder, "tenants", `${name}.yaml`));
  if (tenants.length === 0) document.delete("tenants");
  writeFileSync(file, document.toString());
}

/** A release keeps the way it was made in. Not synchronously: the webhooks are in this process. */
async function installClientSide({ world, env }: Deployment): Promise<void> {
  const { release, namespace } = CLIENT_SIDE;
  const chart = join(world.folder, "charts", "busy");
  const args = ["upgrade", "--install", release, chart, "-n", namespace, "--create-namespace"];
  await promisify(execFile)(world.tools.helm3, args, { env: { ...process.env, ...env } });
}

async function deployAll({ world, act }: Deployment, tenants: readonly string[]): Promise<ClearmlApi> {
  const first = await act("deploy-control-plane");
  if (first.code !== 0) throw new Error(`deploy-control-plane ended with ${first.code}:\n${first.stdout}`);
  const clearml = await world.api();
  if (tenants.length === 0) return clearml;
  const second = await act("deploy-tenant", { tenant: tenants.join("\n"), "api-url": clearml.url });
  if (second.code !== 0) throw new Error(`deploy-tenant ended with ${second.code}:\n${second.stdout}`);
  return clearml;
}
