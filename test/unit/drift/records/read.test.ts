import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../../src/catalogue/index.ts";
import { readRecords } from "../../../../src/drift/records/read.ts";
import type { ComponentUse } from "../../../../src/environment/model.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { fakeServer, type ServerOptions } from "../objects/fake-server.ts";

function use(namespace: string, id: keyof typeof CATALOGUE = "agent"): ComponentUse {
  const definition = CATALOGUE[id];
  return { id, definition, namespace, release: definition.release } as ComponentUse;
}

function secret(
  { namespace, release }: ComponentUse,
  version: number,
  status = "deployed",
): KubernetesObject {
  const chart = { metadata: { name: "c", version: "1.0.0" } };
  const stored = { name: release, namespace, version, info: { status }, chart };
  const packed = gzipSync(JSON.stringify(stored)).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${release}.v${version}`,
      namespace,
      resourceVersion: String(100 + version),
      labels: { owner: "helm", name: release, version: String(version), status },
    },
    data: { release: Buffer.from(packed).toString("base64") },
  };
}

const acme = use("acme");
const globex = use("globex");
const redis = use("redis", "redis");
const policies = use("x", "network-isolation");

async function read(uses: readonly ComponentUse[], options: ServerOptions) {
  const server = fakeServer(options);
  const scan = { kubernetes: server.kubernetes, uses };
  const result = await readRecords(scan);
  return {
    ...result,
    revisions: [...result.records].map(
      ([{ namespace }, { revision, status }]) => `${namespace} ${revision} ${status}`,
    ),
    unknownIn: [...result.unknown].map(({ namespace }) => namespace),
    moved: async () => [...(await result.moved())].map(({ namespace }) => namespace),
    server,
  };
}

describe("readRecords", () => {
  it("reads the newest revisions of the releases in scope in one list", async () => {
    const { revisions, unknownIn, unread, server, moved } = await read([acme, globex, redis, policies], {
      objects: [
        ...[secret(acme, 9, "superseded"), secret(acme, 10, "failed"), secret(acme, 2, "superseded")],
        ...[
          secret(globex, 1, "pending-install"),
          secret(use("stranger"), 4),
          secret(redis, 3, "uninstalled"),
        ],
      ],
    });
    expect(revisions).toEqual(["acme 10 failed", "globex 1 pending-install", "redis 3 uninstalled"]);
    expect([unknownIn, unread]).toEqual([[], []]);
    expect(server.asked).toEqual([
      expect.stringMatching(/^GET \/api\/v1\/secrets\?limit=100&labelSelector=/),
    ]);
    expect(decodeURIComponent(server.asked[0] ?? "")).toContain("name in (clearml-agent,redis)");
    expect(await moved()).toEqual([]);
    expect(server.asked).toHaveLength(2);
  });

  it("finds what has superseded revisions alone, and knows what is not installed", async () => {
    const { revisions, unknownIn, moved } = await read([acme, globex], {
      objects: [secret(acme, 3, "superseded")],
    });
    expect([revisions, unknownIn]).toEqual([["acme 3 superseded"], []]);
    expect(await moved()).toEqual([]);
  });

  it.each<[string, (server: Map<string, KubernetesObject>) => void, string[]]>([
    ["a newer revision", (objects) => put(objects, secret(acme, 2)), ["acme"]],
    [
      "another state of the same",
      (objects) =>
        put(objects, { ...secret(acme, 1), metadata: { ...secret(acme, 1).metadata, resourceVersion: "9" } }),
      ["acme"],
    ],
    ["its only revision taken away", (objects) => objects.delete(pathOfSecret(acme, 1)), ["acme"]],
    ["a first revision of another", (objects) => put(objects, secret(globex, 1)), ["globex"]],
    ["revisions of strangers", (objects) => put(objects, secret(use("stranger"), 1)), []],
  ])("sees %s", async (_, change, expected) => {
    const { moved, server } = await read([acme, globex], { objects: [secret(acme, 1)] });
    change(server.objects);
    expect(await moved()).toEqual(expected);
  });

  it("reads each namespace where it may not read all, and says which it may not", async () => {
    const { revisions, unknownIn, unread, moved, server } = await read([acme, globex, redis], {
      objects: [secret(acme, 1), secret(globex, 1), secret(redis, 1)],
      refuse: ({ namespace }) =>
        namespace === undefined || namespace === "globex" ? { code: 403 } : undefined,
    });
    expect(revisions).toEqual(["acme 1 deployed", "redis 1 deployed"]);
    expect(unknownIn).toEqual(["globex"]);
    expect(unread).toEqual([
      {
        scope: "Helm's records (Secrets) of namespace globex",
        reason: expect.stringContaining("lacks the right"),
      },
    ]);
    put(server.objects, secret(redis, 2));
    expect(await moved()).toEqual(["redis"]);
  });

  it.each([410, 429, 500, 503])(
    "knows nothing when the list fails with %i, not that nothing is installed",
    async (code) => {
      const { revisions, unknownIn, unread, moved } = await read([acme, policies], {
        objects: [secret(acme, 1)],
        refuse: () => ({ code }),
      });
      expect([revisions, unknownIn]).toEqual([[], ["acme"]]);
      expect(unread).toEqual([
        {
          scope: "Helm's records (Secrets) of the whole cluster",
          reason: expect.stringContaining(`(${code})`),
        },
      ]);
      expect(await moved()).toEqual([]);
    },
  );

  it("throws when it cannot be told whether anything has moved", async () => {
    let asked = 0;
    const { moved } = await read([acme], {
      objects: [secret(acme, 1)],
      refuse: () => (++asked > 1 ? { code: 503 } : undefined),
    });
    await expect(moved()).rejects.toMatchObject({ status: 503 });
  });

  it("goes on behind a damaged record", async () => {
    const { revisions, unknownIn, unread, moved } = await read([acme, globex], {
      objects: [{ ...secret(acme, 1), data: { release: "!" } }, secret(globex, 1)],
    });
    expect(await moved()).toEqual([]);
    expect([revisions, unknownIn]).toEqual([["globex 1 deployed"], ["acme"]]);
    expect(unread).toEqual([
      { scope: "release acme/clearml-agent", reason: expect.stringContaining("cannot be read") },
    ]);
  });

  it("asks nothing where nothing is a chart", async () => {
    const { server, moved } = await read([policies], { objects: [] });
    expect(await moved()).toEqual([]);
    expect(server.asked).toEqual([]);
  });
});

function put(objects: Map<string, KubernetesObject>, object: KubernetesObject): void {
  objects.set(`/api/v1/namespaces/${object.metadata.namespace}/secrets/${object.metadata.name}`, object);
}

function pathOfSecret({ namespace, release }: ComponentUse, version: number): string {
  return `/api/v1/namespaces/${namespace}/secrets/sh.helm.release.v1.${release}.v${version}`;
}
