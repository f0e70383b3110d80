import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import type { ClusterSession } from "../../../src/deploy/session.ts";
import {
  checkNamespace,
  ensureTenantNamespace,
  namespaceSteps,
} from "../../../src/deploy/tenant/namespace/namespace.ts";
import type { Tenant } from "../../../src/environment/model.ts";
import { ensureNamespace } from "../../../src/kubernetes/namespaces.ts";
import { type StoredObjects, storedObjects } from "./stored-objects.ts";

const NAMESPACE = "/api/v1/namespaces/acme";
const QUOTA = "/api/v1/namespaces/acme/resourcequotas/clearml-tenant";
const OWNER = { environment: "demo", tenant: "acme", namespace: "acme" };
const LABELS = { "clearml-actions/tenant": "acme", "clearml-actions/environment": "demo" };
const MANAGED = { "app.kubernetes.io/managed-by": "clearml-actions" };

function sessionOn({ kubernetes }: StoredObjects): Pick<ClusterSession, "kubernetes" | "environment"> {
  return { kubernetes, environment: { name: "demo" } } as ClusterSession;
}

function tenant(quota?: Record<string, string>): Tenant {
  return { name: "acme", namespace: "acme", ...(quota ? { quota } : {}) } as Tenant;
}

/** What would be done, whether something was done, and what would be done after it. */
async function ensured(cluster: StoredObjects, quota?: Record<string, string>) {
  const session = sessionOn(cluster);
  const words = async () =>
    (await namespaceSteps(session, tenant(quota))).map(({ action, what }) => `${action} ${what}`);
  const before = await words();
  const changed = await ensureTenantNamespace(session, tenant(quota));
  return { before, changed, after: await words() };
}

function labelled(labels: Record<string, string>, more: object = {}) {
  return { metadata: { name: "acme", labels, ...more } };
}

/** Helm's Secret of an installed release. */
function installed(release: string, chart: string) {
  const record = {
    name: release,
    namespace: "acme",
    version: 1,
    info: { status: "deployed" },
    chart: { metadata: { name: chart, version: "1.0.0" } },
  };
  return {
    metadata: {
      name: `sh.helm.release.v1.${release}.v1`,
      namespace: "acme",
      labels: { owner: "helm", name: release, version: "1", status: "deployed" },
    },
    data: {
      release: Buffer.from(gzipSync(JSON.stringify(record)).toString("base64")).toString("base64"),
    },
  };
}

describe("the namespace of a tenant", () => {
  it("is made with the labels of its owner, and left alone from then on", async () => {
    const cluster = storedObjects();
    expect(await ensured(cluster)).toEqual({
      before: ["create namespace acme"],
      changed: true,
      after: [],
    });
    expect(cluster.objects.get(NAMESPACE)?.metadata.labels).toEqual({ ...MANAGED, ...LABELS });
    cluster.requests.length = 0;
    expect((await ensured(cluster)).changed).toBe(false);
    expect(cluster.requests.filter((each) => !each.startsWith("GET"))).toEqual([]);
  });

  it("that was there before is labelled, and not called ours", async () => {
    const cluster = storedObjects();
    cluster.put(NAMESPACE, labelled({ team: "a" }));
    expect((await ensured(cluster)).before).toEqual(["label namespace acme"]);
    expect(cluster.objects.get(NAMESPACE)?.metadata.labels).toEqual(LABELS);
  });

  it("stays ours when a label of it has to be repaired", async () => {
    const cluster = storedObjects();
    cluster.put(NAMESPACE, labelled({ ...MANAGED, "clearml-actions/tenant": "acme" }));
    expect((await ensured(cluster)).changed).toBe(true);
    expect(cluster.objects.get(NAMESPACE)?.metadata.labels).toEqual({ ...MANAGED, ...LABELS });
  });
});

describe("the namespace of a component", () => {
  it("is made as ours, and labelled with its tenant where it has one", async () => {
    const cluster = storedObjects();
    expect(await ensureNamespace(cluster.kubernetes, "acme")).toBe(true);
    expect(cluster.objects.get(NAMESPACE)?.metadata.labels).toEqual(MANAGED);
    expect(await ensureNamespace(cluster.kubernetes, "acme", "acme")).toBe(true);
    expect(cluster.objects.get(NAMESPACE)?.metadata.labels).toEqual({
      ...MANAGED,
      "clearml-actions/tenant": "acme",
    });
  });

  it("is left alone when it is as it should be, whoever made it", async () => {
    const cluster = storedObjects();
    cluster.put(NAMESPACE, labelled({ "clearml-actions/tenant": "acme", team: "a" }));
    expect(await ensureNamespace(cluster.kubernetes, "acme", "acme")).toBe(false);
    expect(await ensureNamespace(cluster.kubernetes, "acme")).toBe(false);
    expect(cluster.requests.filter((each) => !each.startsWith("GET"))).toEqual([]);
  });
});

describe("the quota of a tenant", () => {
  const quota = { "requests.nvidia.com/gpu": "8", "limits.memory": "512Gi" };

  it("is made as the file says, and not written again", async () => {
    const cluster = storedObjects();
    expect(await ensured(cluster, quota)).toEqual({
      before: [
        "create namespace acme",
        "create quota clearml-tenant: requests.nvidia.com/gpu 8, limits.memory 512Gi",
      ],
      changed: true,
      after: [],
    });
    expect(cluster.objects.get(QUOTA)).toMatchObject({
      kind: "ResourceQuota",
      metadata: { labels: { ...MANAGED, ...LABELS } },
      spec: { hard: quota },
    });
  });

  it.each([
    ["in the server's spelling", { "requests.cpu": "0.5", "limits.memory": "1024Mi" }, []],
    ["with another limit", { "requests.cpu": "1", "limits.memory": "1Gi" }, ["change"]],
    ["with a limit more", { "requests.cpu": "500m", "limits.memory": "1Gi", pods: "9" }, ["change"]],
    ["with a limit less", { "requests.cpu": "500m" }, ["change"]],
  ])("%s is compared by what it means", async (_, wanted, expected) => {
    const cluster = storedObjects();
    await ensured(cluster, { "requests.cpu": "500m", "limits.memory": "1Gi" });
    const { before, after } = await ensured(cluster, wanted);
    expect(before.map((each) => each.split(" ")[0])).toEqual(expected);
    expect(after).toEqual([]);
    if (expected.length > 0) expect(cluster.objects.get(QUOTA)?.spec).toEqual({ hard: wanted });
  });

  it("is removed with the key of the file, unless somebody else made it", async () => {
    const cluster = storedObjects();
    await ensured(cluster, quota);
    expect(await ensured(cluster)).toEqual({
      before: ["remove quota clearml-tenant"],
      changed: true,
      after: [],
    });
    expect(cluster.objects.has(QUOTA)).toBe(false);
    cluster.put(QUOTA, { metadata: { name: "clearml-tenant" }, spec: { hard: quota } });
    expect((await ensured(cluster)).changed).toBe(false);
  });
});

describe("a namespace is refused", () => {
  const problems = async (cluster: StoredObjects, owner = OWNER) =>
    (await checkNamespace(cluster.kubernetes, owner)).map(formatProblem);

  it.each([
    [
      "that another tenant has",
      labelled({ "clearml-actions/tenant": "globex" }),
      ["namespace `acme` is that of tenant `globex`", "clearml-actions/tenant=acme"],
    ],
    [
      "of another environment",
      labelled({ ...LABELS, "clearml-actions/environment": "prod" }),
      ["belongs to environment `prod`, and this is `demo`", "clearml-actions/environment=demo"],
    ],
    [
      "that is being deleted",
      labelled(LABELS, { deletionTimestamp: "2026-11-01T00:00:00Z" }),
      ["is being deleted since 2026-11-01T00:00:00Z", "kubectl get namespace acme"],
    ],
  ])("%s", async (_, namespace, words) => {
    const cluster = storedObjects();
    cluster.put(NAMESPACE, namespace);
    const found = await problems(cluster);
    expect(found).toHaveLength(1);
    for (const each of words) expect(found[0]).toContain(each);
  });

  it("of Kubernetes itself", async () => {
    expect(await problems(storedObjects(), { ...OWNER, namespace: "kube-system" })).toEqual([
      "tenant `acme`: namespace `kube-system` belongs to Kubernetes itself; give the tenant a namespace of its own",
    ]);
  });

  it("that holds a component of the cluster, and not for a tenant's own releases", async () => {
    const cluster = storedObjects();
    cluster.put(NAMESPACE, labelled({}));
    cluster.put(`${NAMESPACE}/secrets/a`, installed("clearml-agent", "clearml-enterprise-agent"));
    expect(await problems(cluster)).toEqual([]);
    cluster.put(`${NAMESPACE}/secrets/b`, installed("clearml", "clearml-enterprise"));
    expect((await problems(cluster))[0]).toContain(
      "namespace `acme` holds release `clearml` (clearml-enterprise) of the shared component `control-plane`",
    );
  });

  it("never when it is missing, unlabelled or the tenant's own", async () => {
    const cluster = storedObjects();
    expect(await problems(cluster)).toEqual([]);
    for (const labels of [{}, LABELS]) {
      cluster.put(NAMESPACE, labelled(labels));
      expect(await problems(cluster)).toEqual([]);
    }
    expect(cluster.requests.filter((each) => !each.startsWith("GET"))).toEqual([]);
  });
});
