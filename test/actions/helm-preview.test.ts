import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { releaseDescription } from "../../src/helm/description.ts";
import type { Helm } from "../../src/helm/helm.ts";
import { type ReleaseRecord, readReleases } from "../../src/helm/record.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { auditedSince, writes } from "../support/audit.ts";
import { componentUse, MAJORS, type Major, type RealHelm, realHelm } from "../support/real-helm.ts";
import { customResource, LOOKUP, PLAIN, writeChart } from "../support/small-charts.ts";
import { type Charts, NEEDED, packagedCharts } from "./chart-rendering.ts";

let cluster: Cluster;
let real: RealHelm;
let charts: Charts;
beforeAll(async () => {
  cluster = await startCluster({ auditLog: true });
  [real, charts] = await Promise.all([realHelm(cluster.kubeconfig), packagedCharts()]);
});
afterAll(async () => {
  charts?.remove();
  await real?.stop();
  await cluster?.stop();
});

const BY = releaseDescription(`sha256:${"ab".repeat(32)}`, "a test");
type Values = Record<string, unknown>;

/** A release of one chart, previewed and upgraded as a deployment does it. */
async function releaseOf(major: Major, name: string, chart: string, release = "r") {
  const namespace = `${name}-${major}`;
  await real.run("kubectl", ["create", "namespace", namespace]).catch(() => undefined);
  const helm: Helm = real.helm[major];
  const use = componentUse(namespace, release);
  const read = async () => (await readReleases(real.kubernetes, namespace, new Set([release]))).get(release);
  const request = async () => {
    const current = await read();
    const options = { description: BY, timeoutMs: 20_000, ...(current ? { current } : {}) };
    return { release, namespace, reference: { chart }, ...options };
  };
  return {
    namespace,
    use,
    read: async () => (await read()) as ReleaseRecord,
    preview: async (values: Values = {}) => helm.preview(use, await request(), values),
    upgrade: async (values: Values = {}) => helm.upgrade(use, await request(), values),
  };
}

/** Documents apart, without the blank lines between them. */
function documents(text: string): string[] {
  return text.split(/^---\n/m).flatMap((document) => document.trim() || []);
}

describe.each(MAJORS)("a preview with %s", (major) => {
  it("is what an installation and an upgrade then record, hooks too", async () => {
    const one = await releaseOf(major, "plain", writeChart(real.folder, `plain-${major}`, PLAIN));
    for (const values of [{}, { size: 2, flag: false }]) {
      const { manifest, hooks, crds, notices } = await one.preview(values);
      await one.upgrade(values);
      const record = await one.read();
      expect(manifest).toBe(record.manifest);
      expect(hooks).toBe(record.hooks);
      expect(manifest).toContain(`revision: "${record.revision}"`);
      expect(hooks).toMatch(/^---\n# Source: plain-.*hook\.yaml\n/);
      expect([crds, notices]).toEqual(["", []]);
    }
  });

  it("sees what the chart looks up in the cluster", async () => {
    const one = await releaseOf(major, "lookup", writeChart(real.folder, `lookup-${major}`, LOOKUP));
    await one.upgrade();
    const first = await one.read();
    expect((await one.preview()).manifest).toBe(first.manifest);
    const { manifest } = await one.preview({ size: 2 });
    await one.upgrade({ size: 2 });
    expect(manifest).toBe((await one.read()).manifest);
  });

  it("of the control plane's chart keeps the keys that its first installation made", async () => {
    const values = { ...NEEDED["clearml-enterprise"]?.values };
    for (const server of ["apiserver", "fileserver", "webserver"]) values[server] = CLUSTER_IP;
    const chart = charts.archive("clearml-enterprise");
    const one = await releaseOf(major, "server", chart, "clearml");
    await one.upgrade(values);
    const changed = { ...values, clearmlApplications: { maxPods: 9 } };
    const { manifest } = await one.preview(changed);
    await one.upgrade(changed);
    expect(manifest).toBe((await one.read()).manifest);
  });

  it("of a resource definition with an object of it says what will be created", async () => {
    const kind = `Widget${major === "helm" ? "s" : "e"}x`;
    const chart = writeChart(real.folder, `custom-${major}`, customResource(kind));
    const one = await releaseOf(major, "custom", chart);
    const first = await one.preview();
    expect(first.notices[0]).toContain(`test.example/v1/${kind} yet; the chart brings it`);
    expect(first.crds).toContain(`name: ${kind.toLowerCase()}s.test.example`);
    await one.upgrade();
    const record = await one.read();
    // Helm asks the server for its kinds right after it has created this one: a busy server does not list it yet.
    const told = record.manifest.replace('own: "false"', 'own: "true"');
    expect(documents(first.manifest)).toEqual(documents(told));
    expect(documents(first.hooks)).toEqual(documents(record.hooks));
    expect(first.manifest).toContain(`own: "true"\n  apps: "true"\n  batch: "true"\n  absent: "false"`);
    // From now on the kind is known, and Helm leaves `crds/` alone.
    const second = await one.preview({ size: 2 });
    expect([second.crds, second.notices]).toEqual(["", []]);
    await one.upgrade({ size: 2 });
    expect(second.manifest).toBe((await one.read()).manifest);
  });

  it("of an object whose kind nobody brings says so", async () => {
    const { "templates/object.yaml": object = "" } = customResource(`Unknown`);
    const chart = writeChart(real.folder, `unknown-${major}`, { "templates/object.yaml": object });
    const { notices, manifest } = await (await releaseOf(major, "unknown", chart)).preview();
    expect(notices[0]).toContain("does not know test.example/v1/Unknown, and the chart does not bring it");
    expect(manifest).toContain("kind: Unknown");
  });

  it("writes nothing, and needs no namespace", async () => {
    const requests = auditedSince(cluster);
    const chart = writeChart(real.folder, `dry-${major}`, { ...PLAIN, ...customResource(`Dry${major}`) });
    const use = componentUse(`nowhere-${major}`, "r");
    const request = { release: "r", namespace: use.namespace, reference: { chart }, description: BY };
    const { notices } = await real.helm[major].preview(use, request, {});
    expect(notices).not.toEqual([]);
    const plain = { chart: join(real.folder, `plain-${major}`) };
    expect((await real.helm[major].preview(use, { ...request, reference: plain }, {})).notices).toEqual([]);
    expect(requests().filter(({ agent }) => agent.startsWith("Helm/"))).not.toEqual([]);
    expect(writes(requests())).toEqual([]);
  });

  it("is refused where an object belongs to somebody else, as the upgrade would be", async () => {
    const chart = writeChart(real.folder, `taken-${major}`, PLAIN);
    const one = await releaseOf(major, "taken", chart);
    await real.run("kubectl", ["-n", one.namespace, "create", "configmap", "r-plain"]);
    const refused = expect(one.preview()).rejects;
    await refused.toThrow(`ConfigMap \`r-plain\` in namespace \`${one.namespace}\` is there already`);
  });
});

const CLUSTER_IP = { service: { type: "ClusterIP" } };
