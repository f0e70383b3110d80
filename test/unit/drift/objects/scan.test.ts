import { describe, expect, it } from "vitest";
import type { LiveObject } from "../../../../src/drift/objects/model.ts";
import { deployed, EDITED_AT, edited, namespace, release, scanned, short } from "./support.ts";

const MANIFEST = `---
# Source: agent/templates/objects.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: web
          image: web:1
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: agent-reader
rules: []
`;

function find(objects: readonly LiveObject[], kind: string): LiveObject {
  const found = objects.find((object) => object.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

function replaced(objects: readonly LiveObject[], by: LiveObject): LiveObject[] {
  return objects.map((object) => (object.kind === by.kind ? by : object));
}

describe("scanObjects", () => {
  it("finds nothing where nobody has touched anything, with one list for each kind", async () => {
    const releases = ["acme", "globex", "initech"].map((tenant) =>
      release(tenant, MANIFEST.replace("agent-reader", `${tenant}-reader`), { tenant }),
    );
    const found = await scanned(releases, { objects: releases.flatMap((each) => deployed(each)), page: 2 });
    expect(found).toMatchObject({ findings: [], unread: [], notes: [] });
    expect(found.wanted).toHaveLength(9);
    const lists = new Set(found.asked.map((request) => request.split("?")[0]));
    expect([...lists].sort()).toEqual([
      "GET /api/v1/configmaps",
      "GET /api/v1/namespaces",
      "GET /apis",
      "GET /apis/apps/v1/deployments",
      "GET /apis/autoscaling/v2/horizontalpodautoscalers",
      "GET /apis/rbac.authorization.k8s.io/v1/clusterroles",
    ]);
    // Of three objects a page has two.
    expect(found.asked).toHaveLength(10);
  });

  it.each([
    ["server", "conflict", "Helm is refused what kubectl-edit owns"],
    ["client", true, undefined],
  ] as const)(
    "says who changed a field, and what an upgrade of a release applied on the %s does",
    async (applyMethod, repairs, hint) => {
      const agent = release("acme", MANIFEST, { tenant: "acme", applyMethod });
      const objects = deployed(agent);
      const web = edited(
        find(objects, "Deployment"),
        (object) =>
          Object.assign(
            (object.spec as { template: { spec: { containers: object[] } } }).template.spec
              .containers[0] as object,
            { image: "web:2" },
          ),
        {
          "f:spec": {
            "f:template": { "f:spec": { "f:containers": { 'k:{"name":"web"}': { "f:image": {} } } } },
          },
        },
      );
      const { findings, unread } = await scanned([agent], { objects: replaced(objects, web) });
      expect(unread).toEqual([]);
      expect(findings).toEqual([
        {
          class: "modified",
          component: "agent",
          tenant: "acme",
          object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "acme", name: "web" },
          path: "/spec/template/spec/containers/name=web/image",
          expected: '"web:1"',
          actual: '"web:2"',
          manager: "kubectl-edit",
          since: EDITED_AT,
          upgradeRepairs: repairs,
          message:
            "agent: Deployment acme/web: /spec/template/spec/containers/name=web/image is not what the release says",
          ...(hint ? { hint: expect.stringContaining(hint) } : {}),
        },
      ]);
    },
  );

  it("tells an addition once, with what is in it", async () => {
    const agent = release("acme", MANIFEST);
    const objects = deployed(agent);
    const web = edited(
      find(objects, "Deployment"),
      (object) =>
        (object.spec as { template: { spec: { containers: object[] } } }).template.spec.containers.push({
          name: "shell",
          image: "busybox",
        }),
      {
        "f:spec": {
          "f:template": {
            "f:spec": { "f:containers": { 'k:{"name":"shell"}': { ".": {}, "f:image": {}, "f:name": {} } } },
          },
        },
      },
    );
    const { findings } = await scanned([agent], { objects: replaced(objects, web) });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      class: "foreign-added",
      path: "/spec/template/spec/containers/name=shell",
      actual: '{"name":"shell","image":"busybox"}',
      manager: "kubectl-edit",
      upgradeRepairs: false,
    });
    expect(findings[0]).not.toHaveProperty("expected");
  });

  it("says that an object is gone only when it is not there by its name either", async () => {
    const agent = release("acme", MANIFEST);
    const unlabelled = deployed(agent).map((object) => {
      const { "app.kubernetes.io/managed-by": _, ...labels } = object.metadata.labels ?? {};
      return object.kind === "ConfigMap" ? { ...object, metadata: { ...object.metadata, labels } } : object;
    });
    const { findings } = await scanned([agent], {
      objects: [namespace("acme"), ...unlabelled.filter(({ kind }) => kind !== "Deployment")],
    });
    expect(findings.map(short).sort()).toEqual([
      "missing Deployment acme/web",
      "modified ConfigMap acme/settings /metadata/labels/app.kubernetes.io~1managed-by",
    ]);
    expect(findings.find((each) => each.class === "missing")).toMatchObject({ upgradeRepairs: true });
  });

  it("does not miss what Kubernetes itself has cleaned up, nor compare hooks", async () => {
    const job = (name: string, spec: string) =>
      `---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;
    const hook = `---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate, annotations: { helm.sh/hook: pre-upgrade } }\n`;
    const agent = release(
      "acme",
      job("short", "ttlSecondsAfterFinished: 60") + job("kept", "parallelism: 1") + hook,
      {
        hooks: hook.replace("migrate", "test"),
      },
    );
    const left = deployed(release("acme", hook.replace("migrate", "test")));
    const { findings, notes, wanted } = await scanned([agent], { objects: [namespace("acme"), ...left] });
    expect(findings.map(short)).toEqual(["missing Job acme/kept"]);
    expect(notes).toEqual(["Jobs that hooks of releases have left, which is no drift: acme/test"]);
    expect(wanted).toHaveLength(2);
  });

  it("leaves the number of pods to whoever scales them", async () => {
    const agent = release("acme", MANIFEST);
    const scaled = deployed(agent).map((object) =>
      object.kind === "Deployment"
        ? edited(object, (each) => Object.assign(each.spec as object, { replicas: 5 }), {
            "f:spec": { "f:replicas": {} },
          })
        : object,
    );
    const scaler = (apiVersion: string, kind: string, target: object): LiveObject => ({
      apiVersion,
      kind,
      metadata: { name: "any", namespace: "acme" },
      spec: { scaleTargetRef: target },
    });
    const hpa = scaler("autoscaling/v2", "HorizontalPodAutoscaler", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      name: "web",
    });
    const keda = scaler("keda.sh/v1alpha1", "ScaledObject", { name: "web" });
    const other = {
      ...hpa,
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "other" } },
    };
    const custom = ["keda.sh/v1alpha1/ScaledObject"];
    const paths = async (more: LiveObject[]) =>
      (await scanned([agent], { objects: [...scaled, ...more], custom })).findings.map(({ path }) => path);
    expect(await paths([hpa])).toEqual([]);
    expect(await paths([keda])).toEqual([]);
    expect(await paths([other])).toEqual(["/spec/replicas"]);
  });

  it("compares what a failed upgrade should have made, and nothing of one that is under way", async () => {
    const statuses = ["failed", "superseded", "pending-upgrade", "uninstalling", "uninstalled"];
    const releases = statuses.map((status, index) =>
      release(`n${index}`, MANIFEST.split("---")[1] ?? "", { status }),
    );
    const { findings, wanted } = await scanned(releases, {
      objects: statuses.map((_, index) => namespace(`n${index}`)),
    });
    expect(findings.map(short)).toEqual(["missing ConfigMap n0/settings", "missing ConfigMap n1/settings"]);
    expect(wanted).toHaveLength(2);
  });

  it("goes on where a manifest cannot be read", async () => {
    const broken = release("broken", "kind: [", {});
    const agent = release("acme", MANIFEST);
    const { findings, unread } = await scanned([broken, agent], { objects: deployed(agent) });
    expect(findings).toEqual([]);
    expect(unread).toEqual([
      { scope: "manifest of release broken/agent", reason: expect.stringContaining("no valid YAML") },
    ]);
  });

  it("takes the later of two documents for one object", async () => {
    const twice = release(
      "acme",
      `${MANIFEST.split("---")[1]}---${MANIFEST.split("---")[1]?.replace("fast", "slow")}`,
    );
    const live = deployed(twice).slice(1);
    expect((await scanned([twice], { objects: live })).findings).toEqual([]);
    const first = deployed(twice).slice(0, 1);
    expect((await scanned([twice], { objects: first })).findings.map(short)).toEqual([
      "modified ConfigMap acme/settings /data/mode",
    ]);
  });
});
