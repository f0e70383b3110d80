import { describe, expect, it } from "vitest";
import { refusal } from "../../../../src/kubernetes/refusals.ts";
import type { StoredObjects } from "../../deploy/stored-objects.ts";
import { FILES, findingsOf, NOW, OURS, placesOf, putRevision, type Scene } from "./scene.ts";

const CONFIG = FILES["clearml.yaml"] ?? "";
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
/** A chart of the test charts: paths hold for the folder in which a step works, here that of the tests. */
const FOLDER = "./test/fixtures/charts/redis";
const BY_HAND = { revision: 3, description: "Upgrade complete" };

/** Refuses what is asked for at a path. */
function refusing({ kubernetes }: StoredObjects, path: string): void {
  const refuse = () => {
    throw refusal({ method: "GET", path }, { code: 403, reason: "Forbidden", message: "no", details: {} });
  };
  const { list, pages } = kubernetes;
  kubernetes.list = async (asked, query) => (asked === path ? refuse() : list(asked, query));
  kubernetes.pages = (asked, ...rest) => (asked === path ? refuse() : pages(asked, ...rest));
}

describe("another chart version", () => {
  const from = (version: string, changes: object = {}): Scene => ({
    records: { "control-plane": { chartVersion: version, ...changes } },
  });

  it.each<[string, Scene, boolean, RegExp]>([
    ["the next one", from("10.12.6"), true, /^deploy it, or take the change out of the files$/],
    [
      "before a step that must not be skipped",
      from("10.10.0"),
      false,
      /10\.11\.7.*set the version to 10\.11\.7 first/,
    ],
    ["an older one in the files", from("10.13.0"), true, /^deploy it/],
    [
      "of a server whose chart is another one",
      from("7.0.0", { chart: "clearml" }),
      true,
      /^its deployment takes an approved plan: the chart changes from clearml/,
    ],
  ])("%s", async (_, scene, upgradeRepairs, hint) => {
    const { findings } = await findingsOf(scene);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      path: "chart",
      expected: "clearml-enterprise 10.12.7",
      upgradeRepairs,
    });
    expect(findings[0]?.hint).toMatch(hint);
  });

  it("that cannot be reached leaves values undeployed as well", async () => {
    const { findings } = await findingsOf(from("10.10.0", { values: {} }));
    expect(findings.length).toBeGreaterThan(1);
    expect(new Set(findings.map(({ upgradeRepairs }) => upgradeRepairs))).toEqual(new Set([false]));
  });
});

describe("a chart that is a folder here", () => {
  const local = (digest: string, version = "17.8.3"): Scene => ({
    files: {
      "clearml.yaml": CONFIG.replace("redis: { version: 17.8.3,", `redis: { chart: ${FOLDER},`),
    },
    records: {
      redis: {
        chart: "redis",
        chartVersion: version,
        description: digest === "" ? "Install complete" : `chart ${digest} by somebody`,
      },
    },
  });

  it("differs by version, and by what is in it where that is known", async () => {
    expect(placesOf(await findingsOf(local("", "17.8.2")))).toEqual(["release redis chart"]);
    expect(placesOf(await findingsOf(local("")))).toEqual([]);
    const { findings } = await findingsOf(local(`sha256:${"b".repeat(64)}`));
    const digest = /sha256:\w{64}/.exec(findings[0]?.expected ?? "")?.[0];
    expect(findings[0]?.actual).toContain("b".repeat(64));
    expect((await findingsOf(local(digest ?? ""))).findings).toEqual([]);
  });

  it("that is not there can not be compared, and the rest can", async () => {
    const scene = local("");
    const found = await findingsOf({
      ...scene,
      files: { "clearml.yaml": CONFIG.replace("redis: { version: 17.8.3,", "redis: { chart: ./none,") },
      records: { redis: { status: "failed" } },
    });
    expect(placesOf(found)).toEqual(["release redis status"]);
    expect(found.unread).toEqual([
      {
        scope: "chart of redis (release redis-shared/redis)",
        reason: expect.stringContaining("does not exist"),
      },
    ]);
  });
});

describe("files that are wrong", () => {
  it("leave the values of their component uncompared, and nothing else", async () => {
    const files = { "clearml.yaml": CONFIG.replace("${TENANT}.", "${TENNANT}.") };
    const found = await findingsOf({ files, records: { redis: { status: "failed" } } });
    expect(found.unread).toEqual([
      {
        scope: "values of tenant acme",
        reason: expect.stringMatching(/^clearml\.yaml:\d+:\d+: unknown name `\$\{TENNANT\}`; did you mean/),
      },
    ]);
    expect(placesOf(found)).toEqual(["release redis status"]);
  });

  it("end the scan where all tenants rest on them", async () => {
    const work = findingsOf({ files: { "server.yaml": "a: ${NOBODY}\n" } });
    await expect(work).rejects.toThrow("unknown name `${NOBODY}`");
  });
});

describe("an operation that was begun and not ended", () => {
  const lease = (spec: object, annotations: Record<string, string> = {}, name = "test.acme") => ({
    records: { agent: { status: "pending-upgrade" } },
    before: ({ kubernetes }: StoredObjects) => {
      const { list } = kubernetes;
      const held = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: `clearml-actions-${name}`, annotations },
        spec: { leaseDurationSeconds: 30, acquireTime: "2026-11-20T07:59:00Z", ...spec },
      };
      kubernetes.list = async (path, query) => (path === LEASES ? [held] : list(path, query));
    },
  });

  it("is no drift while one of our runs has the lock: the release cannot be judged", async () => {
    const found = await findingsOf(lease({ holderIdentity: "run 7", renewTime: NOW.toISOString() }));
    expect(found.findings).toEqual([]);
    expect(found.unread).toEqual([
      {
        scope: "release acme/clearml-agent",
        reason: "it is being changed right now by run 7; run this again when that has ended",
      },
    ]);
  });

  it.each<[string, Scene, string]>([
    [
      "without a lock",
      { records: { agent: { status: "pending-upgrade" } } },
      "begun by hand, or by a run that is gone",
    ],
    [
      "with the lock of somebody else",
      lease({ holderIdentity: "run 7", renewTime: NOW.toISOString() }, {}, "test.globex"),
      "begun by hand, or by a run that is gone",
    ],
    [
      "with a lock that nobody renews",
      lease({ holderIdentity: "run 7", renewTime: "2026-11-20T08:01:00Z" }),
      "begun by run 7, which shows no life since 2026-11-20T08:01:00.000Z",
    ],
    [
      "left behind by a run that is known to be gone",
      lease(
        {},
        {
          "clearml-actions/unfinished-since": "2026-11-20T07:59:00Z",
          "clearml-actions/unfinished": JSON.stringify({
            holder: "run 6",
            until: "2026-11-20T08:10:00Z",
            proof: "it was cancelled",
            certain: true,
          }),
        },
      ),
      "left behind by run 6 (it was cancelled)",
    ],
    [
      "where locks may not be read",
      {
        records: { agent: { status: "pending-upgrade" } },
        before: (cluster) => refusing(cluster, LEASES),
      },
      "begun by hand, or by a run that is gone",
    ],
  ])("says for how long and who: %s", async (_, scene, who) => {
    const { findings } = await findingsOf(scene);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      class: "pending",
      actual: "pending-upgrade",
      since: "2026-11-20T08:00:00.000Z",
      // What a Helm outside of our runs has begun is repaired by nobody who is not asked to.
      upgradeRepairs: !who.startsWith("begun by hand"),
      message: `agent (release acme/clearml-agent): revision 2 is pending-upgrade for 28 h: ${who}`,
    });
  });
});

describe("a revision made by hand", () => {
  const agent = { namespace: "acme", release: "clearml-agent" };

  it("is unknown where the earlier ones may not be read", async () => {
    const found = await findingsOf({
      records: { agent: BY_HAND },
      before: (cluster) => refusing(cluster, "/api/v1/namespaces/acme/secrets"),
    });
    expect(found.findings).toEqual([]);
    expect(found.unread.map(({ scope }) => scope)).toEqual([
      "earlier revisions of release acme/clearml-agent",
    ]);
  });

  it("is found beside a record that is damaged", async () => {
    const found = await findingsOf({
      records: { agent: BY_HAND },
      before: (cluster) => {
        cluster.put("/api/v1/namespaces/acme/secrets/damaged", { metadata: { name: "damaged" }, data: {} });
        putRevision(cluster, agent, 2, OURS);
      },
    });
    expect(found.findings[0]).toMatchObject({ path: "revision", actual: "revision 3: Upgrade complete" });
  });

  it("asks nothing more where every newest revision was made by a deployment", async () => {
    let requests: readonly string[] = [];
    await findingsOf({
      before: (cluster) => {
        requests = cluster.requests;
      },
    });
    expect(requests.toSorted()).toEqual([
      "GET /api/v1/namespaces/clearml/secrets/clearml-conf",
      "GET /api/v1/namespaces/redis-shared/secrets/redis",
      "GET /api/v1/secrets",
    ]);
  });
});
