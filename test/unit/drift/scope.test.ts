import { describe, expect, it } from "vitest";
import { driftScope } from "../../../src/drift/scope.ts";
import type { Environment } from "../../../src/environment/model.ts";

const use = (id: string, tenant?: string, enabled = true) => ({ id, tenant, enabled });
const environment = {
  file: "clearml.yaml",
  components: [use("control-plane"), use("redis", undefined, false)],
  tenants: [
    { name: "acme", components: [use("agent", "acme")] },
    { name: "globex", components: [use("agent", "globex"), use("app-gateway", "globex", false)] },
  ],
} as unknown as Environment;

function scopeOf(...names: string[]) {
  const { uses, tenants, whole } = driftScope(environment, names);
  return [
    uses.map(({ id, tenant }) => (tenant ? `${tenant}/${id}` : id)),
    tenants.map(({ name }) => name),
    whole,
  ];
}

describe("the scope of a scan", () => {
  it.each<[string[], string[], string[], boolean]>([
    [["*"], ["control-plane", "acme/agent", "globex/agent"], ["acme", "globex"], true],
    [["globex", "acme"], ["control-plane", "globex/agent", "acme/agent"], ["globex", "acme"], true],
    [["acme"], ["control-plane", "acme/agent"], ["acme"], false],
    [["none"], ["control-plane"], [], false],
  ])("of tenants %j", (names, uses, tenants, whole) => {
    expect(scopeOf(...names)).toEqual([uses, tenants, whole]);
  });

  it("is whole without tenants where there are none", () => {
    const alone = { ...environment, tenants: [] };
    expect(driftScope(alone, ["*"]).whole).toBe(true);
    expect(driftScope(alone, ["none"]).whole).toBe(true);
  });

  it("refuses a tenant that nobody knows, in the words of the input", () => {
    expect(() => driftScope(environment, ["acm"])).toThrow(/input `tenants`: .*no tenant `acm`/);
  });
});
