import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Exec } from "../../../src/core/exec.ts";
import { validateObjects } from "../../../src/render/kubeconform.ts";
import type { RenderedObject } from "../../../src/render/model.ts";
import { schemaCatalogue } from "../../../src/schemas/catalogue.ts";
import { kubernetesSchemas } from "../../../src/schemas/store.ts";

const schemas = schemaCatalogue(kubernetesSchemas("1.34"), []);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearml-actions-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configMap(object: Record<string, unknown>): RenderedObject {
  const whole = { apiVersion: "v1", kind: "ConfigMap", ...object };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "a",
    object: whole,
    text: "",
    template: "",
    origins: () => [],
    locate: () => ({ file: "", line: 1, column: 1 }),
  };
}

/** kubeconform that says the same of every input; keeps what it was given. */
function answering(resources: unknown[]): { exec: Exec; inputs: string[]; calls: (readonly string[])[] } {
  const inputs: string[] = [];
  const calls: (readonly string[])[] = [];
  const run: Exec["run"] = async (_, args, options) => {
    inputs.push(options?.stdin ?? "");
    calls.push(args);
    return { code: 1, stderr: "", stdout: JSON.stringify({ resources }) };
  };
  return { exec: { run } as Exec, inputs, calls };
}

describe("what kubeconform is given", () => {
  it("is the schemas of the kinds there are, and no place on the network", async () => {
    const { exec, calls } = answering([]);
    await validateObjects([configMap({ metadata: { name: "a" } })], schemas, folder, { exec });
    expect(readdirSync(folder)).toEqual(["v1_v1_configmap.json"]);
    expect(JSON.parse(readFileSync(join(folder, "v1_v1_configmap.json"), "utf8"))).toMatchObject({
      type: "object",
      additionalProperties: false,
      properties: { data: { additionalProperties: { type: "string" } } },
    });
    expect(calls).toEqual([
      [
        "-strict",
        "-output",
        "json",
        "-schema-location",
        join(folder, "{{.Group}}_{{.ResourceAPIVersion}}_{{.ResourceKind}}.json"),
        "-",
      ],
    ]);
  });

  it("is objects without nulls and status, named by their number", async () => {
    const { exec, inputs } = answering([]);
    const objects = [
      configMap({
        metadata: { name: "a", creationTimestamp: null },
        data: { a: null, b: [null] },
        status: {},
      }),
      configMap({ metadata: { generateName: "b" } }),
    ];
    await validateObjects(objects, schemas, folder, { exec });
    expect(inputs[0]?.split("\n---\n").map((each) => JSON.parse(each))).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "0" }, data: { b: [null] } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "1" } },
    ]);
  });

  it("stays below the length that kubeconform mixes up", async () => {
    const { exec, inputs } = answering([]);
    const objects = Array.from({ length: 30 }, () =>
      configMap({ metadata: { name: "a" }, data: { a: "ä".repeat(100_000) } }),
    );
    await validateObjects(objects, schemas, folder, { exec });
    expect(inputs.length).toBe(4);
    for (const input of inputs) expect(Buffer.byteLength(input)).toBeLessThan(2 ** 21);
    expect(inputs.join("\n---\n").split("\n---\n")).toHaveLength(30);
  });
});

describe("what its answers mean", () => {
  const object = { metadata: { name: "a", labels: { "a.b/c": 1 } }, spec: { list: [{ x: 1 }] } };
  const said = async (path: string, msg: string, given: Record<string, unknown> = object) => {
    const { exec } = answering([
      { name: "0", status: "statusInvalid", msg: "", validationErrors: [{ path, msg }] },
    ]);
    const { violations } = await validateObjects([configMap(given)], schemas, folder, { exec });
    return violations.map((each) => [each.path, each.message, each.unknownKey]);
  };

  it.each([
    [
      "/spec/list/0/x",
      "got number, want string",
      [[["spec", "list", 0, "x"], "got number, want string", undefined]],
    ],
    ["/metadata/labels/a.b/c", "got number", [[["metadata", "labels", "a.b/c"], "got number", undefined]]],
    ["", "missing property 'kind'", [[[], "missing property 'kind'", undefined]]],
    [
      "/spec",
      "additional properties 'list', 'o\\'x' not allowed",
      [
        [["spec", "list"], "no such key", "list"],
        [["spec", "o\\'x"], "no such key", "o\\'x"],
      ],
    ],
  ])("%s %s", async (path, msg, expected) => {
    expect(await said(path, msg)).toEqual(expected);
  });

  it("is settled beforehand where names are no texts", async () => {
    const { exec, inputs } = answering([]);
    const objects = [configMap({ metadata: { name: 1 } }), configMap({ metadata: "a" })];
    const { violations } = await validateObjects(objects, schemas, folder, { exec });
    expect(violations.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
      "metadata.name: got number, want string",
      "metadata: got string, want object",
    ]);
    expect(inputs).toEqual([]);
  });

  it("keeps apart what it could not judge", async () => {
    const { exec } = answering([{ name: "0", status: "statusError", msg: "could not find schema" }]);
    const only = configMap({ metadata: { name: "a" } });
    const { violations, unjudged } = await validateObjects([only], schemas, folder, { exec });
    expect({ violations, unjudged }).toEqual({
      violations: [],
      unjudged: [{ object: only, reason: "could not find schema" }],
    });
  });
});
