import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { releaseDescription } from "../../src/helm/description.ts";
import { type ReleaseRecord, readAllReleases, readReleases } from "../../src/helm/record.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { auditedSince, writes } from "../support/audit.ts";
import { componentUse, MAJORS, type Major, type RealHelm, realHelm } from "../support/real-helm.ts";
import { PLAIN, writeChart } from "../support/small-charts.ts";

let cluster: Cluster;
let real: RealHelm;
let chart: string;
beforeAll(async () => {
  cluster = await startCluster({ auditLog: true });
  real = await realHelm(cluster.kubeconfig);
  chart = writeChart(real.folder, "small", PLAIN);
});
afterAll(async () => {
  await real?.stop();
  await cluster?.stop();
});

async function newNamespace(name: string): Promise<string> {
  await real.run("kubectl", ["create", "namespace", name]);
  return name;
}

async function recordOf(namespace: string, release: string): Promise<ReleaseRecord | undefined> {
  return (await readReleases(real.kubernetes, namespace, new Set([release]))).get(release);
}

/** Installs or upgrades as a deployment does. */
async function deploy(major: Major, namespace: string, values: Record<string, unknown> = {}, release = "r") {
  const current = await recordOf(namespace, release);
  const use = componentUse(namespace, release);
  const { digest } = await real.helm[major].chart(use, { chart });
  const request = { release, namespace, reference: { chart }, ...(current ? { current } : {}) };
  const description = releaseDescription(digest, "a test");
  return real.helm[major].upgrade(use, { ...request, description, timeoutMs: 20_000 }, values);
}

/** As somebody at a terminal does it. */
function byHand(major: Major, namespace: string, ...args: string[]): Promise<string> {
  return real.run(major, ["upgrade", "r", chart, "--namespace", namespace, ...args]);
}

interface Revision {
  revision: number;
  status: string;
}

async function history(major: Major, namespace: string): Promise<Revision[]> {
  const text = await real.run(major, ["history", "r", "--namespace", namespace, "--output", "json"]);
  return JSON.parse(text) as Revision[];
}

async function objects(namespace: string): Promise<string[]> {
  const names = await real.run("kubectl", ["-n", namespace, "get", "configmaps,secrets", "-o", "name"]);
  return names.split("\n").filter((name) => /\/r-|sh\.helm/.test(name));
}

describe.each(MAJORS)("releases of %s", (major) => {
  it("say which package they are made from, until somebody upgrades them by hand", async () => {
    const namespace = await newNamespace(`description-${major}`);
    const use = componentUse(namespace, "r");
    const { digest } = await real.helm[major].chart(use, { chart });
    const printed = await deploy(major, namespace);
    expect(printed.chartDigest).toBe(digest);
    await deploy(major, namespace, { size: 2 });
    const record = await recordOf(namespace, "r");
    expect(record).toMatchObject({
      revision: 2,
      chartDigest: digest,
      description: `chart ${digest} by a test`,
    });
    expect(Date.now() - (record?.updated.getTime() ?? 0)).toBeLessThan(60_000);
    expect(record?.hooks).toContain("name: r-hook");
    await byHand(major, namespace, "--reuse-values");
    const hand = await recordOf(namespace, "r");
    expect(hand).toMatchObject({ revision: 3, description: "Upgrade complete" });
    expect(hand?.chartDigest).toBeUndefined();
  });

  it("keep the way in which they are applied", async () => {
    const namespace = await newNamespace(`method-${major}`);
    await deploy(major, namespace);
    const method = (await recordOf(namespace, "r"))?.applyMethod;
    expect(method).toBe(major === "helm" ? "server" : "client");
    await deploy("helm", namespace, { size: 2 });
    expect((await recordOf(namespace, "r"))?.applyMethod).toBe(method);
  });

  it("are rolled back as a new revision, and removed with all they had", async () => {
    const namespace = await newNamespace(`back-${major}`);
    const use = componentUse(namespace, "r");
    await deploy(major, namespace);
    const first = await recordOf(namespace, "r");
    await deploy(major, namespace, { size: 2, flag: false });
    await real.helm[major].rollback(use, { release: "r", namespace, revision: 1, timeoutMs: 20_000 });
    const record = await recordOf(namespace, "r");
    expect(record).toMatchObject({ revision: 3, status: "deployed", values: {} });
    expect(record?.manifest).toBe(first?.manifest);
    expect(await objects(namespace)).toEqual(
      expect.arrayContaining(["configmap/r-plain", "configmap/r-second"]),
    );
    await real.helm[major].uninstall(use, { release: "r", namespace, timeoutMs: 20_000 });
    expect(await recordOf(namespace, "r")).toBeUndefined();
    expect(await objects(namespace)).toEqual(["configmap/r-hook"]);
    // Gone already: nothing to do.
    await real.helm[major].uninstall(use, { release: "r", namespace });
  });

  it("never have a superseded revision as their newest, whatever is done to them", async () => {
    const namespace = await newNamespace(`states-${major}`);
    const broken = writeChart(real.folder, `broken-${major}`, {
      "templates/x.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: Not_A_Name }\n",
    });
    const steps: (() => Promise<unknown>)[] = [
      () => deploy(major, namespace),
      () => deploy(major, namespace, { size: 2 }),
      () => real.run(major, ["upgrade", "r", broken, "--namespace", namespace]).catch(() => undefined),
      () => deploy(major, namespace, { size: 3 }),
      () => real.run(major, ["rollback", "r", "1", "--namespace", namespace]),
      () => real.run(major, ["rollback", "r", "3", "--namespace", namespace]).catch(() => undefined),
      () => deploy(major, namespace, { size: 4 }),
      () => real.run(major, ["uninstall", "r", "--namespace", namespace, "--keep-history"]),
    ];
    const seen = new Set<string>();
    for (const step of steps) {
      await step();
      const newest = (await history(major, namespace)).at(-1) as Revision;
      seen.add(newest.status);
      const record = await recordOf(namespace, "r");
      expect([record?.revision, record?.status]).toEqual([newest.revision, newest.status]);
    }
    expect(seen).toEqual(new Set(["deployed", "failed", "uninstalled"]));
  });

  it("whose hook of the last revision is still being deleted are tried once more", async () => {
    const namespace = await newNamespace(`race-${major}`);
    const hook = `apiVersion: v1
kind: ConfigMap
metadata:
  name: slow-hook
  finalizers: [test.example/hold]
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation }
`;
    const slow = writeChart(real.folder, `slow-${major}`, { "templates/hook.yaml": hook });
    await real.run("helm3", ["install", "r", slow, "--namespace", namespace]);
    const letGo = [
      "patch",
      "configmap",
      "slow-hook",
      "--type=merge",
      "-p",
      '{"metadata":{"finalizers":null}}',
    ];
    const later = setTimeout(() => void real.run("kubectl", ["-n", namespace, ...letGo]), 1_500);
    const current = await recordOf(namespace, "r");
    const request = {
      release: "r",
      namespace,
      reference: { chart: slow },
      description: "x",
      timeoutMs: 10_000,
    };
    const record = await real.helm[major].upgrade(
      componentUse(namespace, "r"),
      { ...request, ...(current ? { current } : {}) },
      {},
    );
    clearTimeout(later);
    // Helm 3 waits for the deletion, Helm 4 does not.
    expect([record.status, record.revision]).toEqual(["deployed", major === "helm" ? 3 : 2]);
  });
});

describe("reading releases", () => {
  it("transfers no history, and only what a namespace has", async () => {
    const namespace = await newNamespace("history");
    for (let size = 1; size <= 4; size++) await deploy("helm", namespace, { size });
    const requests = auditedSince(cluster);
    const all = await readReleases(real.kubernetes, namespace);
    expect([...all.keys()]).toEqual(["r"]);
    expect(all.get("r")).toMatchObject({
      revision: 4,
      values: { size: 4 },
      secret: "sh.helm.release.v1.r.v4",
    });
    const secret = await real.kubernetes.get(`/api/v1/namespaces/history/secrets/${all.get("r")?.secret}`);
    expect(all.get("r")?.resourceVersion).toBe(secret?.metadata.resourceVersion);
    const [list] = requests();
    expect(decodeURIComponent(list?.uri ?? "")).toContain("labelSelector=owner=helm,status!=superseded");
    expect(writes(requests())).toEqual([]);
  });

  it("finds a release whose newest record somebody has deleted", async () => {
    const namespace = await newNamespace("deleted");
    for (const size of [1, 2, 3]) await deploy("helm", namespace, { size });
    await real.run("kubectl", ["-n", namespace, "delete", "secret", "sh.helm.release.v1.r.v3"]);
    expect(await recordOf(namespace, "r")).toMatchObject({ revision: 2, status: "superseded" });
  });

  it("minds a damaged record only where that release is wanted", async () => {
    const namespace = await newNamespace("damaged");
    await deploy("helm", namespace);
    await deploy("helm", namespace, {}, "other");
    const patch = JSON.stringify({ data: { release: btoa("H4sIAAAA") } });
    const secret = "sh.helm.release.v1.other.v1";
    await real.run("kubectl", ["-n", namespace, "patch", "secret", secret, "--type=merge", "-p", patch]);
    expect((await recordOf(namespace, "r"))?.revision).toBe(1);
    await expect(recordOf(namespace, "other")).rejects.toThrow(`Secret damaged/${secret}`);
    const found: ReleaseRecord[] = [];
    const errors: UserError[] = [];
    for await (const each of readAllReleases(real.kubernetes))
      each instanceof UserError ? errors.push(each) : found.push(each);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining(`damaged/${secret}`)]);
    const keys = found.map(({ namespace: home, release }) => `${home}/${release}`);
    expect(keys).toContain("damaged/r");
    expect(new Set(keys).size).toBe(keys.length);
    expect(found.find((each) => each.namespace === "history")?.revision).toBe(4);
  });

  it("is not led to another cluster or store by variables that kubectl does not know", async () => {
    const namespace = await newNamespace("variables");
    await deploy("helm", namespace);
    const use = componentUse(namespace, "r");
    const elsewhere = { HELM_KUBECONTEXT: "another", HELM_KUBEAPISERVER: "https://192.0.2.1" };
    const request = { release: "r", namespace, reference: { chart }, description: "x" };
    await expect((await real.helmWith(elsewhere)).preview(use, request, {})).resolves.toBeDefined();
    const sql = (await real.helmWith({ HELM_DRIVER: "sql" })).preview(use, request, {});
    await expect(sql).rejects.toThrow("HELM_DRIVER is `sql`");
  });
});
