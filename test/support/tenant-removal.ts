/** Removing tenants of a tenant world, and what others do to their namespaces meanwhile. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseDocument } from "yaml";
import { auditedSince, writes } from "./audit.ts";
import { killAll } from "./chaos-rounds.ts";
import type { Random } from "./random.ts";
import type { ActionRun } from "./run-action.ts";
import { PLAIN, STORE, writeChart } from "./small-charts.ts";
import type { MadeTenant, TenantWorld } from "./tenant-world.ts";

/** Removes a tenant, with the confirmation. */
export function remove(
  world: TenantWorld,
  tenant: MadeTenant,
  inputs: Record<string, string> = {},
  options: Parameters<TenantWorld["deploy"]>[2] = {},
): Promise<ActionRun> {
  const usual = { state: "absent", "confirm-delete": tenant.name, timeout: "1m" };
  return world.deploy(tenant, { ...usual, ...inputs }, options);
}

/** When a run is ended, and how: as the runner cancels it, killed, or killed with all the tools it had started. */
export interface End {
  how: "cancelled" | "killed" | "killed with its tools";
  /** The moment counts from the first line like this; without it from the start. */
  line?: RegExp;
  after: number;
}

/** Removes a tenant and ends the run; tells whether it was at work when the moment came. */
export async function endedRemoval(
  world: TenantWorld,
  tenant: MadeTenant,
  { how, line, after }: End,
): Promise<{ hit: boolean; run: ActionRun }> {
  let end: (() => void) | undefined;
  let running = true;
  let hit = false;
  let begun = false;
  const count = () => {
    if (begun) return;
    begun = true;
    void pause(after).then(() => {
      if (!running) return;
      hit = true;
      // Tools first: what dies after its parent gets a moment to put things in order.
      if (how === "killed with its tools") killAll(world.deployment);
      end?.();
    });
  };
  const run = await remove(
    world,
    tenant,
    {},
    {
      onStart(child) {
        end = () => child.kill(how === "cancelled" ? "SIGINT" : "SIGKILL");
        if (!line) count();
      },
      onLine(text) {
        if (line?.test(text)) count();
      },
    },
  );
  running = false;
  return { hit, run };
}

/** A moment of a removal: anywhere, or while something in particular is at work. */
export function randomEnd(random: Random, usualMs: number): End {
  const how = random.pick(["cancelled", "killed", "killed", "killed with its tools"] as const);
  if (random.chance(0.4)) return { how, after: 500 + random.integer(usualMs) };
  const line = random.pick([
    /helm uninstall/,
    /deleted NetworkPolicy/,
    /ClearML server: /,
    /deleting namespace/,
  ]);
  return { how, line, after: random.integer(400) };
}

/** Applies manifests, as somebody with kubectl does. */
export function applyByHand({ deployment }: TenantWorld, ...objects: object[]): void {
  const file = join(deployment.machine, "by-hand.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  deployment.world.kubectl("apply", "--server-side", "--field-manager=somebody", "-f", file);
}

/** Installs a release of a chart nobody here knows, as somebody with Helm does. */
export function installByHand({ deployment }: TenantWorld, release: string, namespace: string): void {
  const { env, machine } = deployment;
  const chart = writeChart(machine, release, PLAIN);
  // Without a home Helm keeps its cache in the working folder.
  const options = { env: { ...env, HOME: join(machine, "home") }, stdio: "pipe" as const };
  execFileSync("helm", ["-n", namespace, "install", release, chart], options);
}

/** Gives a tenant a release with a volume of its own, which Helm leaves behind. */
export function withStore({ deployment }: TenantWorld, tenant: MadeTenant): void {
  const folder = join(deployment.world.folder, "tenants");
  writeChart(folder, "store", STORE);
  const path = join(folder, `${tenant.name}.yaml`);
  const document = parseDocument(readFileSync(path, "utf8"));
  document.setIn(["components", "agent"], { chart: "./store" });
  writeFileSync(path, document.toString());
}

const MUTATING = /\.(create|add|set|update|edit|revoke|delete|remove)/;

/** Does something, and gives what was written meanwhile: to the cluster, and by which calls to the server. */
export async function written(
  { deployment, api }: TenantWorld,
  work: () => Promise<ActionRun>,
): Promise<{ run: ActionRun; writes: string[] }> {
  const since = auditedSince(deployment.world.cluster);
  const before = api.calls.length;
  const run = await work();
  const calls = api.calls.slice(before).map(({ endpoint }) => endpoint);
  const toCluster = writes(since()).map(({ verb, uri }) => `${verb} ${uri}`);
  return { run, writes: [...toCluster, ...calls.filter((endpoint) => MUTATING.test(endpoint))] };
}

export function configMap(namespace: string, name: string, more: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...more } };
}

export function claim(namespace: string, name: string, more: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...more },
  };
}

/** A volume whose data somebody wants to keep, and a claim it is bound to. */
export function keptVolume(namespace: string): object[] {
  const name = `${namespace}-kept`;
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "",
      csi: { driver: "disks.example.com", volumeHandle: "disk-4711" },
      claimRef: { namespace, name: "kept" },
    },
  };
  return [volume, claim(namespace, "kept", { storageClassName: "", volumeName: name })];
}
