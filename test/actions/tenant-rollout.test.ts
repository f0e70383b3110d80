import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIALS_ANNOTATION, rollOut } from "../../src/deploy/tenant/keys/rollout.ts";
import { readReleases } from "../../src/helm/record.ts";
import { manifestObjects } from "../../src/kubernetes/manifest.ts";
import { planObjects } from "../../src/plan/objects.ts";
import { NotReadyError } from "../../src/readiness/watch.ts";
import { recommendedNodes } from "../cluster/objects.ts";
import { IMAGE, type RealNode, realNodeUnavailable, startRealNode } from "../cluster/real-node.ts";
import { FAIL_ANNOTATION } from "../cluster/stages.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { componentUse, MAJORS, type Major, type RealHelm, realHelm } from "../support/real-helm.ts";
import { writeChart } from "../support/small-charts.ts";
import { makeNamespace, workload } from "../support/watching.ts";

const unavailable = realNodeUnavailable();

let cluster: Cluster;
let real: RealHelm;
beforeAll(async () => {
  cluster = await startCluster({ nodes: recommendedNodes(1) });
  real = await realHelm(cluster.kubeconfig);
});
afterAll(async () => {
  await real?.stop();
  await cluster?.stop();
});

interface Live {
  kind: string;
  metadata: {
    name: string;
    resourceVersion: string;
    managedFields: { manager: string; operation: string; fieldsV1: unknown }[];
  };
  spec: { template: { metadata: { annotations?: Record<string, string> } } };
}

/** A release of workloads of each kind, whose pods have one annotation of the chart's own. */
async function releaseOf(major: Major, templates: Readonly<Record<string, object>>) {
  const namespace = `roll-${major}-${crypto.randomUUID().slice(0, 6)}`;
  await makeNamespace(real.kubernetes, namespace);
  const files = Object.entries(templates).map(([name, object]) => [
    `templates/${name}.json`,
    JSON.stringify(object).replaceAll('"VALUE"', "{{ .Values.value | quote }}"),
  ]);
  const chart = writeChart(real.folder, `chart-${namespace}`, Object.fromEntries(files));
  const use = componentUse(namespace, "r");
  const read = async () => (await readReleases(real.kubernetes, namespace, new Set(["r"]))).get("r");
  const request = async () => {
    const current = await read();
    const known = { description: "a test", timeoutMs: 20_000, ...(current ? { current } : {}) };
    return { release: "r", namespace, reference: { chart }, ...known };
  };
  const said: string[] = [];
  const log = {
    info: (line: string) => void said.push(line),
    debug: () => undefined,
  };
  const session = {
    context: { log, signal: new AbortController().signal },
    kubernetes: real.kubernetes,
    timeoutMs: 30_000,
  } as unknown as Parameters<typeof rollOut>[0];
  return {
    namespace,
    said,
    upgrade: async (values: object) => real.helm[major].upgrade(use, await request(), { ...values }),
    rollback: async (revision: number) =>
      real.helm[major].rollback(use, { release: "r", namespace, revision, timeoutMs: 20_000 }),
    /** What a plan says would become of the release's objects. */
    async foretold(values: object) {
      const preview = await real.helm[major].preview(use, await request(), { ...values });
      const change = { before: (await read())?.manifest ?? "", after: preview.manifest, namespace };
      return planObjects(change, () => "tag");
    },
    async roll(fingerprint: string, timeoutMs?: number) {
      const objects = manifestObjects((await read())?.manifest ?? "");
      const patience = timeoutMs === undefined ? {} : { timeoutMs };
      return rollOut(session, { use: { ...use, ...patience }, objects }, fingerprint);
    },
    async live(): Promise<Live[]> {
      const kinds = "deployments,statefulsets,daemonsets";
      const args = ["-n", namespace, "get", kinds, "-o", "json", "--show-managed-fields"];
      return (JSON.parse(await real.run("kubectl", args)) as { items: Live[] }).items;
    },
    async pods(): Promise<string[]> {
      const list = `/api/v1/namespaces/${namespace}/pods`;
      const pods = await real.kubernetes.list(list);
      return pods
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.uid ?? "")
        .sort();
    },
  };
}

function annotations(objects: readonly Live[]): (Record<string, string> | undefined)[] {
  return objects.map(({ spec }) => spec.template.metadata.annotations);
}

/** A workload whose pods carry what the chart is given. */
function valued(kind: string, name: string): object {
  return workload(kind, name, { fail: "no" });
}

const CHART = {
  deployment: withValue(valued("Deployment", "web")),
  statefulset: withValue(valued("StatefulSet", "store")),
  daemonset: withValue(valued("DaemonSet", "probe")),
  config: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "facts" }, data: { value: "VALUE" } },
};

function withValue(object: object): object {
  const text = JSON.stringify(object);
  return JSON.parse(text.replace(`"${FAIL_ANNOTATION}":"no"`, `"checksum":"VALUE"`)) as object;
}

describe.each(MAJORS)("a changed key, on a release of %s", (major) => {
  it("makes every pod anew, once", async () => {
    const release = await releaseOf(major, CHART);
    await release.upgrade({ value: "1" });
    expect(await release.roll("aaa")).toBe(true);
    const first = await release.pods();
    expect(first.length).toBeGreaterThan(2);
    expect(await release.roll("bbb")).toBe(true);
    const second = await release.pods();
    expect(second).toHaveLength(first.length);
    expect(second.filter((pod) => first.includes(pod))).toEqual([]);
    const before = await release.live();
    expect(annotations(before)).toEqual(
      before.map(() => ({ checksum: "1", [CREDENTIALS_ANNOTATION]: "bbb" })),
    );
    expect(await release.roll("bbb")).toBe(false);
    const versions = (objects: Live[]) => objects.map(({ metadata }) => metadata.resourceVersion);
    expect(versions(await release.live())).toEqual(versions(before));
    expect(release.said.filter((line) => line.includes("start anew"))).toEqual([
      "redis: daemonset/probe, deployment/web, statefulset/store start anew with the new key",
      "redis: daemonset/probe, deployment/web, statefulset/store start anew with the new key",
    ]);
  });

  it("is all that is ours of the objects", async () => {
    const release = await releaseOf(major, CHART);
    await release.upgrade({ value: "1" });
    await release.roll("aaa");
    const key = { [`f:${CREDENTIALS_ANNOTATION}`]: {} };
    const fields = { "f:spec": { "f:template": { "f:metadata": { "f:annotations": key } } } };
    for (const { metadata } of await release.live()) {
      const ours = metadata.managedFields.filter(({ manager }) => manager === "clearml-actions");
      expect(ours.map(({ operation, fieldsV1 }) => [operation, fieldsV1])).toEqual([["Apply", fields]]);
    }
  });

  it("outlives upgrades and rollbacks, and no plan shows it", async () => {
    const release = await releaseOf(major, CHART);
    await release.upgrade({ value: "1" });
    await release.roll("aaa");
    expect(await release.foretold({ value: "1" })).toEqual([]);
    const plan = await release.foretold({ value: "2" });
    expect(plan.map(({ kind, action }) => `${action} ${kind}`).sort()).toEqual([
      "change ConfigMap",
      "change DaemonSet",
      "change Deployment",
      "change StatefulSet",
    ]);
    expect(JSON.stringify(plan)).not.toContain(CREDENTIALS_ANNOTATION);
    await release.upgrade({ value: "2" });
    const kept = (checksum: string) => ({ checksum, [CREDENTIALS_ANNOTATION]: "aaa" });
    expect(annotations(await release.live())).toEqual([kept("2"), kept("2"), kept("2")]);
    await release.rollback(1);
    expect(annotations(await release.live())).toEqual([kept("1"), kept("1"), kept("1")]);
    expect(await release.roll("aaa")).toBe(false);
  });

  it("that the new pods cannot start with is told with the workload", async () => {
    const release = await releaseOf(major, {
      deployment: workload("Deployment", "web", { pod: { nodeSelector: { "kubernetes.io/os": "VALUE" } } }),
    });
    await release.upgrade({ value: "linux" });
    expect(await release.roll("aaa")).toBe(true);
    await release.upgrade({ value: "nowhere" });
    const error = await release.roll("bbb", 2_000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotReadyError);
    expect((error as NotReadyError).missing[0]?.object).toBe("deployment/web");
    // It was not ready, so it is not done: the next run waits again.
    await expect(release.roll("bbb", 1_000)).rejects.toThrow(NotReadyError);
  });

  it("does not bring back a workload that has gone", async () => {
    const release = await releaseOf(major, CHART);
    await release.upgrade({ value: "1" });
    await real.run("kubectl", ["-n", release.namespace, "delete", "deployment", "web"]);
    await expect(release.roll("aaa", 1_000)).rejects.toThrow(/deployment\/web/);
    expect((await release.live()).map(({ kind }) => kind)).toEqual(["StatefulSet", "DaemonSet"]);
  });
});

describe.skipIf(unavailable)(`real pods${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let node: RealNode;
  beforeAll(async () => {
    node = await startRealNode(cluster);
  });
  afterAll(() => node?.stop());

  const command = ["sh", "-c", 'echo "started with $KEY"; exec sleep 1000'];
  const env = [{ name: "KEY", valueFrom: { secretKeyRef: { name: "pair", key: "agentk8sglue_key" } } }];
  const deployment = workload("Deployment", "agent", {
    container: { image: IMAGE, imagePullPolicy: "Never", command, env },
    pod: { nodeSelector: { "clearml-actions.test/real": "true" }, terminationGracePeriodSeconds: 0 },
  });
  const secret = (key: string) =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "pair" },
      stringData: { agentk8sglue_key: key },
    });

  it("run with the new key once it is rolled out, and with the old one until then", async () => {
    const release = await releaseOf("helm", { deployment });
    const place = ["-n", release.namespace];
    const logs = () => real.run("kubectl", [...place, "logs", "deployment/agent"]);
    await real.run("kubectl", [...place, "apply", "-f", "-"], secret("FIRST"));
    await release.upgrade({});
    expect(await release.roll("first")).toBe(true);
    expect(await logs()).toBe("started with FIRST\n");
    await real.run("kubectl", [...place, "apply", "-f", "-"], secret("SECOND"));
    expect(await release.roll("first")).toBe(false);
    expect(await logs()).toBe("started with FIRST\n");
    expect(await release.roll("second")).toBe(true);
    await expect.poll(release.pods, { timeout: 15_000 }).toHaveLength(1);
    expect(await logs()).toBe("started with SECOND\n");
  });
});
