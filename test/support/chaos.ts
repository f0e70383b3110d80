/** Breaks deployments at random moments and looks at what the cluster is left with. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Deployment, newest, type StoredRelease } from "./deployment.ts";
import type { Random } from "./random.ts";
import type { ActionRun } from "./run-action.ts";

/** Gives the environment a new desired state: another value for the control plane, and for Redis. */
export function nextGeneration(deployment: Deployment, generation: number): void {
  deployment.edit(
    "overrides/control-plane.yaml",
    /(max_running_apps_per_company\n\s+value: )"\d+"/,
    `$1"${generation}"`,
  );
  deployment.edit(
    "overrides/redis.yaml",
    /architecture: standalone(\nmaster: .*)?/,
    `architecture: standalone\nmaster: { podAnnotations: { generation: "${generation}" } }`,
  );
}

/** Removes the releases with their records, so that the next run installs. */
export function wipe({ env, machine }: Deployment): void {
  // Without a home Helm keeps its cache in the working folder.
  const options = { env: { ...env, HOME: join(machine, "home") }, stdio: "pipe" as const };
  for (const [namespace, release] of [
    ["clearml", "clearml"],
    ["redis-shared", "redis"],
  ])
    execFileSync("helm", ["-n", namespace ?? "", "uninstall", release ?? "", "--ignore-not-found"], options);
}

/**
 * Runs the action and sends its process signals, each so many milliseconds after the start.
 * @param also done just before each
 * @param begins the milliseconds count from when this is true, instead of from the start
 * @param env on top of the usual one
 */
export async function broken(
  deployment: Deployment,
  signals: readonly { signal: NodeJS.Signals; at: number }[],
  { also, begins, env }: { also?: () => void; begins?: () => boolean; env?: Record<string, string> } = {},
): Promise<ActionRun & { hit: boolean }> {
  let hit = false;
  let running = true;
  const onStart = async (child: { kill(signal: NodeJS.Signals): void }) => {
    while (running && begins && !begins()) await pause(10);
    for (const { signal, at } of signals)
      void pause(at).then(() => {
        if (!running) return;
        hit = true;
        also?.();
        child.kill(signal);
      });
  };
  const options = {
    onStart: (child: Parameters<typeof onStart>[0]) => void onStart(child),
    ...(env ? { env } : {}),
  };
  const run = await deployment.act("deploy-control-plane", {}, options).finally(() => {
    running = false;
  });
  return { ...run, hit };
}

/** A moment between the start of the process and a little after its usual end. */
export function randomMoment(random: Random, usualMs: number): number {
  return random.integer(Math.round(usualMs * 1.1));
}

export function pending(releases: readonly StoredRelease[]): StoredRelease[] {
  return newest(releases).filter(({ status }) => status.startsWith("pending"));
}

/**
 * Processes of this machine that work for a deployment: helm, kubectl, or a shell around them, told by the private
 * PATH of its tools.
 */
export function processesOf({ machine }: Pick<Deployment, "machine">): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return environment.includes(machine) && command !== "" ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}
