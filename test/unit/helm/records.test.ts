import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { readAllReleases, readReleases } from "../../../src/helm/record.ts";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";

function secret(release: string, version: number, status = "deployed", namespace = "a"): KubernetesObject {
  const stored = {
    name: release,
    namespace,
    version,
    info: { status },
    chart: { metadata: { name: "c", version: "1.0.0" } },
  };
  const packed = gzipSync(JSON.stringify(stored)).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${release}.v${version}`,
      namespace,
      labels: { owner: "helm", name: release, version: String(version), status },
    },
    data: { release: Buffer.from(packed).toString("base64") },
  };
}

/** The Secrets of a cluster, a page each, in the order given. `meanwhile` is what the pages show after the labels. */
function cluster(secrets: readonly KubernetesObject[], meanwhile = secrets) {
  const asked: string[] = [];
  const known =
    (query = "") =>
    ({ metadata: { labels } }: KubernetesObject) => {
      const selector = decodeURIComponent(query);
      const names = /name in \((.*)\)/.exec(selector)?.[1]?.split(",");
      if (selector.includes("status!=superseded") && labels?.status === "superseded") return false;
      return names === undefined || names.includes(labels?.name ?? "");
    };
  const kubernetes = {
    async *pages(_path: string, query?: string) {
      asked.push("pages");
      for (const each of meanwhile.filter(known(query))) yield [each];
    },
    async listMetadata(_path: string, query?: string) {
      asked.push("labels");
      return secrets.filter(known(query)).map(({ metadata }) => ({ metadata }));
    },
    async get(path: string) {
      asked.push(path);
      return secrets.find(({ metadata }) => path.endsWith(`/${metadata.name}`));
    },
  } as unknown as Kubernetes;
  return { kubernetes, asked };
}

async function all(kubernetes: Kubernetes): Promise<string[]> {
  const read: string[] = [];
  for await (const each of readAllReleases(kubernetes))
    read.push(
      each instanceof UserError ? each.message : `${each.namespace}/${each.release} ${each.revision}`,
    );
  return read;
}

describe("readReleases", () => {
  it.each([
    ["in order", [9, 10, 11]],
    ["as the API server sorts names", [10, 11, 9]],
    ["backwards", [11, 10, 9]],
  ])("takes the newest revision by number: %s", async (_, revisions) => {
    const { kubernetes } = cluster(revisions.map((each) => secret("r", each, "failed")));
    expect((await readReleases(kubernetes, "a")).get("r")?.revision).toBe(11);
  });

  it("asks once where every wanted release is found, and looks for superseded ones where not", async () => {
    const { kubernetes, asked } = cluster([secret("r", 1), secret("old", 4, "superseded"), secret("x", 1)]);
    expect([...(await readReleases(kubernetes, "a", new Set(["r"]))).keys()]).toEqual(["r"]);
    expect(asked).toEqual(["pages"]);
    const read = await readReleases(kubernetes, "a", new Set(["r", "old", "none"]));
    expect([...read].map(([name, { revision }]) => [name, revision])).toEqual([
      ["r", 1],
      ["old", 4],
    ]);
  });
});

describe("readAllReleases", () => {
  it("yields one revision of each release, on whatever pages they lie", async () => {
    const { kubernetes } = cluster([
      secret("r", 3),
      secret("other", 1, "deployed", "b"),
      secret("r", 2, "failed"),
      secret("r", 1, "superseded"),
      secret("r", 7, "failed", "b"),
    ]);
    expect(await all(kubernetes)).toEqual(["a/r 3", "b/other 1", "b/r 7"]);
  });

  it("loses no release that is upgraded while it reads", async () => {
    const before = [secret("r", 1), secret("s", 1)];
    const after = [secret("r", 1, "superseded"), secret("r", 2), secret("s", 1)];
    expect(await all(cluster(before, after).kubernetes)).toEqual(["a/r 2", "a/s 1"]);
  });

  it("goes on behind a damaged record", async () => {
    const damaged = { ...secret("bad", 1), data: { release: "!" } };
    const read = await all(cluster([damaged, secret("r", 1)]).kubernetes);
    expect(read).toEqual([expect.stringContaining("release a/bad cannot be read"), "a/r 1"]);
  });
});
