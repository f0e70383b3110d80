import { describe, expect, it } from "vitest";
import { duration } from "../../../src/core/duration.ts";
import {
  criticalPath,
  type DeploymentReport,
  type ReportedComponent,
} from "../../../src/deploy/report/model.ts";
import { deploymentPage } from "../../../src/deploy/report/page.ts";
import { faultsOf } from "../plan/comment-check.ts";

function component(name: string, parts: Partial<ReportedComponent> = {}): ReportedComponent {
  return {
    component: name,
    place: `clearml/${name}`,
    what: "chart 1.2.3, revision 5",
    action: "upgrade",
    state: "done",
    reasons: ["chart 1.2.2 → 1.2.3"],
    needs: [],
    phases: [],
    ...parts,
  };
}

const phases = (from: number, ...lengths: number[]) =>
  (["pull", "upgrade", "wait"] as const).flatMap((name, at) => {
    const start = from + lengths.slice(0, at).reduce((sum, each) => sum + each, 0);
    const length = lengths[at];
    return length === undefined ? [] : [{ name, from: start, to: start + length }];
  });

/** Redis and the control plane one after the other, an injector beside them, billing that failed, an agent skipped. */
function report(parts: Partial<DeploymentReport> = {}): DeploymentReport {
  return {
    environment: "production",
    server: "https://10.0.0.1:6443",
    milliseconds: 320_000,
    components: [
      component("redis", { phases: phases(0, 1000, 2000, 17_000) }),
      component("control-plane", { needs: ["redis"], phases: phases(20_000, 2000, 8000, 190_000) }),
      component("fractional-gpu-injector", { phases: phases(0, 500, 1500) }),
      component("presign-service", { action: "none", state: "unchanged", reasons: [] }),
      component("billing", {
        state: "failed",
        needs: ["control-plane"],
        cause: "billing is not ready after 90 s",
        phases: phases(220_000, 1000, 4000, 85_000),
      }),
      component("agent", { state: "skipped", needs: ["billing"], cause: "it needs billing", phases: [] }),
    ],
    evidence: [
      {
        component: "billing",
        namespace: "clearml",
        release: "billing",
        headline: ["pod billing-0: CrashLoopBackOff", "  last line: no such host"],
        files: [{ name: "billing-0.log" }],
      },
    ],
    evidenceFolder: "/tmp/evidence",
    addresses: { api: "https://api.ml.example.com", app: undefined },
    nextSteps: ["Repair the address of the database in overrides/billing.yaml, and run it again."],
    ...parts,
  };
}

describe("how long something took", () => {
  it.each([
    [0, "0.0 s"],
    [449, "0.4 s"],
    [9_940, "9.9 s"],
    [12_400, "12 s"],
    [59_700, "1 min"],
    [200_000, "3 min 20 s"],
    [3_600_000, "1 h"],
    [3_720_000, "1 h 2 min"],
  ])("%i ms: %s", (milliseconds, expected) => expect(duration(milliseconds)).toBe(expected));
});

describe("the chain that decided how long a run took", () => {
  const names = (components: readonly ReportedComponent[]) =>
    criticalPath(components).map((each) => each.component);

  it.each<[string, ReportedComponent[], string[]]>([
    [
      "follows needs back from the last to end",
      [...report().components],
      ["redis", "control-plane", "billing"],
    ],
    [
      "takes the need that ended last",
      [
        component("a", { phases: phases(0, 10) }),
        component("b", { phases: phases(0, 50) }),
        component("c", { phases: phases(50, 5), needs: ["a", "b"] }),
      ],
      ["b", "c"],
    ],
    [
      "goes over to what the cluster has for a tenant, and not to another tenant's",
      [
        component("control-plane", { phases: phases(0, 10) }),
        component("agent", { tenant: "acme", phases: phases(10, 10), needs: ["control-plane", "redis"] }),
        component("redis", { tenant: "umbrella", phases: phases(0, 15) }),
      ],
      ["control-plane", "agent"],
    ],
    ["ends with needs in a circle", [component("a", { phases: phases(0, 9), needs: ["a"] })], ["a"]],
    ["is empty where nothing was done", [component("a")], []],
  ])("%s", (_, components, expected) => expect(names(components)).toEqual(expected));
});

describe("the page about a run", () => {
  it("begins with what failed and what was found there", () => {
    const page = deploymentPage(report());
    const places = [
      "❌ Environment `production` on `https://10.0.0.1:6443`: **1 failed, 1 skipped, 3 done, 1 unchanged** in 5 min 20 s.",
      "#### ❌ billing `clearml/billing`",
      "billing is not ready after 90 s",
      "- pod billing-0: CrashLoopBackOff",
      "<details><summary>1 file of evidence</summary>\n\n`billing-0.log`",
      "Everything that was found is in `/tmp/evidence` (output `evidence`).",
      "**api** https://api.ml.example.com",
      "| ❌ failed | billing<br>`clearml/billing` | chart 1.2.3, revision 5 | chart 1.2.2 → 1.2.3 | 1 min 30 s |",
      "| ⏭️ skipped | agent<br>`clearml/agent` | chart 1.2.3, revision 5 | chart 1.2.2 → 1.2.3<br>it needs billing |  |",
      "| ✅ done | redis<br>",
      "```mermaid\nflowchart LR",
      "<details><summary>1 unchanged</summary>",
      "<details><summary>Where the time went</summary>",
      "The longest chain took 5 min 10 s of 5 min 20 s: redis (20 s) → control-plane (3 min 20 s) → billing (1 min 30 s).",
      "```mermaid\ngantt",
      "#### What to do next\n\n1. Repair the address",
    ].map((part) => [page.indexOf(part), part] as const);
    expect(places.filter(([at]) => at < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted(([a], [b]) => a - b));
    expect(faultsOf(page)).toEqual([]);
  });

  it("shows how each came out in a picture", () => {
    const page = deploymentPage(report());
    expect(page).toContain('  n0["redis<br/>done<br/>20 s"]:::done');
    expect(page).toContain('  n3["presign-service<br/>unchanged"]:::unchanged');
    expect(page).toContain('  n4["billing<br/>failed<br/>1 min 30 s"]:::failed');
    expect(page).toContain('  n5["agent<br/>skipped"]:::skipped');
    expect(page).toContain("  n0 --> n1\n  n1 --> n4\n  n4 --> n5\n");
  });

  it("shows where the time went, the chain that decided it marked", () => {
    const page = deploymentPage(report());
    expect(page).toContain(
      [
        "  section redis",
        "  pull 1.0 s :crit, 00:00:00.000, 00:00:01.000",
        "  upgrade 2.0 s :crit, 00:00:01.000, 00:00:03.000",
        "  wait 17 s :crit, 00:00:03.000, 00:00:20.000",
        "  section fractional-gpu-injector",
        "  pull 0.5 s :00:00:00.000, 00:00:00.500",
      ].join("\n"),
    );
  });

  it.each<[string, Partial<DeploymentReport>, string]>([
    [
      "nothing had to change",
      { components: [component("redis", { state: "unchanged", reasons: [] })], evidence: [] },
      "✅ Environment `production` on `https://10.0.0.1:6443`: **nothing had to change** in 5 min 20 s.",
    ],
    [
      "all is done",
      { components: [component("redis")], evidence: [], tenant: "acme" },
      "✅ Environment `production`, tenant `acme`, on `https://10.0.0.1:6443`: **1 done** in",
    ],
    [
      "it was cancelled",
      { components: [component("redis", { state: "cancelled" })], evidence: [] },
      "⏹️ Environment",
    ],
    [
      "a failure was undone",
      {
        components: [component("billing", { state: "rolled back", cause: "it was not ready" })],
        evidence: [],
      },
      "| ↩️ rolled back | billing<br>`clearml/billing` | chart 1.2.3, revision 5 | chart 1.2.2 → 1.2.3<br>it was not ready |",
    ],
  ])("says in its first line when %s", (_, parts, expected) => {
    const page = deploymentPage(report(parts));
    expect(page).toContain(expected);
    expect(faultsOf(page)).toEqual([]);
  });

  it.each(["rolled back", "removed"] as const)(
    "keeps the evidence of a release that was %s since",
    (state) => {
      const page = deploymentPage(
        report({ components: [component("billing", { state, cause: "not ready" })] }),
      );
      expect(page).toContain(`❌ Environment \`production\` on \`https://10.0.0.1:6443\`: **1 ${state}**`);
      expect(page).toContain(
        "#### ❌ billing `clearml/billing`\n\nnot ready\n\n- pod billing-0: CrashLoopBackOff",
      );
    },
  );

  it("lets no text out of its place", () => {
    const hostile = "`` </details><script> @octocat #12 | *x*\n```\n# title";
    const page = deploymentPage(
      report({
        environment: hostile,
        components: [
          component(hostile, { state: "failed", cause: hostile, what: hostile, reasons: [hostile] }),
          component("b", { state: "unchanged", what: hostile }),
        ],
        evidence: [
          {
            component: hostile,
            namespace: "clearml",
            release: hostile,
            headline: [hostile],
            files: [{ name: hostile }],
          },
        ],
        addresses: { [hostile]: `https://x.example/${hostile}` },
        nextSteps: [hostile],
      }),
    );
    expect(faultsOf(page)).toEqual([]);
  });

  it("stays readable with hundreds of components", () => {
    const components = Array.from({ length: 900 }, (_, at) =>
      component(`c${at}`, { phases: phases(at, 10, 20, 30), reasons: ["because ".repeat(200)] }),
    );
    const page = deploymentPage(report({ components, evidence: [] }));
    expect(page).toContain("and 600 more");
    expect(page).not.toContain("mermaid");
    expect(Buffer.byteLength(page)).toBeLessThan(1024 * 1024);
    expect(faultsOf(page)).toEqual([]);
  });
});
