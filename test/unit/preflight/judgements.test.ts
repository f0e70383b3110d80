import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { charts } from "../../../src/preflight/checks/charts.ts";
import { foreignRelease } from "../../../src/preflight/checks/foreign-release.ts";
import { judgeHelm } from "../../../src/preflight/checks/helm-version.ts";
import { judgeNamespace } from "../../../src/preflight/checks/namespace-terminating.ts";
import { judgeEngine, networkPolicyEngine } from "../../../src/preflight/checks/network-policy-engine.ts";
import { pending } from "../../../src/preflight/checks/pending.ts";
import { releaseSize } from "../../../src/preflight/checks/release-size.ts";
import type { Look } from "../../../src/preflight/model.ts";
import { lookAt, told, use } from "./cluster.ts";

const records = (...pairs: [ComponentUse, object][]) => new Map(pairs) as unknown as Look["records"];

describe("Helm", () => {
  const now = new Date("2026-11-21");
  it.each([
    ["v4.2.3", []],
    ["v4.1.2", []],
    ["v4.3.0-rc.1", []],
    ["v4.2.1", ["error: Helm v4.2.1 is not safe for this: this release is faulty"]],
    ["v4.2.0", []],
    ["v4.1.1", [expect.stringMatching(/^error: Helm v4.1.1 is not safe/)]],
    ["v4.0.0", [expect.stringMatching(/^error: Helm v4.0.0 is not safe/)]],
    ["v3.21.4", ["info: Helm v3.21.4: Helm 3 gets security fixes until 2027-02-10"]],
  ])("%s", (version, expected) => expect(told(judgeHelm(version, now))).toEqual(expected));

  it("3 is warned of once it has ended", () => {
    expect(told(judgeHelm("v3.21.4", new Date("2027-02-10")))).toEqual([
      "warning: Helm v3.21.4: Helm 3 has had no security fixes since 2027-02-10",
    ]);
  });
});

describe("what enforces network policies", () => {
  const set = (name: string, image = "x", args: string[] = []) =>
    ({
      metadata: { name },
      spec: { template: { spec: { containers: [{ name, image, args }] } } },
    }) as unknown as KubernetesObject;
  const UNKNOWN = /^warning: nothing that enforces network policies was seen/;
  it.each<[string, KubernetesObject[], string, RegExp | undefined]>([
    ["calico", [set("kube-proxy"), set("calico-node")], "v1.35.4", undefined],
    ["cilium", [set("cilium")], "v1.35.4", undefined],
    ["GKE's", [set("anetd")], "v1.35.4-gke.1", undefined],
    ["Azure's", [set("azure-npm")], "v1.35.4", undefined],
    ["AWS's, on", [set("aws-node", "x", ["--enable-network-policy=true"])], "v1.35.4-eks-1", undefined],
    ["AWS's, off", [set("aws-node")], "v1.35.4-eks-1", UNKNOWN],
    ["k3s", [], "v1.35.4+k3s1", undefined],
    ["kindnet", [set("kindnet", "docker.io/kindest/kindnetd:v20240813-c6f155d6")], "v1.31.0", undefined],
    [
      "old kindnet",
      [set("kindnet", "docker.io/kindest/kindnetd:v20240202-8f1494ea")],
      "v1.30.0",
      /^warning: kindnet before kind v0.24 does not enforce/,
    ],
    ["flannel", [set("kube-flannel-ds")], "v1.35.4", /^warning: flannel alone does not enforce/],
    ["canal", [set("canal"), set("kube-flannel-ds")], "v1.35.4", undefined],
    ["nothing", [set("kube-proxy")], "v1.35.4", UNKNOWN],
  ])("%s", (_, sets, version, expected) => {
    const found = told(judgeEngine(sets, version));
    expect(found).toHaveLength(expected ? 1 : 0);
    if (expected) expect(found[0]).toMatch(expected);
  });

  it("matters only with network-isolation, and is a setting in EKS Auto Mode", async () => {
    const lists = { "/apis/apps/v1/daemonsets": [] };
    const path = "/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni";
    const objects = { [path]: { data: { "enable-network-policy-controller": "true" } } };
    const uses = [use("network-isolation")];
    const eks = { ...lookAt({ lists, objects }).kubernetes, version: "v1.35.4-eks-1" };
    expect(await networkPolicyEngine.find(lookAt({}))).toEqual([]);
    expect(await networkPolicyEngine.find(lookAt({ lists, objects }, { uses }))).toHaveLength(1);
    expect(await networkPolicyEngine.find(lookAt({}, { uses, kubernetes: eks }))).toEqual([]);
  });
});

describe("charts", () => {
  it("that cannot be had are errors at their place", async () => {
    const redis = use("redis", { version: "1" });
    const error = new UserError([{ message: "no login" }, { message: "no answer", hint: "wait" }], {
      kind: "cluster",
    });
    const found = await charts.find(lookAt({}, { charts: new Map([[redis, error]]) }));
    expect(found).toMatchObject([
      { severity: "error", message: "no login", kind: "cluster", at: { file: "clearml.yaml" } },
      { severity: "error", message: "no answer", hint: "wait" },
    ]);
  });

  it.each<[string, Partial<ComponentUse>, number]>([
    ["pinned", { chart: "oci://r.example/redis", version: "17.8.3" }, 0],
    ["of a registry", { chart: "oci://r.example/redis" }, 1],
    ["of a repository", { chart: "redis", repository: "https://charts.example" }, 1],
    ["of a repository with a login", { chart: "redis", repository: "https://private.example" }, 1],
    ["a package", { chart: "charts/redis-17.8.3.tgz" }, 0],
  ])("%s", async (_, more, count) => {
    const redis = use("redis", more);
    const helm = { version: "v4.2.3", aliases: new Map([["https://private.example", "private"]]) };
    const known = { charts: new Map([[redis, { name: "redis", version: "17.8.3" }]]), helm: helm as never };
    const found = await charts.find(lookAt({}, known));
    expect(found).toHaveLength(count);
    for (const each of found)
      expect(each).toMatchObject({ severity: "warning", hint: "write `version: 17.8.3`" });
  });
});

describe("releases", () => {
  const redis = use("redis", { namespace: "shared" });
  const there = {
    chart: "redis",
    chartVersion: "17.8.3",
    status: "deployed",
    revision: 3,
    storedBytes: 1_000,
  };
  const secrets = "/api/v1/namespaces/shared/secrets";
  const revisions = (count: number) =>
    Array.from({ length: count }, () => ({ metadata: { namespace: "shared", labels: { name: "redis" } } }));

  it.each([
    ["small", 800_000, 10, []],
    [
      "near the limit",
      839_000,
      10,
      [
        "warning: shared/redis takes 80 % of the 1 MiB that Helm can store of a release: beyond it upgrades fail",
      ],
    ],
    ["with a history at its limit", 1_000, 20, []],
    [
      "with a long history",
      1_000,
      21,
      ["info: 21 revisions of shared/redis are stored, which slows Helm down"],
    ],
  ])("%s", async (_, storedBytes, count, expected) => {
    const known = { records: records([redis, { ...there, storedBytes }]) };
    const lists = { [secrets]: revisions(count) };
    expect(told(await releaseSize.find(lookAt({ lists }, known)))).toEqual(expected);
  });

  it("with an operation that has not ended are named", async () => {
    const known = {
      records: records([redis, { ...there, status: "pending-upgrade" }], [use("billing"), there]),
    };
    expect(told(await pending.find(lookAt({}, known)))).toEqual([
      "info: shared/redis: revision 3 is pending-upgrade, the operation has not ended",
    ]);
  });

  it("of another chart are not taken over silently", async () => {
    const other = { ...there, chart: "valkey" };
    const wanted = new Map([[redis, { name: "redis", version: "17.8.4" }]]);
    const found = (record: object) =>
      foreignRelease.find(lookAt({}, { records: records([redis, record]), charts: wanted }));
    expect(told(await found(other))).toEqual([
      "warning: shared/redis was made from chart valkey 17.8.3; redis would replace it with redis 17.8.4",
    ]);
    expect(await found(there)).toEqual([]);
    expect(await found({ ...other, status: "uninstalled" })).toEqual([]);
  });

  it.each<[string, object, number]>([
    ["by name", { releaseName: "redis", targetNamespace: "shared" }, 1],
    ["elsewhere", { releaseName: "redis", targetNamespace: "other" }, 0],
    ["suspended", { releaseName: "redis", targetNamespace: "shared", suspend: true }, 0],
    ["by Flux' own rule", { targetNamespace: "shared" }, 0],
    ["in its own namespace", {}, 1],
  ])("that Flux looks after: %s", async (_, spec, count) => {
    const flux = "/apis/helm.toolkit.fluxcd.io/v2";
    const item = { metadata: { name: "redis", namespace: "shared" }, spec };
    const fake = { objects: { [flux]: {} }, lists: { [`${flux}/helmreleases`]: [item] } };
    expect(await foreignRelease.find(lookAt(fake, { uses: [redis] }))).toHaveLength(count);
  });
});

describe("namespaces", () => {
  const namespace = (more: object) =>
    ({ metadata: { name: "acme", ...more } }) as unknown as KubernetesObject;
  it("that are there are fine, and so are missing ones", () => {
    expect(judgeNamespace(namespace({}))).toEqual([]);
    expect(judgeNamespace(undefined)).toEqual([]);
  });

  it("that are deleted say what holds them", () => {
    const conditions = [
      {
        type: "NamespaceDeletionContentFailure",
        status: "False",
        message: "All content successfully deleted",
      },
      {
        type: "NamespaceFinalizersRemaining",
        status: "True",
        message: "Some content has finalizers: x in 1 ",
      },
    ];
    const dying = {
      ...namespace({ deletionTimestamp: "2026-11-21T00:00:00Z", finalizers: ["example.com/own"] }),
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Terminating", conditions },
    };
    expect(told(judgeNamespace(dying))).toEqual([
      "error: namespace acme is being deleted, nothing can be created in it: Some content has finalizers: x in 1; finalizers of its own: example.com/own",
    ]);
  });
});
