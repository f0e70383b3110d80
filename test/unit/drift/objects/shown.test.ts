import { describe, expect, it } from "vitest";
import type { LiveObject, Place } from "../../../../src/drift/objects/model.ts";
import { shownOf } from "../../../../src/drift/shown.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { parseYaml } from "../../../../src/yaml/source.ts";
import { deployed, edited, release, scanned, tag } from "./support.ts";

const field = (...names: string[]): Place => names.map((name) => ({ field: name }));
const base64 = (text: string) => Buffer.from(text).toString("base64");
const tagged = (text: string) => `(secret, tag ${tag(text)})`;

function object(kind: string, content: object, apiVersion = "v1"): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "x", namespace: "acme" }, ...content };
}

/** How a value of an object is shown. */
function show(
  live: KubernetesObject,
  place: Place,
  value: unknown,
  { values = {}, secrets = {} }: { values?: object; secrets?: Record<string, string> } = {},
): string | undefined {
  const { use, record } = release("acme", "", { values: values as never });
  const known = new Map(Object.entries(secrets));
  const shown = shownOf({ tag, secrets: known }, { use, record, object: live }, live as LiveObject, [
    "from-a-secret-1",
  ]);
  return shown.values({ place, expected: undefined, actual: value }).actual;
}

const env = (name: string, value: string) =>
  object(
    "Deployment",
    { spec: { template: { spec: { containers: [{ name: "c", env: [{ name, value }] }] } } } },
    "apps/v1",
  );
const envPlace = (name: string): Place => [
  ...field("spec", "template", "spec", "containers"),
  { key: { name: "c" } },
  { field: "env" },
  { key: { name } },
  { field: "value" },
];

describe("a value of an object", () => {
  it.each<[string, KubernetesObject, Place, unknown, string | undefined]>([
    ["nothing", object("ConfigMap", {}), field("data", "a"), undefined, undefined],
    ["a number", object("ConfigMap", {}), field("spec", "replicas"), 3, "3"],
    ["an empty list", object("ConfigMap", {}), field("spec", "items"), [], "[]"],
    ["a text", object("ConfigMap", {}), field("data", "mode"), "fast", '"fast"'],
    ["data of a Secret", object("Secret", {}), field("data", "user"), base64("ada"), `"${tagged("ada")}"`],
    [
      "all data of a Secret",
      object("Secret", {}),
      field("data"),
      { user: base64("ada") },
      `{"user":"${tagged("ada")}"}`,
    ],
    ["data of a Secret that is none", object("Secret", {}), field("data"), "x", "{}"],
    ["a label of a Secret", object("Secret", {}), field("metadata", "labels", "a"), "b", '"b"'],
    ["a variable", env("MODE", "fast"), envPlace("MODE"), "fast", '"fast"'],
    [
      "a variable with a secret's name",
      env("DB_PASSWORD", "fast"),
      envPlace("DB_PASSWORD"),
      "hunter2",
      `"${tagged("hunter2")}"`,
    ],
    [
      "a variable in a custom resource's list",
      object("Widget", { spec: { env: [{ name: "API_TOKEN", value: "hunter2" }] } }, "test.example/v1"),
      [...field("spec", "env"), { index: 0 }, { field: "value" }],
      "hunter2",
      `"${tagged("hunter2")}"`,
    ],
    [
      "a password in a ConfigMap",
      object("ConfigMap", {}),
      field("data", "password"),
      "hunter2",
      `"${tagged("hunter2")}"`,
    ],
    [
      "a password within a custom resource",
      object("Widget", {}, "test.example/v1"),
      field("spec", "auth"),
      { user: "ada", password: "hunter2", secretName: "login" },
      `{"user":"ada","password":"${tagged("hunter2")}","secretName":"login"}`,
    ],
    [
      "names of Secrets in Kubernetes' own objects",
      object("Deployment", {}, "apps/v1"),
      field("spec", "template", "spec", "imagePullSecrets"),
      [{ name: "pull-token" }],
      '[{"name":"pull-token"}]',
    ],
    [
      "a secret of the files",
      object("ConfigMap", {}),
      field("data", "a"),
      "x canary-file y",
      `"x ${tagged("canary-file")} y"`,
    ],
    [
      "a secret of the record",
      object("ConfigMap", {}),
      field("data", "a"),
      "x Canary0Record42Values y",
      `"x ${tagged("Canary0Record42Values")} y"`,
    ],
    [
      "what a Secret of the release holds",
      object("ConfigMap", {}),
      field("data", "a"),
      "from-a-secret-1",
      `"${tagged("from-a-secret-1")}"`,
    ],
    [
      "a password in an address",
      object("ConfigMap", {}),
      field("data", "a"),
      "redis://u:pw123@host",
      `"redis://u:${tagged("pw123")}@host"`,
    ],
    [
      "a checksum of Secrets",
      object("Deployment", {}, "apps/v1"),
      field("spec", "template", "metadata", "annotations", "checksum/secret"),
      "ab".repeat(32),
      `"(checksum, tag ${tag("ab".repeat(32))})"`,
    ],
  ])("shows %s", (_, live, place, value, expected) => {
    const known = {
      values: { clearml: { agentk8sglueSecret: "Canary0Record42Values" } },
      secrets: { FILE: "canary-file" },
    };
    expect(show(live, place, value, known)).toBe(expected);
  });

  it("is cut where it is long, after its secrets are replaced", () => {
    const text = show(object("ConfigMap", {}), field("data", "a"), `${"x".repeat(190)}canary-file`, {
      secrets: { FILE: "canary-file" },
    });
    expect(text).toHaveLength(200);
    expect(text).toMatch(/x\(secret,…$/);
  });
});

describe("two values", () => {
  const live = object("ConfigMap", {});
  const { use, record } = release("acme", "");
  const shown = shownOf({ tag, secrets: new Map() }, { use, record, object: live }, live as LiveObject);
  const place = field("data", "text");

  it.each<[string, unknown, unknown, object]>([
    ["one of them missing", "a", undefined, { expected: '"a"' }],
    ["short", "aaa1", "aaa2", { expected: '"aaa1"', actual: '"aaa2"' }],
    [
      "alike but short enough to be shown whole",
      `${"a".repeat(100)}1`,
      `${"a".repeat(100)}2`,
      { expected: `"${"a".repeat(100)}1"`, actual: `"${"a".repeat(100)}2"` },
    ],
    [
      "long and different at their end",
      `${"a".repeat(500)}1`,
      `${"a".repeat(500)}2 and more`,
      { expected: `…${"a".repeat(40)}1"`, actual: `…${"a".repeat(40)}2 and more"` },
    ],
    [
      "long from the beginning",
      "short",
      "b".repeat(500),
      { expected: '"short"', actual: `"${"b".repeat(198)}…` },
    ],
  ])("are shown where they part: %s", (_, expected, actual, texts) => {
    expect(shown.values({ place, expected, actual })).toEqual(texts);
  });
});

describe("findings", () => {
  it("hold no secret that only the files know as one, and that this step was not given", async () => {
    const manifest =
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { text: opensesame }\n";
    const agent = release("acme", manifest, { values: { license: "opensesame" } });
    const source = parseYaml("license: ${LICENSE}\n", "clearml.yaml");
    const use = { ...agent.use, values: { license: "${LICENSE}" }, source, path: [] };
    const objects = deployed(agent).map((each) => ({ ...each, data: { text: "opensesame!" } }));
    const { findings } = await scanned([{ ...agent, use }], { objects });
    expect(findings).toMatchObject([
      { expected: `"${tagged("opensesame")}"`, actual: `"${tagged("opensesame")}!"` },
    ]);
  });

  it("hold none of the secrets, wherever somebody has put one", async () => {
    const canaries = ["canary-file-secret", "CanaryGenerated4711", "hunter2-live", "other-hunter3"];
    const manifest = `---
apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { password: CanaryGenerated4711 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { url: "http://u:canary-file-secret@host", password: first }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: c, image: "a:1", env: [{ name: PASSWORD, value: one }] }] } } }
`;
    const agent = release("acme", manifest);
    const objects = deployed(agent).map((each): LiveObject => {
      const { stringData: _, ...rest } = each;
      if (each.kind === "Secret") return { ...rest, data: { password: base64("hunter2-live") } };
      if (each.kind === "ConfigMap")
        return edited(
          each,
          (map) =>
            Object.assign(map, {
              data: { url: "x CanaryGenerated4711", password: "other-hunter3", "canary-file-secret": "1" },
            }),
          {
            "f:data": { "f:url": {}, "f:password": {}, "f:canary-file-secret": {} },
          },
        );
      return edited(
        each,
        (web) =>
          Object.assign(web, {
            spec: {
              template: {
                spec: {
                  containers: [
                    {
                      name: "c",
                      image: "canary-file-secret",
                      env: [{ name: "PASSWORD", value: "hunter2-live" }],
                    },
                  ],
                },
              },
            },
          }),
        {},
      );
    });
    const { findings, notes, unread } = await scanned(
      [agent],
      { objects },
      new Map([["FILE", "canary-file-secret"]]),
    );
    expect(findings.length).toBeGreaterThanOrEqual(6);
    const text = JSON.stringify({ findings, notes, unread });
    for (const canary of canaries) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(base64(canary));
      expect(text).toContain(tagged(canary));
    }
  });
});
