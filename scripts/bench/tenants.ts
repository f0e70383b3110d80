/**
 * Measures tenants against a real cluster and the stand-in ClearML API, in one run: onboarding in growing batches, then
 * all of them unchanged, and beside both what the documents tell people to do: one helm command after the other. Ends
 * with 1 when a goal is missed. Usage: npm run bench:tenants [-- <tenants>]
 */
import { rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { auditedSince, writes } from "../../test/support/audit.ts";
import { type Deployment, startDeployment } from "../../test/support/deployment.ts";
import { time } from "./measure.ts";
import { writeTenants } from "./tenant-files.ts";

const TENANTS = Number(process.argv[2] ?? 100);
/** Seconds for all tenants when nothing is to be done. */
const GOAL_UNCHANGED = 10;
/** The slowest batch takes at most so many times as long per tenant as the fastest: growth is linear. */
const GOAL_SPREAD = 1.5;
const BATCHES = 4;
const RUNS = 3;
/** Tenants that the rival works on; its time grows with them, one after the other. */
const RIVAL = 10;

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Runs deploy-tenant for these tenants; throws unless it ends well. */
async function deploy(deployment: Deployment, names: readonly string[], url: string): Promise<number> {
  const run = await deployment.act("deploy-tenant", { tenant: names.join("\n"), "api-url": url });
  if (run.code !== 0) throw new Error(`deploy-tenant ended with ${run.code}:\n${run.stdout.slice(-3000)}`);
  return run.milliseconds;
}

async function onboarding(deployment: Deployment, names: readonly string[], url: string): Promise<boolean> {
  const size = Math.ceil(names.length / BATCHES);
  const perTenant: number[] = [];
  for (let start = 0; start < names.length; start += size) {
    const batch = names.slice(start, start + size);
    const took = await deploy(deployment, batch, url);
    perTenant.push(took / batch.length);
    console.log(
      `onboarding ${batch.length} tenants beside ${start}: ${seconds(took)}, ${((60_000 * batch.length) / took).toFixed(0)} a minute`,
    );
  }
  const spread = Math.max(...perTenant) / Math.min(...perTenant);
  console.log(`slowest batch ${spread.toFixed(2)} × the fastest, per tenant (goal ${GOAL_SPREAD})`);
  return spread <= GOAL_SPREAD;
}

async function unchanged(deployment: Deployment, names: readonly string[], url: string): Promise<number> {
  const took: number[] = [];
  const requests = auditedSince(deployment.world.cluster);
  const { calls } = await deployment.world.api();
  const before = calls.length;
  for (let run = 0; run < RUNS; run++) took.push(await deploy(deployment, names, url));
  const written = writes(requests()).length;
  const median = took.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  console.log(
    `${names.length} tenants, unchanged: ${took.map(seconds).join(", ")} (goal ${GOAL_UNCHANGED} s), ${written} writes; a run asks ${Math.round(requests().length / RUNS)} questions of the cluster and ${Math.round((calls.length - before) / RUNS)} of the server`,
  );
  if (written > 0) throw new Error("an unchanged tenant was written");
  return median;
}

/** One `helm upgrade --install` after the other, with the same charts and values. */
async function helmByHand(deployment: Deployment, names: readonly string[]): Promise<number> {
  const { world, env, machine } = deployment;
  const started = performance.now();
  for (const name of names) {
    for (const [release, chart] of [
      ["clearml-agent", "clearml-enterprise-agent-6.14.6.tgz"],
      ["clearml-app-gateway", "clearml-enterprise-app-gateway-3.2.0.tgz"],
    ]) {
      const values = await time({
        file: "helm",
        args: ["-n", name, "get", "values", release ?? "", "-o", "json"],
        env: { ...env, HOME: join(machine, "home") },
      });
      await time({
        file: "helm",
        args: [
          "-n",
          name,
          "upgrade",
          "--install",
          release ?? "",
          join(world.registries.charts, chart ?? ""),
          "-f",
          "-",
        ],
        env: { ...env, HOME: join(machine, "home") },
        stdin: values.stdout,
      });
    }
  }
  return (performance.now() - started) / names.length;
}

const deployment = await startDeployment({ auditLog: true });
try {
  const [load = 0] = loadavg();
  console.log(
    `Kubernetes ${deployment.world.cluster.version}, Node ${process.version}, ${availableParallelism()} processors; load before the start ${load.toFixed(1)}`,
  );
  const server = await deployment.act("deploy-control-plane");
  if (server.code !== 0) throw new Error(server.stdout.slice(-3000));
  const { url } = await deployment.world.api();
  rmSync(join(deployment.world.folder, "tenants"), { recursive: true });
  const names = writeTenants(deployment.world.folder, TENANTS);
  const linear = await onboarding(deployment, names, url);
  const idle = await unchanged(deployment, names, url);
  const byHand = await helmByHand(deployment, names.slice(0, RIVAL));
  const ratio = idle / names.length / byHand;
  console.log(
    `helm upgrade --install by hand, ${RIVAL} tenants: ${seconds(byHand)} a tenant, and a new revision of everything; ours, unchanged: ${ratio.toFixed(3)} of it`,
  );
  process.exitCode = linear && idle <= GOAL_UNCHANGED * 1000 ? 0 : 1;
} finally {
  await deployment.stop();
}
