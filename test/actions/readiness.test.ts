import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import { apiPath, type KubernetesObject } from "../../src/kubernetes/objects.ts";
import { recommendedNodes } from "../cluster/objects.ts";
import { NO_ADDRESS_ANNOTATION } from "../cluster/stages.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import {
  type Connection,
  claim,
  connect,
  given,
  service,
  watch,
  watchNew,
  workload,
} from "../support/watching.ts";

let cluster: Cluster;
let connection: Connection;

beforeAll(async () => {
  cluster = await startCluster({ nodes: recommendedNodes(1) });
  connection = await connect(cluster);
});

afterAll(async () => {
  await connection?.close();
  await cluster?.stop();
});

describe("what becomes ready", () => {
  it("is waited for, of every kind, and costs one list a kind once it is ready", async () => {
    const objects = [
      workload("Deployment", "web", { replicas: 2 }),
      workload("StatefulSet", "db", { replicas: 2 }),
      workload("DaemonSet", "node"),
      workload("Job", "once"),
      claim("data", "standard"),
      service(),
    ];
    const namespace = await given(connection.api, objects);
    expect((await watch(connection.api, namespace, objects)).error).toBeUndefined();
    const asked: string[] = [];
    const counting: Kubernetes = {
      ...connection.api,
      list: (path, query) => {
        asked.push(path.replace(/.*\//, ""));
        return connection.api.list(path, query);
      },
    };
    const again = await watch(counting, namespace, objects);
    expect(again).toMatchObject({ lines: [] });
    expect(asked.sort()).toEqual([
      "daemonsets",
      "deployments",
      "jobs",
      "persistentvolumeclaims",
      "services",
      "statefulsets",
    ]);
  });

  it("may take its time, or crash at first", async () => {
    const slow = [
      workload("Deployment", "web", { fail: "slow" }),
      workload("StatefulSet", "db", { fail: "restarts" }),
    ];
    const { error, lines, seconds } = await watchNew(connection.api, slow, { graces: { crash: 0 } });
    expect(error).toBeUndefined();
    expect(seconds).toBeGreaterThan(3);
    expect(lines.join("\n")).toMatch(/^shop: 0 of 2 ready; deployment\/web: pod web-\S+: /);
    expect(lines.join("\n")).toMatch(
      /statefulset\/db: pod db-0: container web crashes \(exit code 1, 2 restarts\)/,
    );
  });

  it("need not be bound while its class waits for a pod that uses it", async () => {
    const lazy = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "lazy" },
      provisioner: "example.com/none",
      volumeBindingMode: "WaitForFirstConsumer",
    };
    await connection.api.create("/apis/storage.k8s.io/v1/storageclasses", lazy);
    expect(
      (await watchNew(connection.api, [claim("cache", "lazy")], { timeoutMs: 3_000 })).error,
    ).toBeUndefined();
  });
});

describe("what may still become ready", () => {
  it.each([
    {
      form: "a registry that is asked too often",
      object: workload("Deployment", "web", { fail: "image-rate" }),
      reason: /the image registry.example.com\/shop\/web:1.2 cannot be pulled: .*429 Too Many Requests$/,
    },
    {
      form: "an image nobody says more about",
      object: workload("Deployment", "web", { fail: "image" }),
      reason: /cannot be pulled: Back-off pulling image "registry.example.com\/shop\/web:1.2"$/,
    },
    {
      form: "a container that does not answer its probe",
      object: workload("Deployment", "web", { fail: "probe" }),
      reason:
        /container web runs but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503$/,
    },
    {
      form: "nodes that are full for now",
      object: workload("Deployment", "web", {
        replicas: 3,
        container: { resources: { requests: { cpu: "3" } } },
      }),
      reason: /no node takes it: 0\/1 nodes are available: 1 Insufficient cpu/,
    },
    {
      form: "a load balancer without address",
      object: service({ [NO_ADDRESS_ANNOTATION]: "true" }),
      reason: /^no address from a load balancer yet$/,
    },
  ])("is waited for until the time is up: $form", async ({ object, reason }) => {
    const { error } = await watchNew(connection.api, [object], { timeoutMs: 3_500 });
    const [missing] = error?.missing ?? [];
    expect(missing?.reason).toMatch(reason);
    expect(error?.hopeless).toBe(false);
    expect(error?.problems[0]?.message).toMatch(/^release ready-\S+\/shop: not ready after 4 s: /);
  });

  it("is not a load balancer alone, where nothing gives it an address", async () => {
    const objects = [service({ [NO_ADDRESS_ANNOTATION]: "true" }), workload("Deployment", "web")];
    const started = Date.now();
    const { error } = await watchNew(connection.api, objects, { timeoutMs: 20_000, addressMs: 2_000 });
    expect(error).toBeUndefined();
    expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  });

  it("is a crash loop that has not lasted long enough", async () => {
    const { error } = await watchNew(connection.api, [workload("StatefulSet", "db", { fail: "crash" })], {
      timeoutMs: 3_500,
      graces: { crash: 10_000 },
    });
    expect(error?.hopeless).toBe(false);
  });

  it("is the new revision, whatever the pods of the old one do", async () => {
    const broken = workload("Deployment", "web", { fail: "crash" });
    const namespace = await given(connection.api, [broken]);
    await expect(watch(connection.api, namespace, [broken], { graces: { crash: 0 } })).resolves.toMatchObject(
      {
        error: { hopeless: true },
      },
    );
    const mended = workload("Deployment", "web", { fail: "slow" });
    const path = apiPath("apps/v1", "deployments", namespace, "web");
    const live = (await connection.api.get(path)) as KubernetesObject & { spec: object };
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    await connection.api.replace(path, { ...live, spec: { ...(mended.spec as object), strategy } });
    const { error } = await watch(connection.api, namespace, [mended], { graces: { crash: 0 } });
    expect(error).toBeUndefined();
  });
});
