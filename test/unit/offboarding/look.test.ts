import { beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../src/environment/model.ts";
import { MANAGED_BY } from "../../../src/kubernetes/namespaces.ts";
import { nameOf } from "../../../src/offboarding/contents.ts";
import {
  isGoneFromCluster,
  isGoneFromServer,
  lookAtCluster,
  type TenantInCluster,
} from "../../../src/offboarding/look.ts";
import { removalPlan, serverSteps } from "../../../src/offboarding/plan.ts";
import { leftInCluster } from "../../../src/offboarding/proof.ts";
import { keptData } from "../../../src/offboarding/volumes.ts";
import type { ServerRemoval } from "../../../src/tenant/offboard.ts";
import { load, SOUND, SOUND_TENANT } from "../environment/support.ts";
import { clusterOf, type Given, MADE_HERE, namespace, OWN, release } from "./cluster.ts";

let environment: Environment;
let withTenant: Environment;
beforeAll(async () => {
  environment = await load({ "clearml.yaml": SOUND });
  withTenant = await load({
    "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
    "tenants/acme.yaml": `${SOUND_TENANT}components: { network-isolation: {} }\n`,
  });
});

const THEIRS = { ...OWN, "clearml-actions/environment": "production" };
const inAcme = (kind: string, name: string, more: object = {}): Given => ({
  kind,
  metadata: { name, namespace: "acme", ...more },
});
const volume = (name: string, claim: string, spec: object = {}, labels = {}): Given => {
  const [place, claimed] = claim.split("/");
  return {
    kind: "PersistentVolume",
    metadata: { name, labels },
    spec: { claimRef: { namespace: place, name: claimed }, persistentVolumeReclaimPolicy: "Delete", ...spec },
    status: { phase: "Bound" },
  };
};
const SET = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store, namespace: acme }
spec: { volumeClaimTemplates: [{ metadata: { name: data } }] }
---
apiVersion: v1
kind: Secret
metadata: { name: kept, annotations: { helm.sh/resource-policy: keep } }
`;
const WHOLE: Given[] = [
  release({ name: "clearml-agent", chart: "clearml-agent", manifest: SET }),
  inAcme("NetworkPolicy", "default-deny-ingress", {
    labels: { "app.kubernetes.io/managed-by": "clearml-actions" },
  }),
  inAcme("NetworkPolicy", "users-own", {
    managedFields: [{ manager: "clearml-actions", operation: "Apply" }],
  }),
  inAcme("NetworkPolicy", "of-others"),
  inAcme("ResourceQuota", "clearml-tenant", { labels: MADE_HERE }),
  inAcme("Secret", "clearml-tenant", { labels: MADE_HERE }),
  inAcme("Secret", "not-ours", { labels: THEIRS }),
  inAcme("ConfigMap", "by-hand"),
  inAcme("ConfigMap", "of-the-release", { annotations: { "meta.helm.sh/release-name": "clearml-agent" } }),
  inAcme("Pod", "owned", { ownerReferences: [{ name: "x" }] }),
  inAcme("Pod", "task"),
  inAcme("PersistentVolumeClaim", "data-store-0"),
  inAcme("PersistentVolumeClaim", "data-store-x"),
  volume("bound-here", "acme/data-store-0"),
  volume("bound-elsewhere", "globex/data"),
  volume("left-by-a-dead-run", "former/data", {}, OWN),
  volume("of-another-environment", "acme/data", {}, THEIRS),
];

const look = (...objects: Given[]): Promise<TenantInCluster> =>
  lookAtCluster(clusterOf(objects), environment, "acme");
const names = ({ belongings }: TenantInCluster) => belongings.map(nameOf);

describe("what a tenant has in the cluster", () => {
  it("is, in a namespace that goes, everything; ours in the order in which it goes", async () => {
    const found = await look(namespace("acme"), ...WHOLE);
    expect(names(found)).toEqual([
      "NetworkPolicy acme/default-deny-ingress",
      "NetworkPolicy acme/users-own",
      "ResourceQuota acme/clearml-tenant",
      "Secret acme/clearml-tenant",
    ]);
    expect(found.others.map(nameOf)).toEqual([
      "PersistentVolumeClaim acme/data-store-0",
      "PersistentVolumeClaim acme/data-store-x",
      "Pod acme/task",
      "ConfigMap acme/by-hand",
      "Secret acme/not-ours",
      "NetworkPolicy acme/of-others",
    ]);
    expect(found.volumes.map(({ name }) => name)).toEqual(["bound-here", "left-by-a-dead-run"]);
    expect(isGoneFromCluster(found)).toBe(false);
  });

  it("is, in a namespace that stays, what is ours and the claims of its releases' sets", async () => {
    const found = await look(namespace("acme", OWN), ...WHOLE);
    expect(found.others).toEqual([]);
    expect(found.volumes.map(({ name }) => name)).toEqual(["bound-here", "left-by-a-dead-run"]);
    expect(names(found)).toContain("NetworkPolicy acme/users-own");
  });

  it("is not, in a namespace without its label, what others have written there", async () => {
    const found = await look(...WHOLE);
    expect(names(found)).toEqual(["ResourceQuota acme/clearml-tenant", "Secret acme/clearml-tenant"]);
    expect(found.releases).toEqual([]);
  });

  it.each([
    ["its file names, without its label", namespace("acme", {})],
    ["it shares with the control plane", namespace("clearml")],
  ])("is no policy of a namespace that %s", async (_, place) => {
    const metadata = { name: "default-deny-ingress", namespace: place.metadata.name, labels: MANAGED_BY };
    const kubernetes = clusterOf([place, { kind: "NetworkPolicy", metadata }]);
    expect(names(await lookAtCluster(kubernetes, withTenant, "acme"))).toEqual([]);
  });

  it.each<[string, Given[], boolean]>([
    ["nothing", [], true],
    ["another tenant's things", [inAcme("Secret", "x", { labels: THEIRS })], true],
    ["a namespace", [namespace("acme")], false],
    ["a namespace that stays, and still has the label", [namespace("acme", OWN)], false],
    [
      "an object with the label, wherever",
      [{ kind: "Secret", metadata: { name: "x", namespace: "y", labels: OWN } }],
      false,
    ],
    ["a volume with the label", [volume("x", "former/data", {}, OWN)], false],
  ])("is gone with %s: %s", async (_, objects, expected) => {
    expect(isGoneFromCluster(await look(...objects))).toBe(expected);
  });
});

describe("the data of a volume", () => {
  it.each<[object, string | undefined]>([
    [{}, undefined],
    [
      {
        persistentVolumeReclaimPolicy: "Retain",
        csi: { driver: "d.example", volumeHandle: "h-1", nodeStageSecretRef: { name: "s" } },
      },
      "driver d.example, volume h-1",
    ],
    [
      { persistentVolumeReclaimPolicy: "Retain", nfs: { server: "10.0.0.9", path: "/x" } },
      "nfs, server 10.0.0.9, path /x",
    ],
    [
      { persistentVolumeReclaimPolicy: "Retain", flexVolume: { options: { password: "x" } } },
      "as `kubectl get pv -o yaml` said",
    ],
  ])("of %j stays at %s", async (spec, storage) => {
    const [found] = (await look(namespace("acme"), volume("v", "acme/data", spec))).volumes;
    const told = found && keptData(found);
    expect(told).toBe(
      storage && `the data of volume v (claim acme/data, policy Retain) stays in its storage: ${storage}`,
    );
  });
});

const SERVER: ServerRemoval = {
  company: { id: "c", name: "Acme" },
  admin: "a",
  users: [{ id: "a", name: "Ann", keys: ["AK1", "AK2"] }],
  queues: [{ id: "q", name: "gpu", entries: 1 }],
  domains: ["acme.example"],
  whitelist: ["x@acme.example"],
};
const EMPTY: ServerRemoval = { users: [], queues: [], domains: [], whitelist: [] };

describe("what is done on the server", () => {
  it.each<[string, ServerRemoval | undefined, string[], boolean]>([
    [
      "everything",
      SERVER,
      [
        'revoke 2 keys of user Ann of company "Acme"',
        'delete queue gpu with 1 waiting task of company "Acme"',
        'clear domains acme.example of company "Acme"',
        'clear 1 e-mail address of those let in of company "Acme"',
      ],
      false,
    ],
    ["nothing, where nothing is", { ...EMPTY, admin: "a" }, [], true],
    ["nothing, where nobody is known", { ...EMPTY, domains: undefined }, [], true],
    [
      "domains that are not told",
      { ...EMPTY, admin: "a", domains: undefined },
      ["clear domains (the server does not tell which)"],
      true,
    ],
    ["nothing for an unknown company", undefined, [], true],
  ])("%s", (_, server, steps, gone) => {
    expect(serverSteps(server).map(({ action, what }) => `${action} ${what}`)).toEqual(steps);
    expect(isGoneFromServer(server)).toBe(gone);
  });
});

describe("the plan of a removal", () => {
  it("deletes everything, without what the chart keeps and without pods, which come and go", async () => {
    const plan = removalPlan(await look(namespace("acme"), ...WHOLE), SERVER);
    expect(plan.releases).toMatchObject([
      {
        component: "agent",
        action: "uninstall",
        baseRevision: 1,
        objects: [{ kind: "StatefulSet", action: "delete" }],
      },
    ]);
    expect(plan.releases[0]?.notices).toEqual(["the chart tells Helm to keep Secret kept"]);
    const objects = plan.manifests.flatMap((each) => each.objects);
    expect(new Set(objects.map(({ action }) => action))).toEqual(new Set(["delete"]));
    expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "NetworkPolicy default-deny-ingress",
      "NetworkPolicy users-own",
      "ResourceQuota clearml-tenant",
      "Secret clearml-tenant",
      "PersistentVolumeClaim data-store-0",
      "PersistentVolumeClaim data-store-x",
      "ConfigMap by-hand",
      "Secret not-ours",
      "NetworkPolicy of-others",
      "Namespace acme",
      "PersistentVolume bound-here",
      "PersistentVolume left-by-a-dead-run",
    ]);
    expect(JSON.stringify(plan)).not.toContain("AK1");
  });
});

describe("what is left", () => {
  const clusterRole = { name: "wide", annotations: { "meta.helm.sh/release-namespace": "acme" } };
  it.each<[string, Given[], string[]]>([
    ["nothing", [], []],
    ["what is others'", [volume("v", "globex/data"), { kind: "ClusterRole", metadata: { name: "x" } }], []],
    ["a namespace, once", [namespace("acme")], ["Namespace acme"]],
    [
      "a cluster-wide object that the chart told Helm to keep",
      [{ kind: "ClusterRole", metadata: clusterRole }],
      ["ClusterRole wide"],
    ],
    [
      "an object with the label, and what holds it",
      [{ kind: "Secret", metadata: { name: "s", namespace: "x", labels: OWN, finalizers: ["a/b"] } }],
      ["Secret x/s (finalizer a/b)"],
    ],
    ["a volume, once", [volume("v", "acme/data", {}, OWN)], ["PersistentVolume v of claim acme/data"]],
  ])("is told: %s", async (_, objects, expected) => {
    const before = clusterOf([namespace("acme")]);
    const { place, served } = await lookAtCluster(before, environment, "acme");
    expect((await leftInCluster(clusterOf(objects), environment, served, place)).left).toEqual(expected);
  });

  it("names what could not be looked at", async () => {
    const { place, served } = await look(namespace("acme"));
    const kubernetes = clusterOf([], /\/(pods|clusterroles)$/);
    const { unread } = await leftInCluster(kubernetes, environment, served, place);
    expect(unread).toEqual(["pods", "clusterroles"]);
  });
});
