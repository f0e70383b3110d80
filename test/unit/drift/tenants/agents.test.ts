import { describe, expect, it } from "vitest";
import type { RunningRelease } from "../../../../src/drift/tenants/workloads.ts";
import {
  adminOf,
  findings,
  HOUR,
  onboarded,
  type Pods,
  queueNamed,
  type Stage,
} from "../../../servers/drift/tenants/stage.ts";
import { NOW } from "../../../servers/drift/tenants/support.ts";
import { benches } from "../../../servers/tenant/support.ts";

const start = benches();

describe("the agent of a tenant", () => {
  const since = (ms: number): RunningRelease => {
    const at = new Date(NOW.getTime() - ms);
    return { wanted: 1, ready: 1, started: at, settled: at };
  };
  const SERVES = { agentk8sglue: { queues: { default: {} } } };

  /** Registers a worker for queues of the tenant. */
  async function register(stage: Stage, queues: string[], at = NOW.getTime()): Promise<void> {
    const { state } = stage.bench.server;
    const user = adminOf(stage);
    state.workers.set("worker", {
      ...{ id: "acme-agent", company: user.company, user: user.id, ip: "10.0.0.7", tags: [], systemTags: [] },
      queues: queues.map((name) => queueNamed(stage, name).id),
      ...{ timeout: 600, registered: at, lastActivity: Date.now() },
    });
  }

  it.each<[string, Pods, string[] | undefined]>([
    ["that serves its queues", { running: since(HOUR), values: SERVES }, ["default"]],
    ["that serves a queue, where the values name none", { running: since(HOUR) }, ["default"]],
    ["whose pods have just started", { running: since(60_000), values: SERVES }, undefined],
    [
      "that was scaled to zero",
      { running: { wanted: 0, ready: 0, started: NOW, settled: new Date(0) }, values: SERVES },
      undefined,
    ],
    ["whose Deployment cannot be seen", { values: SERVES }, undefined],
  ])("%s is no finding", async (_, pods, queues) => {
    const stage = await onboarded(await start());
    if (queues) await register(stage, queues);
    expect(await findings(stage, pods)).toEqual([]);
  });

  it.each<[string, Pods, string[] | undefined, object]>([
    [
      "nobody has heard of",
      { running: since(HOUR), values: SERVES },
      undefined,
      {
        actual: "no agent was heard of in the last 10 minutes",
        message: "tenant acme: its agent is not registered at the ClearML server, with 1 of 1 pod ready",
      },
    ],
    [
      "that serves other queues",
      { running: since(HOUR), values: SERVES },
      ["gpu-fraction-0_50"],
      { expected: "an agent that serves default", actual: "agents that serve gpu-fraction-0_50" },
    ],
    [
      "whose pods do not get ready",
      { running: { wanted: 2, ready: 0, started: new Date(0), settled: new Date(0) }, values: SERVES },
      undefined,
      { hint: "its pods say why they are not ready: kubectl -n acme get pods" },
    ],
  ])("%s is one", async (_, pods, queues, expected) => {
    const stage = await onboarded(await start());
    if (queues) await register(stage, queues);
    expect(await findings(stage, pods)).toMatchObject([
      {
        class: "tenant",
        component: "agent",
        tenant: "acme",
        path: "/agent",
        upgradeRepairs: false,
        ...expected,
      },
    ]);
  });
});
