import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/drift/model.ts";
import { refusedTogether } from "../../../src/drift/refused.ts";

function finding(more: Partial<Finding>): Finding {
  return {
    class: "missing",
    component: "agent",
    tenant: "acme",
    upgradeRepairs: true,
    message: "m",
    ...more,
  };
}

const scaled = finding({
  class: "modified",
  object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "acme", name: "agent" },
  path: "/spec/replicas",
  upgradeRepairs: "conflict",
});

describe("a release that is refused one field", () => {
  it("is refused as a whole, for a reason that is named", () => {
    const [gone] = refusedTogether([finding({}), scaled]);
    expect(gone).toMatchObject({
      upgradeRepairs: "conflict",
      hint: "the upgrade of this release is refused because of Deployment agent, /spec/replicas: settle that first",
    });
  });

  it("leaves others, and what no upgrade would repair, as they are", () => {
    const others = [
      finding({ tenant: "globex" }),
      finding({ component: "app-gateway" }),
      finding({ class: "foreign-added", upgradeRepairs: false }),
      scaled,
    ];
    expect(refusedTogether(others)).toEqual(others);
  });
});
