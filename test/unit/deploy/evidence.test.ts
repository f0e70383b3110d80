import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import { collectEvidence } from "../../../src/deploy/failure/evidence.ts";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";

const DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
} as KubernetesObject;
const labels = { owner: "helm", name: "shop" };

interface Given {
  lists?: Record<string, unknown[]>;
  log?: string;
  objects?: KubernetesObject[];
}

/** The evidence of a release in a cluster whose lists are given by the end of their paths. */
function evidence({ lists = {}, log = "", objects = [DEPLOYMENT] }: Given) {
  const list = async (path: string) => {
    const found = lists[path.replace(/.*\//, "")];
    if (found) return found as KubernetesObject[];
    throw new UserError({ message: "forbidden" });
  };
  const text = async () => log;
  // biome-ignore lint/correctness/useYield: no record of Helm's may be read
  const pages = async function* (): AsyncGenerator<readonly KubernetesObject[]> {
    throw new UserError({ message: "forbidden" });
  };
  const kubernetes = { list, text, pages, listMetadata: list } as unknown as Kubernetes;
  const secrets = createSecrets(() => undefined);
  secrets.mask("known-to-the-run");
  return collectEvidence({ secrets }, kubernetes, {
    component: "agent",
    namespace: "shop",
    release: "shop",
    objects,
  });
}

const live = {
  deployments: [
    {
      metadata: { name: "web", uid: "1", annotations: { "deployment.kubernetes.io/revision": "1" } },
      status: {},
    },
  ],
  replicasets: [
    {
      metadata: {
        name: "web-a",
        uid: "2",
        ownerReferences: [{ uid: "1" }],
        annotations: { "deployment.kubernetes.io/revision": "1" },
      },
    },
  ],
  pods: [
    {
      metadata: { name: "web-a-1", namespace: "shop", uid: "3", ownerReferences: [{ uid: "2" }] },
      spec: {
        containers: [
          {
            name: "web",
            image: "web:1",
            env: [{ name: "PASSWORD", value: "in-the-environment" }],
            args: ["in-the-arguments"],
          },
        ],
      },
      status: {
        phase: "Running",
        containerStatuses: [
          {
            name: "web",
            image: "web:1",
            ready: false,
            restartCount: 1,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 1 } },
          },
        ],
      },
    },
  ],
  events: [
    {
      type: "Warning",
      reason: "BackOff",
      message: "about it",
      lastTimestamp: "2026-01-01T00:00:00Z",
      involvedObject: { kind: "Pod", name: "web-a-1", uid: "3" },
    },
    {
      type: "Normal",
      reason: "Other",
      message: "about another",
      lastTimestamp: "2026-01-01T00:00:00Z",
      involvedObject: { kind: "Pod", name: "other", uid: "9" },
    },
  ],
};

describe("collectEvidence", () => {
  it("takes what concerns the release, and nothing of what may be secret", async () => {
    const found = await evidence({ lists: live, log: "key known-to-the-run\nbye\n" });
    expect(found.headline).toEqual([
      "deployment/web: pod web-a-1: container web crashes (exit code 1, 1 restart): bye",
    ]);
    const all = found.files.map(({ name, text }) => `${name}\n${text}`).join("\n");
    expect(all).toContain("about it");
    expect(all).toContain("key ***");
    expect(all).not.toMatch(/about another|known-to-the-run|in-the-environment|in-the-arguments/);
  });

  it("hides what the chart has made: the values of its Secrets", async () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "made" },
      data: { password: btoa("made-at-random"), switch: btoa("false") },
    };
    const found = await evidence({
      lists: live,
      log: "made-at-random false\n",
      objects: [DEPLOYMENT, secret],
    });
    expect(found.headline[0]).toMatch(/: \*\*\* false$/);
  });

  it("keeps the end of a long log, and a megabyte in all", async () => {
    const found = await evidence({ lists: live, log: `${"x".repeat(500_000)}the end` });
    const log = found.files.find(({ name }) => name.endsWith(".log"))?.text;
    expect(log).toMatch(/^\(cut\)\n/);
    expect(log).toMatch(/the end$/);
    expect(log?.length).toBeLessThan(110_000);
    expect(found.files.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(1_000_000);
  });

  it("gives the history from the labels of Helm's Secrets", async () => {
    const secrets = [
      { metadata: { name: "b", labels: { ...labels, version: "10", status: "failed" } } },
      { metadata: { name: "a", labels: { ...labels, version: "9", status: "superseded" } } },
    ];
    const found = await evidence({ lists: { ...live, secrets } });
    expect(found.files.find(({ name }) => name === "history.txt")?.text).toBe("9  superseded\n10  failed\n");
  });

  it("never fails, not even when nothing may be read", async () => {
    const found = await evidence({});
    expect(found).toMatchObject({ component: "agent", headline: [], release: "shop" });
    expect(found.files.map(({ name }) => name)).toEqual(["incomplete.txt"]);
  });
});
