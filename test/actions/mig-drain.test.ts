import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import { reopenNode } from "../../src/mig/drain/reopen.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { type Connection, collectionPath, connect, given, workload } from "../support/watching.ts";
import {
  barePod,
  budget,
  close,
  closingWith,
  emptying,
  failure,
  gpuNodes,
  namesOn,
  onPool,
  PACE,
  pairsOf,
  settled,
  stateOfNode,
  until,
  untilOn,
} from "./mig-drain-parts.ts";

let cluster: Cluster;
let connection: Connection;
let api: Kubernetes;
const pair = pairsOf(() => api);

beforeAll(async () => {
  cluster = await startCluster({ nodes: gpuNodes(16) });
  connection = await connect(cluster);
  api = connection.api;
});

afterAll(async () => {
  await connection?.close();
  await cluster?.stop();
});

describe("emptying a node", () => {
  it("moves what uses GPUs and keeps everything else, asking once a look and once a pod", async () => {
    const { node, other, pool, spare } = await pair();
    const namespace = await given(api, [
      workload("Deployment", "training", { replicas: 3, ...onPool(pool) }),
      workload("StatefulSet", "serving", { replicas: 1, ...onPool(pool) }),
      workload("Deployment", "web", onPool(pool, {}, 0)),
      workload("DaemonSet", "monitor", onPool(pool)),
      barePod("mirror", node, {}, { annotations: { "kubernetes.io/config.mirror": "a" } }),
      barePod("done", node),
    ]);
    await untilOn(api, node, 8);
    await api.merge(`/api/v1/namespaces/${namespace}/pods/done/status`, { status: { phase: "Succeeded" } });
    await spare();
    const asked: string[] = [];
    const counting: Kubernetes = {
      ...api,
      list: (path, query) => {
        asked.push("list");
        return api.list(path, query);
      },
      evict: (pod) => {
        asked.push("evict");
        return api.evict(pod);
      },
    };
    const closing = closingWith(counting);
    await close(closing, node);
    const started = Date.now();
    expect(await emptying(closing, node).moved).toBe(4);
    expect(asked.filter((each) => each === "evict")).toHaveLength(4);
    expect(asked.length - 4).toBeLessThanOrEqual((Date.now() - started) / PACE.poll + 2);
    expect(await namesOn(api, node)).toEqual(["done", "mirror", "monitor", expect.stringMatching(/^web-/)]);
    const [first] = await untilOn(api, other, 5);
    expect(first?.metadata.namespace).toBe(namespace);
  });

  it("waits for pods that nobody starts again elsewhere, and says so", async () => {
    const { node } = await pair();
    const namespace = await given(api, [barePod("task-1", node), barePod("task-2", node)]);
    await untilOn(api, node, 2);
    await close(closingWith(api), node);
    const { told, moved } = emptying(closingWith(api), node);
    await until(
      async () => told,
      (lines) => lines.length > 0,
    );
    expect(told[0]).toMatch(
      `pod ${namespace}/task-1, which has no controller that would start it again elsewhere (a ClearML task?), and is Running`,
    );
    await api.merge(`/api/v1/namespaces/${namespace}/pods/task-1/status`, { status: { phase: "Failed" } });
    await api.remove(`/api/v1/namespaces/${namespace}/pods/task-2`);
    expect(await moved).toBe(0);
  });

  it("evicts them when told to, a few at a time", async () => {
    const { node } = await pair();
    const many = Array.from({ length: 20 }, (_, index) => barePod(`task-${index}`, node));
    await given(api, many);
    await untilOn(api, node, 20);
    let atOnce = 0;
    let most = 0;
    const evict: Kubernetes["evict"] = async (pod) => {
      most = Math.max(most, ++atOnce);
      return api.evict(pod).finally(() => atOnce--);
    };
    const closing = closingWith({ ...api, evict });
    await close(closing, node);
    expect(await emptying(closing, node, { tasks: "evict" }).moved).toBe(20);
    expect(most).toBe(8);
    expect(await namesOn(api, node)).toEqual([]);
  });

  it("asks again until a budget lets a pod go", async () => {
    const { node, other, pool, spare } = await pair();
    const pods = workload("Deployment", "solver", onPool(pool));
    const namespace = await given(api, [pods, budget("keep-solver", "solver", 1)]);
    await untilOn(api, node, 1);
    await spare();
    await close(closingWith(api), node);
    const { told, moved } = emptying(closingWith(api), node);
    await until(
      async () => told.join(),
      (words) => words.includes("needs 1 healthy pods"),
    );
    expect(told.at(-1)).toMatch(
      /^pod .*, which may not be moved: .*The disruption budget keep-solver needs 1/,
    );
    await api.remove(`${collectionPath(budget("", "", 0), namespace)}/keep-solver`);
    expect(await moved).toBe(1);
    await untilOn(api, other, 1);
  });

  it("gives up in time when a budget never lets a pod go, naming both, and moves the others", async () => {
    const { node, pool, spare } = await pair();
    const namespace = await given(api, [
      workload("Deployment", "solver", onPool(pool)),
      workload("Deployment", "other", onPool(pool)),
      workload("Deployment", "twice", onPool(pool)),
      budget("keep-solver", "solver", 1),
      ...["a", "b"].map((name) => budget(name, "twice", 0)),
    ]);
    const [first] = await untilOn(api, node, 3);
    expect(first?.metadata.namespace).toBe(namespace);
    await spare();
    await close(closingWith(api), node);
    const started = Date.now();
    const { problems } = await failure(emptying(closingWith(api), node, { timeoutMs: 1_500 }).moved);
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(problems.map(({ message }) => message).sort()).toEqual([
      expect.stringMatching(
        `^pod ${namespace}/solver-.* is still on node ${node} after 1.5 s: it may not be moved: .*budget keep-solver needs 1 healthy pods and has 1`,
      ),
      expect.stringMatching(`^pod ${namespace}/twice-.*more than one PodDisruptionBudget`),
    ]);
    expect(problems[0]?.hint).toContain(`kubectl get pdb -n ${namespace}`);
    expect((await namesOn(api, node)).join()).not.toContain("other");
  });

  it("waits for pods that are ending, and says what holds them", async () => {
    const { node } = await pair();
    const finalizers = ["example.com/backup"];
    const namespace = await given(api, [barePod("held", node, {}, { finalizers })]);
    const path = `/api/v1/namespaces/${namespace}/pods/held`;
    await untilOn(api, node, 1);
    await api.remove(path);
    await close(closingWith(api), node);
    const { told, moved } = emptying(closingWith(api), node);
    const words = `pod ${namespace}/held, which is held by the finalizer example.com/backup`;
    await until(
      async () => told,
      (lines) => lines.includes(words),
    );
    await api.merge(path, { metadata: { finalizers: null } });
    expect(await moved).toBe(0);
  });

  it("before a reboot moves everything, and does not chase pods that cannot be kept away", async () => {
    const { node, pool } = await pair();
    const tolerations = [{ operator: "Exists" }];
    const namespace = await given(api, [
      workload("Deployment", "web", onPool(pool, {}, 0)),
      workload("Deployment", "network", onPool(pool, { tolerations }, 0)),
      workload("DaemonSet", "monitor", onPool(pool)),
    ]);
    await untilOn(api, node, 3);
    const closing = closingWith(api);
    await close(closing, node);
    expect(await emptying(closing, node).moved).toBe(0);
    expect(await emptying(closing, node, { everything: true }).moved).toBeGreaterThanOrEqual(2);
    expect((await namesOn(api, node)).map((name) => name.replace(/-.*/, ""))).toEqual(["monitor", "network"]);
    await api.create(collectionPath(workload("Deployment", ""), namespace), {
      ...workload("Deployment", "stubborn", onPool(pool, { tolerations })),
    });
    await untilOn(api, node, 3);
    const { message } = await failure(emptying(closing, node, { timeoutMs: 2_000 }).moved);
    expect(message).toMatch(/pod .*stubborn-.* it comes back although the node is cordoned/);
  });

  it("ends when it is cancelled, and the node is opened all the same", async () => {
    const { node } = await pair();
    const before = await stateOfNode(api, node);
    await given(api, [barePod("task", node)]);
    await untilOn(api, node, 1);
    const cancel = new AbortController();
    const closing = closingWith(api, { signal: cancel.signal });
    const memory = await close(closing, node);
    const { told, moved } = emptying(closing, node);
    const ended = failure(moved);
    await until(
      async () => told.length,
      (lines) => lines > 0,
    );
    cancel.abort();
    expect((await ended).message).toBe(`cancelled while pods were leaving node ${node}`);
    await reopenNode(closing, node, memory, "restore");
    await settled(api, node, before);
  });
});
