import { describe, expect, it } from "vitest";
import type { ClusterPlan } from "../../../src/plan/digest.ts";
import type { Plan } from "../../../src/plan/model.ts";
import { planSummary } from "../../../src/plan/summary.ts";
import { hasChanges, headline } from "../../../src/plan/words.ts";
import { faultsOf } from "./comment-check.ts";
import { danger, object, release, smallPlan } from "./comment-plans.ts";

const none = (count: number) => Array.from({ length: count }, () => release({ action: "none" }));
const withReleases = (...releases: Plan["releases"]): ClusterPlan => ({
  environment: "production",
  releases,
  manifests: [],
  tenants: [],
});

describe("a plan in one line", () => {
  it.each<[string, Plan, { stop: number; note: number }]>([
    [
      "3 to upgrade, 1 to install, 22 unchanged; 2 dangers",
      withReleases(release(), release(), release(), release({ action: "install" }), ...none(22)),
      { stop: 2, note: 0 },
    ],
    [
      "1 to repair, 1 to uninstall",
      withReleases(release({ action: "repair" }), release({ action: "uninstall" })),
      { stop: 0, note: 0 },
    ],
    ["1 to upgrade; 1 danger, 3 notes", withReleases(release()), { stop: 1, note: 3 }],
    ["No changes: 22 unchanged", withReleases(...none(22)), { stop: 0, note: 0 }],
    ["No changes", withReleases(), { stop: 0, note: 0 }],
    [
      "2 plain objects to write",
      { ...withReleases(), manifests: [{ component: "network-isolation", objects: [object(), object()] }] },
      { stop: 0, note: 0 },
    ],
    [
      "1 plain object to write, 1 plain object to delete",
      {
        ...withReleases(),
        manifests: [{ component: "tenant", objects: [object(), object({ action: "delete" })] }],
      },
      { stop: 0, note: 0 },
    ],
    [
      "1 tenant step",
      { ...withReleases(), tenants: [{ name: "acme", steps: [{ action: "create", what: "company" }] }] },
      { stop: 0, note: 0 },
    ],
  ])("%s", (expected, plan, dangers) => expect(headline(plan, dangers)).toBe(expected));

  it.each<[string, Plan, boolean]>([
    ["a release to upgrade", withReleases(release(), ...none(2)), true],
    ["releases that are left alone", withReleases(...none(2)), false],
    ["a plain object", smallPlan(), true],
    ["no plain objects", { ...withReleases(), manifests: [{ component: "x", objects: [] }] }, false],
    ["no steps of a tenant", { ...withReleases(), tenants: [{ name: "acme", steps: [] }] }, false],
  ])("has changes with %s: %s", (_, plan, expected) => expect(hasChanges(plan)).toBe(expected));
});

describe("the picture of a plan", () => {
  const plan = withReleases(
    release({ component: "redis", release: "redis", action: "none" }),
    release({ component: "control-plane", release: "clearml" }),
    release({ component: "agent", tenant: "acme", action: "install", dangers: [danger("x", "stop")] }),
  );

  it("has a box for each release, arrows for needs, and a colour for what happens", () => {
    const text = planSummary(plan, { "control-plane": ["redis", "absent"], agent: ["control-plane"] });
    expect(text).toContain(
      [
        "```mermaid",
        "flowchart LR",
        '  n0["redis<br/>unchanged"]:::none',
        '  n1["control-plane<br/>upgrade 10.12.7"]:::upgrade',
        '  n2["agent of acme<br/>install 10.12.7"]:::danger',
        "  n0 --> n1",
        "  n1 --> n2",
        "  classDef none fill:#eaeef2,stroke:#8c959f,color:#1f2328",
        "  classDef upgrade fill:#ddf4ff,stroke:#0969da,color:#1f2328",
        "  classDef danger fill:#ffebe9,stroke:#cf222e,color:#1f2328",
        "```",
      ].join("\n"),
    );
  });

  it("takes what components wait for from the catalogue", () => {
    expect(planSummary(plan)).toContain("  n1 --> n2\n  n0 --> n2\n");
  });

  it("has the arrows the other way round when everything is removed", () => {
    const removed = (component: string) => release({ component, action: "uninstall" });
    const plan = withReleases(removed("app-gateway"), removed("agent"));
    expect(planSummary(plan, { agent: ["app-gateway"] })).toContain("  n1 --> n0\n");
    const mixed = withReleases(removed("app-gateway"), release({ component: "agent" }));
    expect(planSummary(mixed, { agent: ["app-gateway"] })).toContain("  n0 --> n1\n");
  });

  it("cannot be broken by a name", () => {
    const hostile = withReleases(release({ component: 'a"]; click x', chartVersion: "1 <b>" }), release());
    expect(planSummary(hostile)).toContain('  n0["a#34;#93;#59; click x<br/>upgrade 1 #60;b#62;"]:::upgrade');
  });

  it("is left out where it would show nothing, or too much", () => {
    expect(planSummary(withReleases(release()))).not.toContain("mermaid");
    expect(planSummary(withReleases(...Array.from({ length: 61 }, () => release())))).not.toContain(
      "mermaid",
    );
  });
});

describe("the job summary about a plan", () => {
  it("shows everything of a plan that fits", () => {
    const objects = Array.from({ length: 400 }, (_, at) => object({ name: `object-${at}` }));
    const text = planSummary(withReleases(release({ objects })));
    for (const { name } of objects) expect(text).toContain(`Deployment clearml/${name}</b>`);
    expect(text).not.toContain("left out");
    expect(faultsOf(text)).toEqual([]);
  });

  it("stays below what GitHub takes, and says where the rest is", () => {
    const diff = Array.from({ length: 200 }, () => `+${"🎉".repeat(100)}`).join("\n");
    const objects = Array.from({ length: 40 }, (_, at) => object({ name: `object-${at}`, diff }));
    const text = planSummary(withReleases(release({ objects })));
    const bytes = Buffer.byteLength(text);
    expect(bytes).toBeLessThan(1024 * 1024);
    expect(bytes).toBeGreaterThan(700 * 1024);
    expect(text).toMatch(/✂️ \d+ lines left out; the whole plan is in the plan file \(output `plan`\)\./);
    expect(faultsOf(text)).toEqual([]);
  });

  it("says why a release changes, and what could not be foretold", () => {
    const reasons = ["chart 1 → 2", "values changed: a", "b", "c", "d", "e"];
    const text = planSummary(withReleases(release({ reasons, notices: ["cannot be foretold"] })));
    expect(text).toContain("| chart 1 → 2<br>values changed: a<br>b<br>c<br>and 2 more reasons |");
    expect(text).toContain("- e\n- ℹ️ cannot be foretold");
  });

  it("lists the steps of onboarding", () => {
    const steps = [{ action: "create", what: "company Acme | GmbH" }];
    const text = planSummary({ ...withReleases(), tenants: [{ name: "acme", steps }] });
    expect(text).toContain("| `acme` | create | company Acme &#124; GmbH |");
  });
});
