/** What people do behind a deployment's back is found, rightly named, and put right exactly where that was promised. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BusyCluster, startBusyCluster } from "../support/drift/busy-cluster.ts";
import { until } from "../support/drift/controllers.ts";
import { type DriftScan, type Found, inShort } from "../support/drift/scans.ts";
import { EDITED_SECRET, leavePending, SEEDS, type Seed, sow, upgradeByHand } from "../support/drift/seeds.ts";

const REDIS = { release: "redis", namespace: "redis-shared", chart: "redis-17.8.3.tgz" };
const CONTROL_PLANE = { release: "clearml", namespace: "clearml", chart: "clearml-enterprise-10.12.7.tgz" };
const AGENT = { release: "clearml-agent", namespace: "acme" };

let busy: BusyCluster;
let found: DriftScan;
beforeAll(async () => {
  busy = await startBusyCluster();
  await Promise.all([
    ...SEEDS.map((seed) => sow(busy, seed)),
    upgradeByHand(busy, { ...REDIS, set: "master.podAnnotations.who=me" }),
    leavePending(busy, AGENT),
    deleteNamespace("globex"),
  ]);
  found = await busy.scan();
});
afterAll(() => busy?.stop());

async function deleteNamespace(name: string): Promise<void> {
  // With pods in it, its controller looks again only after ten seconds.
  await busy.kubectl(["-n", name, "delete", "deployments", "--all", "--cascade=foreground"]);
  await busy.kubectl(["delete", "namespace", name, "--wait=false"]);
  await until(`${name} being gone`, async () => {
    const { items } = await busy.api.get<{ items: { metadata: { name: string } }[] }>("/api/v1/namespaces");
    return !items.some(({ metadata }) => metadata.name === name);
  });
}

function findingsOf({ namespace, finding: { on } }: Seed, { report }: DriftScan): Found[] {
  return report.findings.filter(
    ({ object }) => object?.namespace === namespace && `${object.kind} ${object.name}` === on,
  );
}

describe("a scan", () => {
  it.each(SEEDS)("finds $what of $namespace", (seed) => {
    const { on: _, ...expected } = seed.finding;
    expect(findingsOf(seed, found)).toContainEqual(expect.objectContaining(expected));
  });

  it("finds nothing else on those objects", () => {
    const onObjects = found.report.findings.filter(({ object }) => object && object.kind !== "Namespace");
    const sown = SEEDS.flatMap((seed) => {
      const [path, kind] = [seed.finding.path, seed.finding.class];
      return findingsOf(seed, found).filter((each) => each.class === kind && each.path === path);
    });
    expect(onObjects.filter((each) => !sown.includes(each)).map(inShort)).toEqual([]);
    expect(sown).toHaveLength(SEEDS.length);
  });

  it("tells since when, where the server knows it", () => {
    const since = found.report.findings.filter(({ manager }) => manager?.startsWith("kubectl-"));
    expect(since.length).toBeGreaterThan(8);
    for (const each of since) expect(Date.now() - Date.parse(each.since ?? "")).toBeLessThan(300_000);
  });

  it("finds what Helm was told by hand, the operation that never ended, and the namespace that is gone", () => {
    const others = found.report.findings.filter(({ object }) => !object || object.kind === "Namespace");
    expect(others.map(inShort).sort()).toEqual([
      "missing globex/tenant Namespace globex repairs: false",
      "pending acme/agent status repairs: false",
      "release redis revision repairs: true",
      "release redis values.master repairs: true",
    ]);
  });

  it("shows no secret, and tells the old one from the new one", () => {
    const [secret] = found.report.findings.filter(({ object }) => object?.kind === "Secret");
    expect(secret?.expected).toMatch(/\(secret, tag \w+\)/);
    expect(secret?.actual).toMatch(/\(secret, tag \w+\)/);
    expect(secret?.actual).not.toBe(secret?.expected);
    const everything = [JSON.stringify(found.report), found.summary, ...found.lines].join("\n");
    for (const text of [EDITED_SECRET, "canary-chart-secret-40417"]) {
      expect(everything).not.toContain(text);
      expect(everything).not.toContain(Buffer.from(text).toString("base64"));
    }
  });

  it("is drift, and fails the step unless told otherwise", async () => {
    expect(found).toMatchObject({ code: 1, drifted: true, complete: true });
    expect(await busy.scan({ "fail-on-drift": "false" })).toMatchObject({ code: 0, drifted: true });
  });
});

describe("a repair", () => {
  it("leaves what was said to stay, and nothing else", async () => {
    const repaired = await busy.scan({ repair: "true" });
    const stays = found.report.findings.filter(({ upgradeRepairs }) => upgradeRepairs !== true);
    expect(repaired.report.findings.map(inShort).sort(), repaired.message).toEqual(stays.map(inShort).sort());
  });

  it("leaves a release alone whose upgrade would be refused, and it would be", async () => {
    await busy.kubectl([
      "-n",
      "clearml",
      "delete",
      "ingress",
      `${CONTROL_PLANE.release}-clearml-enterprise-webserver`,
    ]);
    const refused = await busy.scan({ repair: "true" });
    expect(refused.code).toBe(1);
    const ofPlane = refused.report.findings.filter(({ component }) => component === "control-plane");
    expect(ofPlane.map(inShort).sort()).toEqual([
      "missing control-plane Ingress clearml/clearml-clearml-enterprise-webserver repairs: conflict",
      "modified control-plane Deployment clearml/clearml-clearml-enterprise-apiserver /spec/replicas repairs: conflict",
      "modified control-plane Deployment clearml/clearml-clearml-enterprise-webserver /metadata/labels/app.kubernetes.io~1version repairs: conflict",
    ]);
    await expect(upgradeByHand(busy, { ...CONTROL_PLANE, set: "commonAnnotations=" })).rejects.toThrow(
      /conflict with "kubectl/,
    );
  });
});
