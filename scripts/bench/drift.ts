/**
 * Measures detect-drift on a real cluster on which nothing has drifted, and in the same run what people do today: helm
 * and kubectl for each release, one after the other, on a sample of them. Calls are counted in the audit log of the API
 * server. Ends with 1 when a goal is missed. Usage: npm run bench:drift [-- <tenants>]
 */
import { readFileSync, rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { auditedSince } from "../../test/support/audit.ts";
import { type Deployment, startDeployment } from "../../test/support/deployment.ts";
import { playAgents } from "../../test/support/drift/controllers.ts";
import { type Command, time } from "./measure.ts";
import { writeTenants } from "./tenant-files.ts";

const TENANTS = Number(process.argv[2] ?? 100);
/** Seconds for a scan of everything. */
const GOAL_SECONDS = 10;
/** Of the time that helm and kubectl take for the same releases. */
const GOAL_TIME = 1 / 10;
/** Of two calls for each object, which is how others ask. */
const GOAL_CALLS = 1 / 50;
const SCANS = 3;
/** Tenants that are onboarded by one run. */
const BATCH = 25;
/** Releases that the rival looks at; its time grows with them, one after the other. */
const SAMPLE = 20;

const RELEASES = ["clearml-agent", "clearml-app-gateway"];

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

interface Scan {
  milliseconds: number;
  calls: number;
  releases: number;
  objects: number;
}

/** Runs an action; throws unless it ends well. */
async function act(deployment: Deployment, name: string, inputs: Record<string, string>) {
  const run = await deployment.act(name, inputs);
  if (run.code !== 0) throw new Error(`${name} ended with ${run.code}:\n${run.stdout.slice(-4000)}`);
  return run;
}

async function onboard(deployment: Deployment, url: string): Promise<string[]> {
  rmSync(join(deployment.world.folder, "tenants"), { recursive: true });
  const names = writeTenants(deployment.world.folder, TENANTS);
  const started = performance.now();
  for (let at = 0; at < names.length; at += BATCH)
    await act(deployment, "deploy-tenant", {
      tenant: names.slice(at, at + BATCH).join("\n"),
      "api-url": url,
    });
  console.log(`${names.length} tenants onboarded in ${seconds(performance.now() - started)}`);
  return names;
}

/** One scan as a step of its own: its time, and the requests that reached the API server. */
async function scan(deployment: Deployment, url: string): Promise<Scan> {
  const requests = auditedSince(deployment.world.cluster);
  const run = await act(deployment, "detect-drift", { "api-url": url });
  const { complete, scanned } = JSON.parse(readFileSync(run.outputs.report ?? "", "utf8"));
  if (!complete) throw new Error(`the scan was not complete:\n${run.stdout.slice(-4000)}`);
  return { milliseconds: run.milliseconds, calls: requests().length, ...scanned };
}

/** What the same costs with helm and kubectl, for each of some releases. */
async function byHand(
  { world, env, machine }: Deployment,
  releases: readonly { namespace: string; release: string }[],
  compare: (namespace: string) => Pick<Command, "args">,
): Promise<{ milliseconds: number; calls: number }> {
  const requests = auditedSince(world.cluster);
  const tools = { env: { ...env, HOME: join(machine, "home") } };
  const started = performance.now();
  for (const { namespace, release } of releases) {
    const helm = (part: string) =>
      time({ file: "helm", args: ["get", part, release, "-n", namespace], ...tools });
    await helm("values");
    const { stdout } = await helm("manifest");
    // kubectl diff ends with 1 where it finds a difference.
    await time({ file: "kubectl", ...compare(namespace), ...tools, stdin: stdout }, [0, 1]);
  }
  return { milliseconds: performance.now() - started, calls: requests().length };
}

/** The rival in two forms, one that only reads the objects, and one that compares them; a release with the faster one. */
async function measureRivals(deployment: Deployment, names: readonly string[]): Promise<number> {
  const releases = names
    .flatMap((namespace) => RELEASES.map((release) => ({ namespace, release })))
    .slice(0, SAMPLE);
  const forms = {
    "kubectl get": (namespace: string) => ({ args: ["get", "-n", namespace, "-f", "-", "-o", "json"] }),
    "kubectl diff": (namespace: string) => ({ args: ["diff", "-n", namespace, "-f", "-"] }),
  };
  const perRelease: number[] = [];
  for (const [name, args] of Object.entries(forms)) {
    const { milliseconds, calls } = await byHand(deployment, releases, args);
    perRelease.push(milliseconds / releases.length);
    console.log(
      `helm get values, helm get manifest | ${name}, ${releases.length} releases, one after the other: ${seconds(milliseconds)}, ${(milliseconds / releases.length).toFixed(0)} ms and ${(calls / releases.length).toFixed(1)} calls a release`,
    );
  }
  return Math.min(...perRelease);
}

function judge(what: string, measured: number, goal: number, text: string): boolean {
  const good = measured <= goal;
  console.log(`${good ? "within" : "NOT within"} the goal for ${what}: ${text}`);
  return good;
}

async function measure(deployment: Deployment): Promise<boolean> {
  await act(deployment, "deploy-control-plane", {});
  const api = await deployment.world.api();
  const names = await onboard(deployment, api.url);
  playAgents(api);
  const scans: Scan[] = [];
  for (let run = 0; run < SCANS; run++) scans.push(await scan(deployment, api.url));
  for (const [index, { milliseconds, calls, releases, objects }] of scans.entries())
    console.log(
      `scan ${index + 1}: ${seconds(milliseconds)}, ${calls} calls for ${releases} releases with ${objects} objects; nothing has drifted`,
    );
  const perRelease = await measureRivals(deployment, names);
  const [first, second] = scans as [Scan, Scan];
  const slowest = Math.max(...scans.map(({ milliseconds }) => milliseconds));
  const rival = perRelease * first.releases;
  const asked = 2 * second.objects;
  return [
    judge("time", slowest, GOAL_SECONDS * 1000, `${seconds(slowest)} of at most ${GOAL_SECONDS} s`),
    judge(
      "helm and kubectl",
      slowest,
      rival * GOAL_TIME,
      `${(slowest / rival).toFixed(3)} of their time (at most ${GOAL_TIME}): ${seconds(rival)}, measured on a sample and scaled to ${first.releases} releases`,
    ),
    judge(
      "calls",
      second.calls,
      asked * GOAL_CALLS,
      `${second.calls} calls on the second scan, ${(second.calls / asked).toFixed(4)} of two for each object (at most ${GOAL_CALLS})`,
    ),
  ].every(Boolean);
}

const deployment = await startDeployment({ auditLog: true });
try {
  const [load = 0] = loadavg();
  console.log(
    `Kubernetes ${deployment.world.cluster.version}, Node ${process.version}, ${availableParallelism()} processors; load before the start ${load.toFixed(1)}`,
  );
  process.exitCode = (await measure(deployment)) ? 0 : 1;
} finally {
  await deployment.stop();
}
