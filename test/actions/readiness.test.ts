import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createExec, type Exec } from "../../src/core/exec.ts";
import { createSecrets } from "../../src/core/secrets.ts";
import { collectEvidence } from "../../src/deploy/evidence.ts";
import { connectKubernetes, type Kubernetes } from "../../src/kubernetes/api.ts";
import { apiPath, type KubernetesObject } from "../../src/kubernetes/objects.ts";
import type { Graces } from "../../src/readiness/lasting.ts";
import { NotReadyError, waitUntilReady } from "../../src/readiness/watch.ts";
import { recommendedNodes } from "../cluster/objects.ts";
import { IMAGE, type RealNode, realNodeUnavailable, startRealNode } from "../cluster/real-node.ts";
import { FAIL_ANNOTATION, NO_ADDRESS_ANNOTATION } from "../cluster/stages.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";

const unavailable = realNodeUnavailable();
const connections: { exec: Exec; folder: string }[] = [];
let cluster: Cluster;
let kubernetes: Kubernetes;

beforeAll(async () => {
  cluster = await startCluster({ nodes: recommendedNodes(1), auditLog: true });
  kubernetes = await connect(cluster);
});

afterAll(async () => {
  for (const { exec, folder } of connections) {
    await exec.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  await cluster?.stop();
});

async function connect({ kubeconfig }: Cluster): Promise<Kubernetes> {
  const { kubectl } = await ensureTools(["kubectl"]);
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-readiness-"));
  const env = {
    PATH: [dirname(kubectl), process.env.PATH].join(delimiter),
    HOME: folder,
    KUBECONFIG: kubeconfig,
  };
  const exec = createExec(env, { info: () => undefined, debug: () => undefined, group: (_, work) => work() });
  connections.push({ exec, folder });
  return connectKubernetes({ exec, tempDir: async () => folder, signal: new AbortController().signal });
}

/** Objects in a namespace of their own. */
async function given(api: Kubernetes, objects: readonly KubernetesObject[]): Promise<string> {
  const namespace = `ready-${crypto.randomUUID().slice(0, 8)}`;
  const path = (object: KubernetesObject) =>
    apiPath(object.apiVersion, `${object.kind.toLowerCase()}s`, namespace);
  await api.create("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  for (const object of objects) await api.create(path(object), object);
  return namespace;
}

interface Watched {
  error?: NotReadyError;
  lines: string[];
  seconds: number;
}

/** What a wait for objects says and how it ends. The graces are short, as nothing here gets better. */
async function watch(
  objects: readonly KubernetesObject[],
  {
    timeoutMs = 15_000,
    graces = { certain: 0, missing: 0, unschedulable: 500, refused: 500, crash: 500, image: 60_000 },
    pace = { first: 500, changed: 500, unchanged: 5_000 },
    api = kubernetes,
    namespace,
    secrets = [],
  }: {
    timeoutMs?: number;
    graces?: Partial<Graces>;
    pace?: { first: number; changed: number; unchanged: number };
    api?: Kubernetes;
    namespace?: string;
    secrets?: string[];
  } = {},
): Promise<Watched> {
  const place = namespace ?? (await given(api, objects));
  const lines: string[] = [];
  const known = createSecrets(() => undefined);
  for (const each of secrets) known.mask(each);
  const log = {
    info: (text: string) => void lines.push(known.redact(text)),
    debug: () => undefined,
    group: <T>(_: string, work: () => Promise<T>) => work(),
  };
  const started = Date.now();
  const awaited = { release: "shop", namespace: place, objects };
  const context = { log, signal: new AbortController().signal };
  const error = await waitUntilReady(context, api, awaited, timeoutMs, { graces, pace }).then(
    () => undefined,
    (thrown: unknown) => {
      if (thrown instanceof NotReadyError) return thrown;
      throw thrown;
    },
  );
  return { ...(error ? { error } : {}), lines, seconds: (Date.now() - started) / 1000 };
}

interface PodParts {
  fail?: string;
  container?: object;
  pod?: object;
  replicas?: number;
}

function workload(kind: string, name: string, parts: PodParts = {}): KubernetesObject {
  const { fail, container = {}, pod = {}, replicas = 1 } = parts;
  const labels = { app: name };
  const template = {
    metadata: { labels, ...(fail ? { annotations: { [FAIL_ANNOTATION]: fail } } : {}) },
    spec: { containers: [{ name: "web", image: "registry.example.com/shop/web:1.2", ...container }], ...pod },
  };
  const spec =
    kind === "Job"
      ? { backoffLimit: 0, template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } }
      : { ...(kind === "DaemonSet" ? {} : { replicas }), selector: { matchLabels: labels }, template };
  return {
    apiVersion: kind === "Job" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name },
    spec: kind === "StatefulSet" ? { ...spec, serviceName: name } : spec,
  };
}

function service(annotations: Record<string, string> = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "entry", annotations },
    spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
  };
}

function claim(name: string, storageClassName: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
}

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
    const namespace = await given(kubernetes, objects);
    expect((await watch(objects, { namespace })).error).toBeUndefined();
    const asked: string[] = [];
    const counting: Kubernetes = {
      ...kubernetes,
      list: (path, query) => {
        asked.push(path.replace(/.*\//, ""));
        return kubernetes.list(path, query);
      },
    };
    const again = await watch(objects, { namespace, api: counting });
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
    const { error, lines, seconds } = await watch(slow, { graces: { crash: 0 } });
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
    await kubernetes.create("/apis/storage.k8s.io/v1/storageclasses", lazy);
    expect((await watch([claim("cache", "lazy")], { timeoutMs: 3_000 })).error).toBeUndefined();
  });
});

describe("what never will be ready", () => {
  const GPU = { resources: { limits: { "nvidia.com/mig-1g.10gb": "1" } } };
  it.each([
    {
      form: "a tag that does not exist",
      object: workload("Deployment", "web", { fail: "image-missing" }),
      reason:
        /pod web-\S+: container web: the image registry.example.com\/shop\/web:1.2 cannot be pulled: .*: not found$/,
      repair: /correct the tag or the repository of registry.example.com\/shop\/web:1.2/,
    },
    {
      form: "a registry that wants a login",
      object: workload("Deployment", "web", {
        fail: "image-denied",
        pod: { imagePullSecrets: [{ name: "clearml-pull" }] },
      }),
      reason: /cannot be pulled: Failed to pull image: authorization failed: no basic auth credentials$/,
      repair: /^the pull secret `clearml-pull` in namespace ready-\S+ does not open registry.example.com/,
    },
    {
      form: "an image name that is none",
      object: workload("Deployment", "web", { fail: "image-name" }),
      reason: /container web: `registry.example.com\/shop\/web:1.2` is no image name$/,
      repair: /registry\/repository:tag/,
    },
    {
      form: "a Secret that is not there",
      object: workload("StatefulSet", "db", { fail: "config" }),
      reason:
        /^pod db-0: container web cannot be made \(CreateContainerConfigError\): secret "absent" not found$/,
      repair: /^make the secret `absent` in namespace ready-/,
    },
    {
      form: "a crash loop",
      object: workload("StatefulSet", "db", { fail: "crash" }),
      reason: /^pod db-0: container web crashes \(exit code 1, 3 restarts\)$/,
      repair: /^read `kubectl -n ready-\S+ logs db-0 -c web --previous`$/,
    },
    {
      form: "a container without memory",
      object: workload("DaemonSet", "node", { fail: "oom" }),
      reason: /container web crashes \(exit code 137, out of memory, 4 restarts\)$/,
      repair: /higher memory limit/,
    },
    {
      form: "a resource that no node has",
      object: workload("Deployment", "web", { container: GPU }),
      reason:
        /no node takes it: 0\/1 nodes are available: .*Insufficient nvidia.com\/mig-1g.10gb.* \(no node it may run on has any nvidia.com\/mig-1g.10gb\)$/,
      repair: /MIG operator/,
    },
    {
      form: "more memory than any node has",
      object: workload("Deployment", "web", { container: { resources: { requests: { memory: "64Gi" } } } }),
      reason: /it asks for 68719476736 memory, no node it may run on has more than 34359738368/,
      repair: /ask for less memory/,
    },
    {
      form: "labels that no node has",
      object: workload("Deployment", "web", { pod: { nodeSelector: { disk: "fast" } } }),
      reason:
        /no node takes it: .*didn't match Pod's node affinity\/selector.*\(no node has the labels disk=fast\)$/,
      repair: /label a node with disk=fast/,
    },
    {
      form: "a failed Job",
      object: workload("Job", "once", { fail: "exit" }),
      reason: /^failed: BackoffLimitExceeded: Job has reached the specified backoff limit$/,
      repair: /delete job\/once/,
    },
    {
      form: "a service account that is not there",
      object: workload("Deployment", "web", { pod: { serviceAccountName: "absent" } }),
      reason: /^its pods cannot be made: .*serviceaccount "absent" not found$/,
      repair: /service account/,
    },
    {
      form: "a storage class that is not there",
      object: claim("data", "absent"),
      reason: /^storageclass.storage.k8s.io "absent" not found$/,
      repair: /name a storage class of this cluster/,
    },
  ])("stops the wait within seconds: $form", async ({ object, reason, repair }) => {
    const { error, lines, seconds } = await watch([object]);
    const name = `${object.kind.toLowerCase()}/${object.metadata.name}`;
    expect(error?.missing).toEqual([
      expect.objectContaining({
        object: name,
        reason: expect.stringMatching(reason),
        repair: expect.stringMatching(repair),
        hopeless: true,
      }),
    ]);
    expect(error?.hopeless).toBe(true);
    expect(error?.problems[0]?.message).toContain(`will not become ready: ${name}: `);
    expect(lines.at(-1)).toContain(`shop: 0 of 1 ready; ${name}: `);
    expect(seconds).toBeLessThan(10);
  });

  it("stops the wait: pods that a quota or pod security refuses", async () => {
    const web = workload("Deployment", "web", { container: { resources: { requests: { cpu: "4" } } } });
    const namespace = await given(kubernetes, []);
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "small" },
      spec: { hard: { "requests.cpu": "1" } },
    };
    await kubernetes.create(apiPath("v1", "resourcequotas", namespace), quota);
    await kubernetes.create(apiPath("apps/v1", "deployments", namespace), web);
    const { error } = await watch([web], { namespace });
    expect(error?.missing[0]).toMatchObject({
      reason: expect.stringMatching(
        /^its pods cannot be made: .*exceeded quota: small, requested: requests.cpu=4/,
      ),
      repair: "raise the quota `small`, or ask for less in the values",
      hopeless: true,
    });
  });

  it("stops the wait: a rollout that its Deployment has given up on", async () => {
    const web = workload("Deployment", "web", { fail: "probe" });
    Object.assign(web.spec as object, { progressDeadlineSeconds: 2 });
    const { error } = await watch([web], { graces: { deadline: 0 } });
    expect(error?.missing[0]).toMatchObject({
      reason: expect.stringContaining("has timed out progressing"),
      hopeless: true,
    });
  });

  it("stops the wait: an object that somebody has deleted", async () => {
    const web = workload("Deployment", "web");
    const namespace = await given(kubernetes, []);
    const { error } = await watch([web], { namespace });
    expect(error?.missing).toEqual([
      expect.objectContaining({ object: "deployment/web", reason: "is not there", hopeless: true }),
    ]);
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
    const { error } = await watch([object], { timeoutMs: 3_500 });
    const [missing] = error?.missing ?? [];
    expect(missing?.reason).toMatch(reason);
    expect(error?.hopeless).toBe(false);
    expect(error?.problems[0]?.message).toMatch(/^release ready-\S+\/shop: not ready after 4 s: /);
  });

  it("is a crash loop that has not lasted long enough", async () => {
    const { error } = await watch([workload("StatefulSet", "db", { fail: "crash" })], {
      timeoutMs: 3_500,
      graces: { crash: 10_000 },
    });
    expect(error?.hopeless).toBe(false);
  });

  it("is the new revision, whatever the pods of the old one do", async () => {
    const broken = workload("Deployment", "web", { fail: "crash" });
    const namespace = await given(kubernetes, [broken]);
    await expect(watch([broken], { namespace, graces: { crash: 0 } })).resolves.toMatchObject({
      error: { hopeless: true },
    });
    const mended = workload("Deployment", "web", { fail: "slow" });
    const path = apiPath("apps/v1", "deployments", namespace, "web");
    const live = (await kubernetes.get(path)) as KubernetesObject & { spec: object };
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    await kubernetes.replace(path, { ...live, spec: { ...(mended.spec as object), strategy } });
    const { error } = await watch([mended], { namespace, graces: { crash: 0 } });
    expect(error).toBeUndefined();
  });
});
