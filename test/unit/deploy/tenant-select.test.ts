import { describe, expect, it } from "vitest";
import { selectTenants } from "../../../src/deploy/tenant/select.ts";
import type { Environment } from "../../../src/environment/model.ts";

/** An environment with these tenants. */
function environmentOf(...names: string[]): Environment {
  return { file: "clearml.yaml", tenants: names.map((name) => ({ name })) } as unknown as Environment;
}

describe("the tenants that are named", () => {
  it.each<[string[], string[]]>([
    [["*"], ["acme", "globex"]],
    [
      ["globex", "acme", "globex"],
      ["globex", "acme"],
    ],
    [["acme"], ["acme"]],
  ])("%j are %j", (names, chosen) => {
    const found = selectTenants(environmentOf("acme", "globex"), names);
    expect(found.map(({ name }) => name)).toEqual(chosen);
  });

  it.each<[string[], string[], RegExp]>([
    [[], ["acme"], /input `tenant` is empty/],
    [["*"], [], /clearml\.yaml has no tenants/],
    [["acne"], ["acme"], /clearml\.yaml has no tenant `acne`/],
  ])("%j of %j are refused", (names, tenants, message) => {
    expect(() => selectTenants(environmentOf(...tenants), names)).toThrow(message);
  });
});
