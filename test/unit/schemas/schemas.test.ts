import { describe, expect, it } from "vitest";
import { crdsOf } from "../../../src/schemas/catalogue.ts";
import { crdSchema } from "../../../src/schemas/crd.ts";
import { openApiSchemas, type ServedSchemas } from "../../../src/schemas/open-api.ts";
import { type MinorVersion, packSchemas, standalone, unpackSchemas } from "../../../src/schemas/pack.ts";
import { isBuiltIn, removedApi } from "../../../src/schemas/removed-apis.ts";
import { kubernetesSchemas, schemaVersions } from "../../../src/schemas/store.ts";

const GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";
const thing = { group: "g.io", version: "v1", kind: "Thing" };
const path = (kind: object) => ({ post: { [GROUP_VERSION_KIND]: kind } });

describe("schemas out of an OpenAPI description", () => {
  const served = openApiSchemas({
    paths: {
      "/apis/g.io/v1/things": path(thing),
      "/apis/g.io/v1/things/{name}/eviction": path({ ...thing, kind: "Eviction" }),
      "/apis/g.io/v1/reads": { get: { [GROUP_VERSION_KIND]: { ...thing, kind: "Read" } } },
    },
    definitions: {
      Thing: {
        description: "long",
        type: "object",
        required: ["spec"],
        properties: {
          spec: { $ref: "#/definitions/Spec", description: "more" },
          labels: { type: "object", additionalProperties: { type: "string" } },
        },
        [GROUP_VERSION_KIND]: [thing],
      },
      Spec: {
        type: "object",
        properties: {
          count: { type: "integer", format: "int32" },
          data: { type: "string", format: "byte" },
          cpu: { $ref: "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity" },
          self: { type: "array", items: { $ref: "#/definitions/Spec" } },
        },
      },
      "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: "string" },
      Eviction: { [GROUP_VERSION_KIND]: [{ ...thing, kind: "Eviction" }] },
      Unused: { type: "object" },
    },
  });

  it("are of the kinds that can be created, and what those refer to", () => {
    expect(served.kinds).toEqual({ "g.io/v1 Thing": "Thing" });
    expect(Object.keys(served.definitions)).toEqual([
      "Spec",
      "Thing",
      "io.k8s.apimachinery.pkg.api.resource.Quantity",
    ]);
  });

  it("are strict, and accept what the API server accepts", () => {
    expect(standalone("Thing", served.definitions)).toEqual({
      type: "object",
      required: ["spec"],
      additionalProperties: false,
      properties: {
        labels: { type: "object", additionalProperties: { type: "string" } },
        spec: {
          type: "object",
          additionalProperties: false,
          properties: {
            count: { type: "integer", minimum: -2147483648, maximum: 2147483647 },
            cpu: { type: ["string", "number"] },
            data: { type: "string", pattern: "^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$" },
            self: { type: "array", items: {} },
          },
        },
      },
    });
  });

  it("come out of a package as they went in", () => {
    const older = { kinds: {}, definitions: { Spec: { type: "string" }, Gone: {} } };
    const packed = packSchemas(
      new Map<MinorVersion, ServedSchemas>([
        ["1.1", older],
        ["1.2", served],
      ]),
    );
    expect(unpackSchemas(packed, "1.1")).toEqual(older);
    expect(unpackSchemas(packed, "1.2")).toEqual(served);
  });
});

describe("the schemas that come along", () => {
  it("are those of six versions", () => {
    expect(schemaVersions()).toEqual(["1.31", "1.32", "1.33", "1.34", "1.35", "1.36"]);
  });

  it.each([
    ["1.31", "apps/v1 Deployment", true],
    ["1.36", "v1 Secret", true],
    ["1.31", "resource.k8s.io/v1 DeviceClass", false],
    ["1.34", "resource.k8s.io/v1 DeviceClass", true],
    ["1.31", "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema", true],
    ["1.32", "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema", false],
  ] as const)("%s serves %s: %s", (version, kind, is) => {
    expect(kind in kubernetesSchemas(version).kinds).toBe(is);
  });

  it.each([
    ["v1", true],
    ["v2", false],
    ["apps/v1beta1", true],
    ["extensions/v1beta1", true],
    ["gateway.networking.k8s.io/v1", false],
  ])("%s is of Kubernetes itself: %s", (apiVersion, is) => {
    expect(isBuiltIn(apiVersion)).toBe(is);
  });

  it("agree with the list of what was removed", () => {
    for (const version of schemaVersions()) {
      for (const key of Object.keys(kubernetesSchemas(version).kinds)) {
        const [apiVersion = "", kind = ""] = key.split(" ");
        const removedIn = removedApi(apiVersion, kind)?.removedIn;
        const minor = (text: string) => Number(text.split(".")[1]);
        if (removedIn !== undefined) expect([key, minor(removedIn) > minor(version)]).toEqual([key, true]);
      }
    }
    expect(removedApi("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema")?.removedIn).toBe("1.32");
    expect(removedApi("extensions/v1beta1", "Ingress")?.instead).toBe("networking.k8s.io/v1");
    expect(removedApi("extensions/v1beta1", "Deployment")?.instead).toBe("apps/v1");
  });
});

describe("the schema of a custom resource", () => {
  it.each<[string, unknown, object]>([
    [
      "closes what it lists",
      { type: "object", properties: { a: { type: "string", description: "x" } } },
      { additionalProperties: false, properties: { a: { type: "string" } } },
    ],
    [
      "leaves open what is to be kept",
      { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { a: {} } },
      { properties: { a: {} } },
    ],
    [
      "leaves maps as they are",
      { properties: { a: { additionalProperties: { type: "integer" } } } },
      { additionalProperties: false, properties: { a: { additionalProperties: { type: "integer" } } } },
    ],
    [
      "does not close the branches of a choice",
      { properties: { a: { anyOf: [{ properties: { b: { type: "string" } } }], not: { required: ["c"] } } } },
      {
        additionalProperties: false,
        properties: { a: { anyOf: [{ properties: { b: { type: "string" } } }], not: { required: ["c"] } } },
      },
    ],
    [
      "knows numbers that may be texts",
      {
        properties: {
          a: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
        },
      },
      {
        additionalProperties: false,
        properties: { a: { type: ["string", "integer"], anyOf: [{ type: "integer" }, { type: "string" }] } },
      },
    ],
    [
      "asks for no status",
      { required: ["spec", "status"], properties: {} },
      { required: ["spec"], additionalProperties: false, properties: {} },
    ],
    [
      "has no empty list of what it requires",
      { required: ["status"], properties: {} },
      { additionalProperties: false, properties: {} },
    ],
    [
      "knows the head of an object within",
      { properties: { a: { "x-kubernetes-embedded-resource": true, properties: { b: {} } } } },
      {
        additionalProperties: false,
        properties: {
          a: {
            additionalProperties: false,
            properties: {
              apiVersion: { type: "string" },
              kind: { type: "string" },
              metadata: { type: "object" },
              b: {},
            },
          },
        },
      },
    ],
    ["is anything when there is none", undefined, {}],
  ])("%s", (_, openApi, expected) => {
    const head = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" } };
    const { type: __, ...schema } = crdSchema(openApi);
    const properties = (expected as { properties?: object }).properties;
    expect(schema).toEqual(properties ? { ...expected, properties: { ...properties, ...head } } : expected);
  });

  it("is found in a definition, one for each version", () => {
    const versions = [{ name: "v1", schema: { openAPIV3Schema: { type: "object" } } }, { name: "v2" }];
    const definition = {
      kind: "CustomResourceDefinition",
      spec: { group: "g", names: { kind: "K" }, versions },
    };
    expect(crdsOf(definition)).toEqual([
      { group: "g", version: "v1", kind: "K", schema: { type: "object" } },
      { group: "g", version: "v2", kind: "K", schema: undefined },
    ]);
    expect(crdsOf({ ...definition, kind: "Other" })).toEqual([]);
    expect(crdsOf({ kind: "CustomResourceDefinition", spec: {} })).toEqual([]);
  });
});
