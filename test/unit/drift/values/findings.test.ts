import { describe, expect, it } from "vitest";
import { refusal } from "../../../../src/kubernetes/refusals.ts";
import type { StoredObjects } from "../../deploy/stored-objects.ts";
import {
  DEPLOYED_VALUES,
  FILES,
  findingsOf,
  OURS,
  placesOf,
  putRevision,
  putSecret,
  type Scene,
} from "./scene.ts";

const RANGE = {
  "clearml.yaml": (FILES["clearml.yaml"] ?? "").replace("version: 6.14.6", "version: ^6.14.0"),
};
const ROUTER = {
  apiServerKey: "GATEWAYKEY0001",
  apiServerSecret: "gateway-secret-00001",
  apiServerUrlReference: "https://api.ml.example.com",
};
const AGENT = { namespace: "acme", release: "clearml-agent" };

describe("releases that are what the files say", () => {
  it.each<[string, Scene]>([
    ["with all secrets", {}],
    ["with secrets that the step was not given", { secrets: {} }],
    ["with a version written with v", { records: { agent: { chartVersion: "v6.14.6" } } }],
    [
      "made by hand from the beginning",
      {
        records: { agent: { description: "Upgrade complete" } },
        before: (cluster) => putRevision(cluster, AGENT, 1, "Install complete"),
      },
    ],
    [
      "rolled back to where they should be",
      {
        records: { agent: { description: "Rollback to 1" } },
        before: (cluster) => putRevision(cluster, AGENT, 1, OURS),
      },
    ],
    [
      "whose tenant nobody remembers",
      {
        before: ({ objects }) => {
          for (const path of [...objects.keys()]) if (path.includes("/acme/secrets/")) objects.delete(path);
        },
      },
    ],
    [
      "whose tenant's record is damaged",
      { before: (cluster) => putSecret(cluster, "acme", "clearml-tenant", { "record.json": "{" }) },
    ],
    [
      "while the password of Redis is gone",
      { before: ({ objects }) => objects.delete("/api/v1/namespaces/redis-shared/secrets/redis") },
    ],
    ["whose record could not be read", { unknown: ["agent", "redis"] }],
    [
      "of a version within the range of the files",
      { files: RANGE, records: { agent: { chartVersion: "6.14.6" } } },
    ],
  ])("are no finding: %s", async (_, scene) => {
    const { findings, unread } = await findingsOf(scene);
    expect({ findings, unread }).toEqual({ findings: [], unread: [] });
  });

  it("say which secrets were not given, in one note", async () => {
    expect((await findingsOf({ secrets: { TOKEN: "token-0001" } })).notes).toEqual([
      "secret `LICENSE` was not given to this step, so that what is made of it was not compared",
    ]);
    expect((await findingsOf({ secrets: {} })).notes).toEqual([
      "secrets `TOKEN`, `LICENSE` were not given to this step, so that what is made of them was not compared",
    ]);
    expect((await findingsOf({})).notes).toEqual([]);
  });
});

describe("a server whose key cannot be read", () => {
  it("leaves the signing key of its gateways uncompared", async () => {
    const router = (FILES["clearml.yaml"] ?? "").replace("app-gateway:", "task-traffic-router:");
    const values = { ...DEPLOYED_VALUES["app-gateway"], clearml: { ...ROUTER, jwksKey: "signing-key-0001" } };
    const chart = "clearml-enterprise-task-traffic-router";
    const scene = {
      files: { "clearml.yaml": router },
      records: { "task-traffic-router": { values, chart } },
      before: ({ objects }: StoredObjects) =>
        objects.delete("/api/v1/namespaces/clearml/secrets/clearml-conf"),
    };
    expect((await findingsOf(scene)).findings).toEqual([]);
    expect(placesOf(await findingsOf({ ...scene, before: () => undefined }))).toEqual([
      "release task-traffic-router of acme values.clearml.jwksKey",
    ]);
  });
});

describe("releases that are not", () => {
  it.each<[string, Scene, string[]]>([
    ["not installed", { records: { redis: null } }, ["release redis status"]],
    [
      "uninstalled with history",
      { records: { redis: { status: "uninstalled", values: { old: true }, chartVersion: "1.0.0" } } },
      ["release redis status"],
    ],
    ["failed", { records: { agent: { status: "failed" } } }, ["release agent of acme status"]],
    [
      "without its newest revision",
      { records: { agent: { status: "superseded" } } },
      ["release agent of acme status"],
    ],
    [
      "of another version",
      { records: { agent: { chartVersion: "6.14.5" } } },
      ["release agent of acme chart"],
    ],
    [
      "of a version beyond the range",
      { files: RANGE, records: { agent: { chartVersion: "7.0.0" } } },
      ["release agent of acme chart"],
    ],
    ["of another chart", { records: { agent: { chart: "clearml-agent" } } }, ["release agent of acme chart"]],
    [
      "of other values",
      { records: { redis: { values: { replica: { replicaCount: 3 } } } } },
      ["release redis values.replica"],
    ],
    [
      "in a namespace that is gone",
      {
        records: { agent: null, "app-gateway": null },
        before: (cluster) => cluster.objects.delete("/api/v1/namespaces/acme"),
      },
      ["missing agent of acme Namespace"],
    ],
    [
      "made by hand after a deployment",
      {
        records: {
          agent: {
            revision: 3,
            description: "Upgrade complete",
          },
        },
        before: (cluster) => {
          putRevision(cluster, AGENT, 2, "Upgrade complete");
          putRevision(cluster, AGENT, 1, OURS);
        },
      },
      ["release agent of acme revision"],
    ],
  ])("%s: one finding that a deployment repairs", async (_, scene, places) => {
    const found = await findingsOf(scene);
    expect(placesOf(found)).toEqual(places);
    expect(found.findings.map(({ upgradeRepairs }) => upgradeRepairs)).toEqual([true]);
    expect(found.unread).toEqual([]);
  });

  it("are told one by one where their namespace may not be asked for", async () => {
    const found = await findingsOf({
      records: { agent: null, "app-gateway": null },
      before: ({ kubernetes }) => {
        const { get } = kubernetes;
        kubernetes.get = async (path) => {
          if (path !== "/api/v1/namespaces/acme") return get(path);
          const status = { code: 403, reason: "Forbidden", message: "no", details: {} };
          throw refusal({ method: "GET", path }, status);
        };
      },
    });
    expect(placesOf(found)).toEqual(["release agent of acme status", "release app-gateway of acme status"]);
  });

  it("tell when and by whom they were left", async () => {
    const { findings } = await findingsOf({
      records: { agent: { status: "failed", description: "timed out" } },
    });
    expect(findings[0]).toMatchObject({
      since: "2026-11-20T08:00:00.000Z",
      expected: "deployed",
      actual: "failed",
      message: "agent (release acme/clearml-agent) has the newest revision 2 in state failed: timed out",
    });
  });
});
