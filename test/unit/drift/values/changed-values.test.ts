import { describe, expect, it } from "vitest";
import { FILES, findingsOf, type Scene } from "./scene.ts";

describe("values that are not those of the files", () => {
  const envs = (level: string) => [
    { name: "CLEARML__license", value: "license-text-0001" },
    { name: "LEVEL", value: level },
  ];
  const server = (apiserver: object) => ({
    "control-plane": { values: { imageCredentials: { password: "token-0001" }, apiserver } },
  });

  it.each<[string, Scene, object]>([
    [
      "changed",
      { records: server({ replicas: 3, extraEnvs: envs("info") }) },
      {
        path: "values.apiserver.replicas",
        expected: "2",
        actual: "3",
        message:
          "control-plane (release clearml/clearml): value `apiserver.replicas` is deployed otherwise than the files say",
      },
    ],
    [
      "an item of a named list",
      { records: server({ replicas: 2, extraEnvs: envs("debug") }) },
      { path: "values.apiserver.extraEnvs[LEVEL].value", expected: '"info"', actual: '"debug"' },
    ],
    [
      "not deployed yet",
      { records: server({ extraEnvs: envs("info") }) },
      {
        path: "values.apiserver.replicas",
        expected: "2",
        message:
          "control-plane (release clearml/clearml): value `apiserver.replicas` of the files is not deployed",
      },
    ],
    [
      "of a name that every object has by birth",
      {
        files: {
          "clearml.yaml": (FILES["clearml.yaml"] ?? "").replace(
            "shared }",
            "shared, values: { valueOf: 1 } }",
          ),
        },
      },
      {
        path: "values.valueOf",
        expected: "1",
        message: "redis (release redis-shared/redis): value `valueOf` of the files is not deployed",
      },
    ],
    [
      "set by hand",
      { records: server({ replicas: 2, extraEnvs: envs("info"), debug: true }) },
      {
        path: "values.apiserver.debug",
        actual: "true",
        message:
          "control-plane (release clearml/clearml): value `apiserver.debug` is deployed, and the files do not set it",
      },
    ],
    [
      "text around a secret that was not given",
      {
        secrets: {},
        records: {
          "app-gateway": {
            values: {
              ingress: { enabled: true, hostName: "acme.ml.example.com" },
              redis: { url: "redis://:redis-password-1@other:6379" },
              clearml: {
                apiKey: "GATEWAYKEY0001",
                apiSecret: "gateway-secret-00001",
                apiServerUrlReference: "https://api.ml.example.com",
              },
            },
          },
        },
      },
      {
        path: "values.redis.url",
        actual: expect.stringMatching(/^"redis:\/\/:\(secret, tag \w{8}\):6379"$/),
      },
    ],
    [
      "a key that was exchanged and not rolled out",
      {
        records: {
          "app-gateway": {
            values: {
              ingress: { enabled: true, hostName: "acme.ml.example.com" },
              redis: { url: "redis://:redis-password-1@redis:6379" },
              clearml: {
                apiKey: "GATEWAYKEY0001",
                apiSecret: "gateway-secret-older",
                apiServerUrlReference: "https://api.ml.example.com",
              },
            },
          },
        },
      },
      {
        path: "values.clearml.apiSecret",
        expected: expect.stringMatching(/^\(secret, tag \w{8}\)$/),
        actual: expect.stringMatching(/^\(secret, tag \w{8}\)$/),
      },
    ],
  ])("are found: %s", async (_, scene, finding) => {
    const { findings } = await findingsOf(scene);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ class: "release", upgradeRepairs: true, ...finding });
  });

  it("are told one by one up to twenty, and counted beyond", async () => {
    const many = Object.fromEntries(Array.from({ length: 26 }, (_, index) => [`key${index}`, index]));
    const { findings } = await findingsOf({ records: { redis: { values: many } } });
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({
      path: "values",
      message: "redis (release redis-shared/redis): 6 more values differ from the files",
    });
  });

  it("never show a secret, whichever side has it", async () => {
    const secrets = { TOKEN: "token-rotated-01", LICENSE: "license-rotated-1" };
    const { findings } = await findingsOf({ secrets });
    expect(findings.map(({ path }) => path)).toEqual([
      "values.imageCredentials.password",
      "values.apiserver.extraEnvs[CLEARML__license].value",
      "values.imageCredentials.password",
    ]);
    const [first, , third] = findings;
    expect(first?.expected).not.toBe(first?.actual);
    expect([first?.expected, first?.actual]).toEqual([third?.expected, third?.actual]);
    const text = JSON.stringify(findings);
    for (const secret of ["token-0001", "license-text-0001", ...Object.values(secrets)])
      expect(text).not.toContain(secret);
  });
});
