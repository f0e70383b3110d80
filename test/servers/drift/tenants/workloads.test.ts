import { describe, expect, it } from "vitest";
import { runningReleases } from "../../../../src/drift/tenants/workloads.ts";
import { storedObjects } from "../../../unit/deploy/stored-objects.ts";
import { scanOf, tenantLike, use } from "./support.ts";

const MANIFEST = `---
apiVersion: v1
kind: Service
metadata: {name: other}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: agent
`;

const at = (day: number) => `2026-11-${day}T00:00:00Z`;

function deployment(name: string, status: object, spec: object = { replicas: 2 }) {
  const metadata = { name, namespace: "acme", creationTimestamp: at(10) };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec, status };
}

function releases(...deployments: ReturnType<typeof deployment>[]) {
  const cluster = storedObjects();
  for (const each of deployments)
    cluster.put(`/apis/apps/v1/namespaces/acme/deployments/${each.metadata.name}`, each);
  return { cluster, running: runningReleases(scanOf(cluster.kubernetes, [tenantLike()])) };
}

describe("runningReleases", () => {
  it.each([
    [
      "as they are",
      deployment("agent", {
        availableReplicas: 2,
        conditions: [
          { type: "Available", lastUpdateTime: at(14), lastTransitionTime: at(14) },
          { type: "Progressing", lastUpdateTime: at(12), lastTransitionTime: at(11) },
        ],
      }),
      { wanted: 2, ready: 2, started: new Date(at(12)), settled: new Date(at(14)) },
    ],
    [
      "without a status",
      deployment("agent", {}, {}),
      { wanted: 1, ready: 0, started: new Date(at(10)), settled: new Date(at(10)) },
    ],
    [
      "scaled to zero",
      deployment("agent", {}, { replicas: 0 }),
      { wanted: 0, ready: 0, started: new Date(at(10)), settled: new Date(at(10)) },
    ],
  ])("tells Deployments %s", async (_, found, expected) => {
    const { running } = releases(found);
    expect(await running(use("agent", "acme"), { manifest: MANIFEST })).toEqual(expected);
  });

  it("tells nothing of a Deployment that is gone, nor of a release without one", async () => {
    const { running } = releases(deployment("other", {}));
    expect(await running(use("agent", "acme"), { manifest: MANIFEST })).toBeUndefined();
    expect(await running(use("agent", "acme"), { manifest: "" })).toBeUndefined();
    const both = `${MANIFEST}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\n`;
    expect(await running(use("agent", "acme"), { manifest: both })).toBeUndefined();
  });

  it("asks the cluster once, and not before it has to", async () => {
    const { cluster, running } = releases(deployment("agent", {}));
    expect(cluster.requests).toEqual([]);
    await Promise.all([1, 2, 3].map(() => running(use("agent", "acme"), { manifest: MANIFEST })));
    expect(cluster.requests).toEqual(["GET /apis/apps/v1/deployments"]);
  });
});
