/** Helm on a real cluster, killed at the moment a test chooses. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { expect } from "vitest";
import { type ReleaseRecord, readReleases } from "../../src/helm/record.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type FaultProxy, type FaultRule, startFaultProxy } from "../support/fault-proxy.ts";
import { type Major, type RealHelm, realHelm } from "../support/real-helm.ts";
import { sharedCluster } from "../support/shared-cluster.ts";

const CHART = resolve(import.meta.dirname, "../fixtures/charts/redis");
export const RELEASE = "redis";

/** A cluster, Helm, and what stands between them. */
export interface Stage {
  real: RealHelm;
  /** The newest revision of the release in a namespace. */
  newest(namespace: string): Promise<ReleaseRecord>;
  /** Runs Helm through the proxy and kills it as soon as a request comes that a rule is for. */
  killed(major: Major, args: readonly string[], rules: readonly FaultRule[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const [cluster, programs] = await Promise.all([sharedCluster(), ensureTools(["helm", "helm3"])]);
  const [proxy, real] = await Promise.all([startFaultProxy(cluster), realHelm(cluster.kubeconfig)]);
  return {
    real,
    async newest(namespace) {
      const record = (await readReleases(real.kubernetes, namespace)).get(RELEASE);
      if (!record) throw new Error(`no release in ${namespace}`);
      return record;
    },
    async killed(major, args, rules) {
      for (const rule of rules) proxy.fault(rule);
      const child = spawn(programs[major], [...args, "--kubeconfig", proxy.kubeconfig], {
        env: { PATH: process.env.PATH, HOME: real.folder },
        stdio: "ignore",
      });
      const ended = new Promise<NodeJS.Signals | null>((resolve) =>
        child.once("exit", (_, signal) => resolve(signal)),
      );
      await expect.poll(() => hasStopped(proxy, rules), { timeout: 20_000, interval: 10 }).toBe(true);
      // Passed on is not carried out yet.
      await new Promise((resolve) => setTimeout(resolve, 200));
      child.kill("SIGKILL");
      expect(await ended).toBe("SIGKILL");
      proxy.clear();
    },
    async stop() {
      await real.stop();
      await proxy.stop();
    },
  };
}

function hasStopped({ requests }: FaultProxy, rules: readonly FaultRule[]): boolean {
  return requests.some(({ method, path, passedOn }) =>
    rules.some((rule) => {
      const fits = rule.method === method && rule.path?.test(path);
      return fits && passedOn === (rule.fault === "hang-after");
    }),
  );
}

/** An upgrade that changes the pods. */
export function upgrade(namespace: string, generation: number): string[] {
  const change = `master.podAnnotations.generation=g${generation}`;
  const target = ["--namespace", namespace, "--create-namespace", "--install"];
  return ["upgrade", RELEASE, CHART, ...target, "--set-string", change];
}

export const rollback = (namespace: string) => ["rollback", RELEASE, "1", "--namespace", namespace];
export const uninstall = (namespace: string) => ["uninstall", RELEASE, "--namespace", namespace];

/** Helm 3 makes objects with POST and changes them with PATCH, Helm 4 does both with PATCH. */
export const whenWriting = (resource: string): FaultRule[] =>
  ["POST", "PATCH", "DELETE"].map((method) => ({
    ...{ method, path: new RegExp(`/${resource}(/|$)`), fault: "hang" },
  }));
export const afterMakingTheRecord: FaultRule[] = [
  { method: "POST", path: /\/secrets$/, times: 1, fault: "hang-after" },
];
export const beforeWritingRevision = (revision: number): FaultRule[] => [
  {
    method: "PUT",
    path: new RegExp(`/sh\\.helm\\.release\\.v1\\.${RELEASE}\\.v${revision}$`),
    fault: "hang",
  },
];
export const afterWritingRevision = (revision: number): FaultRule[] =>
  beforeWritingRevision(revision).map((rule) => ({ ...rule, times: 1, fault: "hang-after" }));
