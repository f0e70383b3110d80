import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import { leftClosed, MEMORY, memoryOf } from "../../src/mig/drain/memory.ts";
import { reopenNode } from "../../src/mig/drain/reopen.ts";
import { MIG_LABEL } from "../../src/mig/model.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { type Connection, connect, given, workload } from "../support/watching.ts";
import {
  CLIENTS_OF_NODE,
  close,
  closingWith,
  failure,
  gpuNodes,
  namesOn,
  nodeOf,
  nodePath,
  onPool,
  pairsOf,
  pausing,
  settled,
  stateOfNode,
  untilOn,
} from "./mig-drain-parts.ts";

let cluster: Cluster;
let connection: Connection;
let api: Kubernetes;
const pair = pairsOf(() => api);

beforeAll(async () => {
  cluster = await startCluster({ nodes: gpuNodes(12) });
  connection = await connect(cluster);
  api = connection.api;
});

afterAll(async () => {
  await connection?.close();
  await cluster?.stop();
});

describe("the clients of a node's GPUs", () => {
  it("go away by their labels, but for those that are kept, and come back as they were", async () => {
    const { node, pool } = await pair();
    await api.merge(nodePath(node), { metadata: { labels: { [MIG_LABEL.key]: MIG_LABEL.value } } });
    const before = await stateOfNode(api, node);
    const client = (name: string) =>
      workload("DaemonSet", name, {
        pod: { nodeSelector: { pool, [`nvidia.com/gpu.deploy.${name}`]: "true" } },
      });
    const names = ["dcgm", "dcgm-exporter", "device-plugin", "gpu-feature-discovery", "nvsm"];
    await given(api, [...names.map(client), workload("DaemonSet", "network", onPool(pool, {}, 0))]);
    await untilOn(api, node, 5);
    const closing = closingWith(api);
    const memory = await close(closing, node, true);
    await pausing(closing, node, memory, { keep: ["device-plugin"] });
    expect(await namesOn(api, node)).toEqual(["device-plugin", "network"]);
    const closed = await stateOfNode(api, node);
    const paused = ["gpu-feature-discovery", "dcgm-exporter", "dcgm"].map((each) => [
      `nvidia.com/gpu.deploy.${each}`,
      "paused-for-mig-change",
    ]);
    const { [MIG_LABEL.key]: _, ...kept } = { ...before.labels, ...Object.fromEntries(paused) };
    expect(closed.labels).toEqual({ ...kept, [MEMORY]: "unfinished" });
    expect(closed.spec).toMatchObject({ unschedulable: true });
    await reopenNode(closing, node, memory, "restore");
    await settled(api, node, before);
    await untilOn(api, node, 5);
  });

  it("are named when they stay", async () => {
    const { node, pool } = await pair();
    const selector = { pool, "nvidia.com/gpu.deploy.dcgm": "true" };
    const template = { pod: { nodeSelector: selector } };
    const namespace = await given(api, [workload("DaemonSet", "dcgm", template)]);
    const [pod] = await untilOn(api, node, 1);
    await api.merge(`/api/v1/namespaces/${namespace}/pods/${pod?.metadata.name}`, {
      metadata: { finalizers: ["example.com/flush"] },
    });
    const closing = closingWith(api);
    const memory = await close(closing, node);
    const { message } = await failure(pausing(closing, node, memory, { timeoutMs: 1_000 }));
    expect(message).toMatch(`pod ${namespace}/${pod?.metadata.name} is still on node ${node} after 1.0 s`);
  });
});

describe("a node that a dead run has left closed", () => {
  it("is found, keeps what the first run wrote down, and is opened as it was before that", async () => {
    const { node } = await pair();
    const before = await stateOfNode(api, node);
    const first = await close(closingWith(api, { run: "run 1" }), node);
    await pausing(closingWith(api), node, first);
    const [found] = (await leftClosed(api)).filter(({ metadata }) => metadata.name === node);
    expect(found && memoryOf(found)).toEqual(first);
    const again = await close(closingWith(api, { run: "run 2" }), node, true);
    expect(again).toEqual(first);
    expect(first).toMatchObject({ run: "run 1", unschedulable: false, labels: CLIENTS_OF_NODE });
    await reopenNode(closingWith(api), node, again, "restore");
    await settled(api, node, before);
    expect((await leftClosed(api)).map(({ metadata }) => metadata.name)).not.toContain(node);
  });

  it("stays cordoned when somebody else had cordoned it, or does after it was opened", async () => {
    const { node, other } = await pair();
    await api.merge(nodePath(node), { spec: { unschedulable: true } });
    const cordoned = async (name: string) => (await stateOfNode(api, name)).spec;
    const memory = await close(closingWith(api), node);
    expect(memory.unschedulable).toBe(true);
    await reopenNode(closingWith(api), node, memory, "set");
    expect(await cordoned(node)).toMatchObject({ unschedulable: true });
    expect((await nodeOf(api, node)).metadata.labels).toMatchObject({ [MIG_LABEL.key]: "mig" });
    const late = await close(closingWith(api), other);
    await reopenNode(closingWith(api), other, late, "restore");
    await api.merge(nodePath(other), { spec: { unschedulable: true } });
    await reopenNode(closingWith(api), other, late, "remove");
    expect(await cordoned(other)).toMatchObject({ unschedulable: true });
  });

  it("is put back as far as can be told when its memory is damaged", async () => {
    const { node } = await pair();
    const before = await stateOfNode(api, node);
    const memory = await close(closingWith(api), node);
    await pausing(closingWith(api), node, memory);
    await api.merge(nodePath(node), { metadata: { annotations: { [MEMORY]: "{" } } });
    const told = memoryOf(await nodeOf(api, node));
    const closing = closingWith(api);
    await reopenNode(closing, node, told ?? memory, "restore");
    const after = await stateOfNode(api, node);
    expect({ labels: after.labels, annotations: after.annotations }).toEqual({
      labels: before.labels,
      annotations: before.annotations,
    });
    expect(after.spec).toMatchObject({ unschedulable: true });
    expect(closing.lines[0]).toContain(`kubectl uncordon ${node}`);
  });

  it("is closed and opened right while others write to it all the time", async () => {
    const { node } = await pair();
    const before = await stateOfNode(api, node);
    let conflicts = 0;
    const merge: Kubernetes["merge"] = (path, patch) =>
      api.merge(path, patch).catch((thrown: unknown) => {
        conflicts++;
        throw thrown;
      });
    const closing = closingWith({ ...api, merge });
    let writing = true;
    const busy = Promise.all(
      ["a", "b", "c"].map(async (name) => {
        for (let count = 0; writing; count++) {
          await api.merge(nodePath(node), { metadata: { annotations: { [`busy/${name}`]: `${count}` } } });
          await sleep(20);
        }
        await api.merge(nodePath(node), { metadata: { annotations: { [`busy/${name}`]: null } } });
      }),
    );
    for (let round = 0; round < 5; round++) {
      const memory = await close(closing, node);
      await pausing(closing, node, memory);
      await reopenNode(closing, node, memory, "restore");
    }
    writing = false;
    await busy;
    expect(conflicts).toBeGreaterThan(0);
    await settled(api, node, before);
  });
});
