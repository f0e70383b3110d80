/** Rounds of breaking and repairing, shared by the tests and the long soak. */
import { setTimeout as pause } from "node:timers/promises";
import { broken, nextGeneration, pending, processesOf, randomMoment, wipe } from "./chaos.ts";
import { type Deployment, newest, type StoredRelease } from "./deployment.ts";
import type { FaultProxy } from "./fault-proxy.ts";
import type { Random } from "./random.ts";
import type { ActionRun } from "./run-action.ts";

export interface RoundReport {
  round: number;
  /** What was broken and when, in words. */
  what: string;
  /** Everything that is not as it has to be; empty when the round is fine. */
  faults: string[];
  /** Releases that the broken run left pending. */
  pending: number;
  /** Whether the process was at work when the signal came. */
  hit: boolean;
  /** How long a whole run took just now: a busy machine is not as fast in every round. */
  usualMs: number;
}

/** How long the API server takes for a workload where a kill is aimed at Helm at work. */
const SLOW_MS = 400;

/** Installs are broken in one round of so many; the other rounds break upgrades. */
const INSTALL_EVERY = 5;

/**
 * Kills a run at a random moment, with all the tools it had started or without them, and runs it again.
 * @param usualMs how long an unbroken run takes
 * @param proxy before the API server of the deployment
 */
export async function killRound(
  deployment: Deployment,
  round: number,
  random: Random,
  usualMs: number,
  proxy: FaultProxy,
): Promise<RoundReport> {
  if (round % INSTALL_EVERY === 0) wipe(deployment);
  nextGeneration(deployment, round + 1_000);
  // Helm keeps a release pending for some tenths of a second: every second kill is aimed at that.
  const aim = round % 2 === 1 ? aimedAtHelm(proxy) : undefined;
  const moment = aim ? random.integer(SLOW_MS) : randomMoment(random, usualMs);
  const everything = random.chance(0.5);
  // Tools first: what dies after its parent gets a moment to put things in order.
  const also = everything ? { also: () => killAll(deployment) } : {};
  const killed = await broken(deployment, [{ signal: "SIGKILL", at: moment }], { ...also, ...aim });
  // What was started by the killed process has to end by itself.
  const orphans = await goneWithin(deployment, 3_000);
  const left = pending(deployment.releases());
  const rerun = await deployment.act("deploy-control-plane");
  return {
    round,
    what: `${round % INSTALL_EVERY === 0 ? "install" : "upgrade"}, SIGKILL ${everything ? "of everything " : ""}${moment} ms after ${aim ? "Helm began" : "the start"}`,
    hit: killed.hit,
    usualMs: rerun.milliseconds,
    pending: left.length,
    faults: [
      ...orphans.map((each) => `left running: ${each}`),
      ...(rerun.code === 0 ? [] : [`the rerun ended with ${rerun.code}:\n${tail(rerun)}`]),
      ...stateFaults(deployment, round + 1_000),
    ],
  };
}

/** Lets a run begin to count when Helm has written its record, and makes what Helm then does take its time. */
function aimedAtHelm(proxy: FaultProxy): { begins(): boolean; env: Record<string, string> } {
  proxy.clear();
  for (const method of ["POST", "PATCH"])
    proxy.fault({ method, path: /\/(deployments|statefulsets)/, dryRun: false, fault: { delayMs: SLOW_MS } });
  const isRecord = ({ method, path, dryRun }: FaultProxy["requests"][number]) =>
    method === "POST" && path.endsWith("/secrets") && !dryRun;
  return { begins: () => proxy.requests.some(isRecord), env: { KUBECONFIG: proxy.kubeconfig } };
}

/** Cancels a run at a random moment as the runner does: SIGINT, SIGTERM 7.5 s later, SIGKILL after 2.5 s more. */
export async function cancelRound(
  deployment: Deployment,
  round: number,
  random: Random,
  usualMs: number,
): Promise<RoundReport> {
  if (round % INSTALL_EVERY === 0) wipe(deployment);
  nextGeneration(deployment, round + 5_000);
  const moment = randomMoment(random, usualMs);
  const run = await broken(deployment, [
    { signal: "SIGINT", at: moment },
    { signal: "SIGTERM", at: moment + 7_500 },
    { signal: "SIGKILL", at: moment + 10_000 },
  ]);
  const orphans = await goneWithin(deployment, 1_000);
  const left = pending(deployment.releases());
  return {
    round,
    what: `${round % INSTALL_EVERY === 0 ? "install" : "upgrade"}, cancelled after ${moment} ms, ended after ${Math.round(run.milliseconds)} ms with ${run.code}`,
    hit: run.hit,
    usualMs: run.hit ? usualMs : run.milliseconds,
    pending: left.length,
    faults: [
      ...orphans.map((each) => `left running: ${each}`),
      ...left.map(({ name, status }) => `${name} is ${status}`),
      ...(run.milliseconds - moment > 10_000 ? ["it took more than 10 s to end"] : []),
      // SIGINT ends Node by itself before anything of ours has begun; what is killed later was too slow.
      ...(run.code === -1 && run.milliseconds - moment > 9_000 ? [`it was killed:\n${tail(run)}`] : []),
    ],
  };
}

/** What is wrong with the cluster, when this generation is what it should be. */
export function stateFaults(deployment: Deployment, generation: number): string[] {
  const releases = newest(deployment.releases());
  const byName = new Map(releases.map((each) => [each.name, each]));
  const { items } = JSON.parse(
    deployment.world.kubectl("get", "statefulset,deployment,lease", "-A", "-o", "json"),
  ) as { items: { metadata: { name: string; namespace: string }; spec: { holderIdentity?: string } }[] };
  const inNamespace = (namespace: string) =>
    JSON.stringify(items.filter(({ metadata }) => metadata.namespace === namespace));
  const lease = items.find(({ metadata }) => metadata.name === "clearml-actions-demo");
  return [
    ...["clearml", "redis"].flatMap((name) => releaseFaults(name, byName.get(name))),
    ...(inNamespace("redis-shared").includes(`"generation":"${generation}"`)
      ? []
      : [`Redis is not at generation ${generation}`]),
    ...(inNamespace("clearml").includes(`"value":"${generation}"`)
      ? []
      : [`the servers are not at ${generation}`]),
    ...(lease ? [] : ["there is no lease"]),
    ...(lease?.spec.holderIdentity ? [`the lease is still held by ${lease.spec.holderIdentity}`] : []),
  ];
}

function releaseFaults(name: string, release: StoredRelease | undefined): string[] {
  if (!release) return [`release ${name} is not there`];
  const { status, record } = release;
  if (status !== "deployed") return [`release ${name} is ${status}`];
  return record.info.status === status
    ? []
    : [`the record of ${name} says ${record.info.status}, its label ${status}`];
}

/** Kills every process that works for a deployment. */
export function killAll(deployment: Pick<Deployment, "machine">): void {
  for (const each of processesOf(deployment)) {
    try {
      process.kill(Number.parseInt(each, 10), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Processes of the deployment that are still there after a while. */
export async function goneWithin(
  deployment: Pick<Deployment, "machine">,
  milliseconds: number,
): Promise<string[]> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const left = processesOf(deployment);
    if (left.length === 0 || Date.now() > deadline) return left;
    await pause(50);
  }
}

/** The end of a run's log. */
export function tail(run: ActionRun): string {
  const lines = `${run.stdout}\n${run.stderr}`.split("\n").filter((line) => !line.startsWith("::add-mask"));
  return lines.slice(-25).join("\n");
}
