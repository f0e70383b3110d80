import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiPath } from "../../src/kubernetes/objects.ts";
import { recommendedNodes } from "../cluster/objects.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { type Connection, claim, connect, given, watch, watchNew, workload } from "../support/watching.ts";

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
      reason:
        /^failed: BackoffLimitExceeded: Job has reached the specified backoff limit; pod once-\S+: failed: container web ended with exit code 1$/,
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
    const { error, lines, seconds } = await watchNew(connection.api, [object]);
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

  it("stops the wait: pods that a quota refuses", async () => {
    const web = workload("Deployment", "web", { container: { resources: { requests: { cpu: "4" } } } });
    const namespace = await given(connection.api, []);
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "small" },
      spec: { hard: { "requests.cpu": "1" } },
    };
    await connection.api.create(apiPath("v1", "resourcequotas", namespace), quota);
    await connection.api.create(apiPath("apps/v1", "deployments", namespace), web);
    const { error } = await watch(connection.api, namespace, [web]);
    expect(error?.missing[0]).toMatchObject({
      reason: expect.stringMatching(
        /^its pods cannot be made: .*exceeded quota: small, requested: requests.cpu=4/,
      ),
      repair: "raise the quota `small`, or ask for less in the values",
      hopeless: true,
    });
  });

  it("stops the wait: pods that pod security refuses", async () => {
    const agent = workload("DaemonSet", "node", { pod: { hostNetwork: true } });
    const namespace = await given(connection.api, []);
    const labels = { "pod-security.kubernetes.io/enforce": "baseline" };
    await connection.api.apply({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels },
    });
    await connection.api.create(apiPath("apps/v1", "daemonsets", namespace), agent);
    const { error } = await watch(connection.api, namespace, [agent]);
    expect(error?.missing[0]).toMatchObject({
      reason: expect.stringMatching(
        /^its pods cannot be made: .*violates PodSecurity "baseline:latest": host namespaces/,
      ),
      repair: expect.stringContaining("pod-security.kubernetes.io/enforce"),
      hopeless: true,
    });
  });

  it("stops the wait: a rollout that its Deployment has given up on", async () => {
    const web = workload("Deployment", "web", { fail: "probe" });
    Object.assign(web.spec as object, { progressDeadlineSeconds: 2 });
    const { error } = await watchNew(connection.api, [web], { graces: { deadline: 0 } });
    expect(error?.missing[0]).toMatchObject({
      reason: expect.stringMatching(
        /has timed out progressing\.; pod web-\S+: container web runs but is not ready: Readiness probe failed/,
      ),
      hopeless: true,
    });
  });

  it("stops the wait: an object that somebody has deleted", async () => {
    const web = workload("Deployment", "web");
    const namespace = await given(connection.api, []);
    const { error } = await watch(connection.api, namespace, [web]);
    expect(error?.missing).toEqual([
      expect.objectContaining({ object: "deployment/web", reason: "is not there", hopeless: true }),
    ]);
  });
});
