import { describe, expect, it } from "vitest";
import { requireConfirmation } from "../../../src/deploy/tenant/removal/absent.ts";
import { removalPage } from "../../../src/offboarding/page.ts";

describe("the confirmation of a removal", () => {
  it.each([
    ["acme", "apply", true],
    ["acme", "plan", true],
    ["", "plan", true],
    ["", "apply", false],
    ["globex", "plan", false],
    ["globex", "apply", false],
    ["Acme", "apply", false],
    ["acme ", "apply", false],
    ["true", "apply", false],
    ["*", "apply", false],
  ] as const)("%j with mode %s passes: %s", (confirmDelete, mode, passes) => {
    const check = () => requireConfirmation({ tenant: "acme", confirmDelete, mode });
    if (passes) expect(check).not.toThrow();
    else expect(check).toThrow(/`confirm-delete` is .*nothing was changed/);
  });
});

describe("the page of a removal", () => {
  const report = {
    ...{ environment: "demo", tenant: "acme", server: "https://10.0.0.1", milliseconds: 61_000 },
    parts: [{ what: "agent", where: "acme/clearml-agent", how: "chart | 1", milliseconds: 1_500 }],
    stays: ["the data of <b>"],
    commands: ["kubectl `x`", "second"],
  };

  it("says how it came out, what went and what is left to people", () => {
    const page = removalPage({ ...report, outcome: "gone" });
    expect(page).toContain("Removed: tenant `acme` of environment `demo` on `https://10.0.0.1` (1 min 1 s).");
    expect(page).toContain("Nothing of it was found any more");
    expect(page).toContain("| agent | `acme/clearml-agent` | chart &#124; 1 | 1.5 s |");
    expect(page).toContain("- the data of &#60;b&#62;");
    expect(page).toContain("2 lines to run by hand");
    expect(page).toContain("```sh\nkubectl `x`\nsecond\n```");
  });

  it.each([
    ["already gone", "Already gone: tenant `acme` of environment `demo` on `https://10.0.0.1`."],
    ["not gone", "Not removed completely"],
  ] as const)("does not claim a proof when it is %s", (outcome, head) => {
    const page = removalPage({ ...report, outcome });
    expect(page).toContain(head);
    expect(page).not.toContain("Nothing of it was found any more");
  });
});
