import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import { closeNode } from "../../src/mig/drain/close.ts";
import { leftClosed, MEMORY, memoryOf } from "../../src/mig/drain/memory.ts";
import { pauseClients } from "../../src/mig/drain/pause.ts";
import { reopenNode } from "../../src/mig/drain/reopen.ts";
import { MIG_LABEL } from "../../src/mig/model.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { type Connection, collectionPath, connect, given, workload } from "../support/watching.ts";
import {
  barePod,
  budget,
  CLIENTS_OF_NODE,
  closingWith,
  emptying,
  gpuNodes,
  namesOn,
  nodeOf,
  nodePath,
  onPool,
  PACE,
  stateOfNode,
  until,
  untilOn,
} from "./mig-drain-parts.ts";

let cluster: Cluster;
let connection: Connection;
let api: Kubernetes;
let taken = 0;

beforeAll(async () => {
  cluster = await startCluster({ nodes: gpuNodes(28) });
  connection = await connect(cluster);
  api = connection.api;
});

afterAll(async () => {
  await connection?.close();
  await cluster?.stop();
});

/** Two nodes of a pool of their own; new pods of the pool go to the first until `spare` is called. */
async function pair() {
  const [node, other] = [`gpu-${++taken}`, `gpu-${++taken}`];
  const pool = `pool-${taken}`;
  const join = (name: string) => api.merge(nodePath(name), { metadata: { labels: { pool } } });
  await join(node);
  return { node, other, pool, spare: () => join(other) };
}

async function close(node: string, closing = closingWith(api), unlabel = false) {
  return closeNode(closing, await nodeOf(api, node), { unlabel });
}

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
    await close(node, closing);
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
    await close(node);
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
    await close(node, closing);
    expect(await emptying(closing, node, { tasks: "evict" }).moved).toBe(20);
    expect(most).toBe(8);
    expect(await namesOn(api, node)).toEqual([]);
  });

  it("asks again until a budget lets a pod go", async () => {
    const { node, other, pool, spare } = await pair();
    const objects = [workload("Deployment", "solver", onPool(pool)), budget("keep-solver", "solver", 1)];
    const namespace = await given(api, [objects[0]] as typeof objects);
    await api.create(collectionPath(budget("", "", 0), namespace), objects[1] as (typeof objects)[0]);
    await untilOn(api, node, 1);
    await spare();
    await close(node);
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
});
