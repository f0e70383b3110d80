import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { Finding } from "../../../src/drift/model.ts";
import { repairable, repairedOf } from "../../../src/drift/repair.ts";

function finding(more: Partial<Finding>): Finding {
  return { class: "modified", component: "control-plane", upgradeRepairs: true, message: "m", ...more };
}

const [server, gateway, agent] = [
  finding({}),
  finding({ component: "app-gateway", tenant: "acme" }),
  finding({ component: "agent", tenant: "acme", class: "missing" }),
];

describe("a repair", () => {
  it("takes what a deployment puts right, and leaves conflicts and additions", () => {
    const conflict = finding({ upgradeRepairs: "conflict" });
    const added = finding({ class: "foreign-added", upgradeRepairs: false });
    expect(repairable([conflict, server, added])).toEqual([server]);
  });

  it("is told by what is left of it", () => {
    const failure = new UserError({ message: "helm could not" });
    expect(repairedOf([server, server, gateway, agent], [gateway], failure)).toEqual([
      { component: "control-plane", outcome: "repaired", message: "2 differences put right" },
      {
        ...{ component: "app-gateway", tenant: "acme", outcome: "failed" },
        message: "1 difference left: helm could not",
      },
      { component: "agent", tenant: "acme", outcome: "repaired", message: "1 difference put right" },
    ]);
  });

  it("does not count what no deployment puts right as left", () => {
    const conflict = finding({ upgradeRepairs: "conflict" });
    expect(repairedOf([server], [conflict], undefined)).toEqual([
      { component: "control-plane", outcome: "repaired", message: "1 difference put right" },
    ]);
  });
});
