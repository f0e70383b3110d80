import { describe, expect, it } from "vitest";
import { DEPLOYED_VALUES, FILES, findingsOf } from "./scene.ts";

const CONFIG = FILES["clearml.yaml"] ?? "";

describe("credentials that everybody knows", () => {
  const PUBLISHED = "GGS9F4M6XB2DXJ5AFT9F";
  const clearml = { apiserverKey: PUBLISHED };
  const records = { "control-plane": { values: { ...DEPLOYED_VALUES["control-plane"], clearml } } };

  it("are repaired by a deployment where the files have others", async () => {
    const { findings } = await findingsOf({ records });
    const [credential] = findings.filter((each) => each.class === "credential");
    expect(credential).toMatchObject({
      component: "control-plane",
      path: "values.clearml.apiserverKey",
      upgradeRepairs: true,
      message:
        "control-plane (release clearml/clearml) runs with a secret that everybody knows: `clearml.apiserverKey` is a published credential",
    });
    expect(JSON.stringify(findings)).not.toContain(PUBLISHED);
  });

  it("are not searched for where old charts had them", async () => {
    const secret = { credentials: { apiserver: { accessKey: PUBLISHED, other: "anything" } } };
    const values = { ...DEPLOYED_VALUES["control-plane"], secret };
    const { findings } = await findingsOf({ records: { "control-plane": { values } } });
    expect(findings.filter((each) => each.class === "credential").map(({ path }) => path)).toEqual([
      "values.secret.credentials.apiserver.accessKey",
    ]);
    const other = { ...DEPLOYED_VALUES["control-plane"], secret: { credentials: { a: "anything" } } };
    const found = await findingsOf({ records: { "control-plane": { values: other } } });
    expect(found.findings.filter((each) => each.class === "credential")).toEqual([]);
  });

  it("are not where the files have them too", async () => {
    const server = `${FILES["server.yaml"]}clearml: { apiserverKey: ${PUBLISHED} }\n`;
    const { findings } = await findingsOf({ files: { "server.yaml": server }, records });
    expect(findings.map((each) => [each.class, each.upgradeRepairs])).toEqual([["credential", false]]);
  });
});

describe("what is deployed where the files have a secret", () => {
  it("does not show, even if the step was not given it and no name says what it is", async () => {
    const files = {
      "server.yaml": (FILES["server.yaml"] ?? "")
        .replaceAll("CLEARML__license", "PLAIN")
        .replace("info", "warn"),
    };
    const apiserver = {
      replicas: 2,
      extraEnvs: [
        { name: "PLAIN", value: "innocent words" },
        { name: "LEVEL", value: "innocent words are part of it" },
      ],
    };
    const values = { ...DEPLOYED_VALUES["control-plane"], apiserver };
    for (const secrets of [{}, { TOKEN: "token-0001", LICENSE: "abc" }]) {
      const { findings } = await findingsOf({ files, secrets, records: { "control-plane": { values } } });
      expect(findings.map(({ path }) => path)).toContain("values.apiserver.extraEnvs[LEVEL].value");
      expect(JSON.stringify(findings)).not.toMatch(/innocent|"abc/);
    }
  });

  it("does not show where its key or its look says that it is one", async () => {
    const values = {
      client: { secret: "tulip" },
      list: { name: "A_TOKEN", value: "rose" },
      blob: "a1b2c3d4e5f6g7h8",
    };
    const { findings } = await findingsOf({ records: { redis: { values } } });
    expect(findings.map(({ path }) => path)).toEqual(["values.client", "values.list", "values.blob"]);
    expect(JSON.stringify(findings)).not.toMatch(/rose|a1b2/);
    const deep = await findingsOf({
      files: {
        "clearml.yaml": CONFIG.replace("redis-shared }", "redis-shared, values: { client: { id: 1 } } }"),
      },
      records: { redis: { values: { client: { id: 1, secret: "tulip" } } } },
    });
    expect(deep.findings.map(({ path }) => path)).toEqual(["values.client.secret"]);
    expect(JSON.stringify(deep.findings)).not.toContain("tulip");
  });

  it("does not show where it is what the shared services have in the cluster", async () => {
    const values = { note: "see redis-password-1, server-secret-000001" };
    const { findings } = await findingsOf({ records: { redis: { values } } });
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toMatch(/redis-password-1|server-secret/);
  });
});
