import { describe, expect, it } from "vitest";
import { COMPONENT_IDS } from "../../../src/catalogue/model.ts";
import { componentIds, environmentJsonSchema } from "../../../src/environment/schema.ts";

interface Schema {
  $id?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  definitions?: Record<string, Schema>;
  description?: string;
}

const schema = environmentJsonSchema() as Schema;

describe("environmentJsonSchema", () => {
  it("stands at the address that the files name", () => {
    expect(schema.$id).toBe("https://raw.githubusercontent.com/clearml/actions/v1/clearml.schema.json");
  });

  it("knows every component, here or in a tenant, and no other key", () => {
    const cluster = Object.keys(schema.properties?.components?.properties ?? {});
    const tenant = Object.keys(schema.definitions?.tenant?.properties?.components?.properties ?? {});
    expect(cluster).toEqual(componentIds("cluster"));
    expect(tenant).toEqual(componentIds("tenant"));
    expect([...new Set([...cluster, ...tenant])].sort()).toEqual([...COMPONENT_IDS].sort());
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties?.components?.additionalProperties).toBe(false);
  });

  it("explains every key", () => {
    const silent = Object.entries(schema.properties ?? {}).filter(([, each]) => !each.description);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it("can be written as JSON and is not huge", () => {
    expect(JSON.stringify(schema).length).toBeLessThan(30_000);
  });
});
