/**
 * Measures what a deployment adds to Helm, in one run against a real cluster: reading the records of 1,000 releases,
 * planning 26 releases that need nothing, and the order in which releases are worked on. Ends with 1 when a goal is
 * missed. Usage: npm run bench:deploy
 */
import { spawnSync } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { delimiter, join } from "node:path";
import { startCluster } from "../../test/cluster/start.ts";
import { realHelm } from "../../test/support/real-helm.ts";
import { planningUnchanged } from "./deploy-plan.ts";
import { readingRecords } from "./deploy-records.ts";
import { schedules } from "./deploy-schedule.ts";

const SEED = 7;

const cluster = await startCluster();
const real = await realHelm(cluster.kubeconfig);
try {
  const path = [join(real.folder, "helm"), process.env.PATH].join(delimiter);
  const env = { PATH: path, HOME: real.folder, KUBECONFIG: cluster.kubeconfig };
  const version = spawnSync("helm", ["version", "--short"], { env }).stdout.toString().trim();
  console.log(`${version} (helm), Kubernetes ${cluster.version}, Node ${process.version}`);
  const [load = 0] = loadavg();
  console.log(`${availableParallelism()} processors; load before the start ${load.toFixed(1)}`);
  const met = [await planningUnchanged(real, env), await readingRecords(real, env), await schedules(SEED)];
  process.exitCode = met.every(Boolean) ? 0 : 1;
} finally {
  await real.stop();
  await cluster.stop();
}
