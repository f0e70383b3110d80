import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { recordedDigest, releaseDescription } from "../../../src/helm/description.ts";
import { decodeRecord, parseRelease, recordOf } from "../../../src/helm/stored-release.ts";
import { caught } from "../../support/caught.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const stored = {
  name: "redis",
  namespace: "redis-shared",
  version: 3,
  info: { status: "deployed", last_deployed: "2026-11-21T14:16:17.834511443Z", description: "" },
  chart: { metadata: { name: "redis", version: "17.8.3" } },
  config: { auth: { password: "x" } },
  apply_method: "ssa",
  manifest: "---\n",
  hooks: [
    { path: "redis/templates/a.yaml", manifest: "kind: Job" },
    { path: "redis/templates/b.yaml", manifest: "kind: Pod" },
  ],
};

function packed(content: unknown): string {
  return Buffer.from(gzipSync(JSON.stringify(content)).toString("base64")).toString("base64");
}

describe("decodeRecord", () => {
  it.each([
    ["gzip", gzipSync(JSON.stringify(stored))],
    ["plain JSON of very old releases", Buffer.from(JSON.stringify(stored))],
  ])("reads %s", (_, content) => {
    const data = Buffer.from(content.toString("base64")).toString("base64");
    expect(decodeRecord(data)).toMatchObject({
      release: "redis",
      revision: 3,
      status: "deployed",
      chart: "redis",
      chartVersion: "17.8.3",
      applyMethod: "server",
      updated: new Date("2026-11-21T14:16:17.834Z"),
      secret: "sh.helm.release.v1.redis.v3",
      hooks:
        "---\n# Source: redis/templates/a.yaml\nkind: Job\n---\n# Source: redis/templates/b.yaml\nkind: Pod\n",
    });
  });

  it.each([
    ["a deployment's", releaseDescription(DIGEST, "https://github.com/o/r/actions/runs/1"), DIGEST],
    ["Helm's own", "Upgrade complete", undefined],
    ["a cut digest", "chart sha256:0a0a by me", undefined],
    ["words around it", `the chart ${DIGEST} by me`, undefined],
  ])("knows the chart's digest from %s description", (_, description, digest) => {
    const { info, ...rest } = stored;
    const record = decodeRecord(packed({ ...rest, info: { ...info, description } }));
    expect([record.description, record.chartDigest]).toEqual([description, digest]);
    expect(recordedDigest(description)).toBe(digest);
  });

  it("does with what Helm leaves out", () => {
    const { config: _, hooks: __, apply_method: ___, manifest: ____, ...bare } = stored;
    const record = decodeRecord(packed({ ...bare, info: { status: "failed" }, hooks: null }));
    expect(record).toMatchObject({
      values: {},
      manifest: "",
      hooks: "",
      applyMethod: "client",
      description: "",
    });
    expect(record.updated.getTime()).toBe(0);
  });
});

describe("recordOf", () => {
  const secret = (release: unknown) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "sh.helm.release.v1.redis.v3",
      namespace: "redis-shared",
      resourceVersion: "77",
      labels: { name: "redis", version: "3" },
    },
    data: { release },
  });

  it("has the name and version of its Secret", () => {
    expect(recordOf(secret(packed(stored)))).toMatchObject({
      secret: "sh.helm.release.v1.redis.v3",
      resourceVersion: "77",
    });
  });

  it.each([
    ["is missing", undefined],
    ["is empty", ""],
    ["is no base64 of anything", "!!!"],
    ["is cut off", packed(stored).slice(0, 200)],
    ["is another document", packed({ hello: "SECRETWORD" })],
    ["has no chart", packed({ ...stored, chart: undefined })],
  ])("names Secret and repair when the record %s", (_, data) => {
    const error = caught(() => recordOf(secret(data)), UserError);
    expect(error.kind).toBe("cluster");
    expect(error.message).toContain("revision 3 of release redis-shared/redis cannot be read");
    expect(error.message).toContain("Secret redis-shared/sh.helm.release.v1.redis.v3");
    expect(error.message).not.toContain("SECRETWORD");
    expect(error.problems[0]?.hint).toContain("kubectl -n redis-shared delete secret");
  });
});

describe("parseRelease", () => {
  const json =
    '{"name":"r","namespace":"n","version":1,"info":{"status":"deployed"},"chart":{"metadata":{"name":"c","version":"1.0.0"}},"manifest":""}';

  it.each([
    ["Helm 3", json],
    ["Helm 4.2 with a chart from a registry", `Pulled: r.example/c:1.0.0\nDigest: sha256:0\n${json}\n`],
  ])("reads what %s prints", (_, stdout) => {
    expect(parseRelease(stdout)).toMatchObject({
      release: "r",
      revision: 1,
      values: {},
      applyMethod: "client",
    });
  });
});
