import { describe, expect, it } from "vitest";
import type { RunningRelease } from "../../../../src/drift/tenants/workloads.ts";
import { adminOf, findings, HOUR, onboarded } from "../../../servers/drift/tenants/stage.ts";
import { NOW } from "../../../servers/drift/tenants/support.ts";
import { benches, SYSTEM_KEY } from "../../../servers/tenant/support.ts";

const start = benches();

describe("a key that is not used", () => {
  const DAY = 24 * HOUR;
  const ago = (ms: number) => NOW.getTime() - ms;
  const running = (ms: number, ready = 1): RunningRelease => {
    const at = new Date(ago(ms));
    return { wanted: 1, ready, started: at, settled: at };
  };
  type Use = { lastUsed?: number; lastUsedFrom?: string };

  async function unused(use: Use, pods: RunningRelease, values?: Record<string, unknown>) {
    const stage = await onboarded(await start());
    for (const credential of adminOf(stage).credentials) {
      delete credential.lastUsed;
      delete credential.lastUsedFrom;
      if (credential.label === "agent:acme") Object.assign(credential, use);
      else Object.assign(credential, { lastUsed: ago(HOUR), lastUsedFrom: "10.0.0.8" });
    }
    const found = await findings(stage, {
      running: pods,
      values: values ?? { clearml: { existingAgentk8sglueSecret: "clearml-agent-credentials" } },
    });
    return found.filter((each) => each.class === "credential");
  }

  it.each<[string, Use, RunningRelease, string]>([
    ["was never used", {}, running(DAY + HOUR), "never used"],
    [
      "was last used by a deployment, before the pods started",
      { lastUsed: ago(2 * DAY), lastUsedFrom: "clearml-actions" },
      running(DAY + HOUR),
      "last used by a deployment, 2026-11-20T12:00:00.000Z",
    ],
  ])("%s, although pods run for more than a day", async (_, use, pods, actual) => {
    expect(await unused(use, pods)).toMatchObject([
      { path: "/credentials/agent", actual, since: pods.started.toISOString(), upgradeRepairs: false },
    ]);
  });

  it.each<[string, Use, RunningRelease, Record<string, unknown>?]>([
    ["pods that run for less than a day", {}, running(DAY - HOUR)],
    ["pods that are not ready", {}, running(DAY + HOUR, 0)],
    [
      "a login of a deployment after the pods started",
      { lastUsed: ago(HOUR), lastUsedFrom: "clearml-actions" },
      running(2 * DAY),
    ],
    [
      "somebody else's login, however old",
      { lastUsed: ago(30 * DAY), lastUsedFrom: "10.0.0.7" },
      running(2 * DAY),
    ],
    ["a release with a key of its own", {}, running(2 * DAY), { clearml: { agentk8sglueKey: "OWN" } }],
  ])("is not told of %s", async (_, use, pods, values) => {
    expect(await unused(use, pods, values)).toEqual([]);
  });

  it("is told of a key that stands in the values", async () => {
    const stage = await onboarded(await start());
    for (const credential of adminOf(stage).credentials) delete credential.lastUsed;
    for (const credential of adminOf(stage).credentials) delete credential.lastUsedFrom;
    const { accessKey } = stage.memory.credentials.get("gateway") ?? SYSTEM_KEY;
    const values = { clearml: { gatewayAccessKey: accessKey } };
    const found = await findings(stage, { running: running(2 * DAY), values });
    expect(found.filter((each) => each.class === "credential").map(({ path }) => path)).toEqual([
      "/credentials/gateway",
    ]);
    expect(JSON.stringify(found)).not.toContain(accessKey);
  });
});
