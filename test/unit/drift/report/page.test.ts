import { describe, expect, it } from "vitest";
import { driftPage } from "../../../../src/drift/report/page.ts";
import { faultsOf } from "../../plan/comment-check.ts";
import { added, finding, ignoredUse, mixed, modified, report } from "./reports.ts";

const lineAt = (markdown: string, index: number) => markdown.split("\n\n")[index];
const rowsOf = (markdown: string) =>
  markdown.split("\n").filter((line) => /^\| (?!What|Rule|Note|-)\S/.test(line));

describe("the headline", () => {
  const unread = { complete: false, partial: [{ scope: "pods", reason: "forbidden" }] };
  it.each([
    ["clean", report([]), "✅ **No drift**"],
    ["one", report([modified()]), "❌ **1 difference**"],
    ["several", report([modified(), added()]), "❌ **2 differences**"],
    [
      "not read",
      report([], unread),
      "❔ **Not complete**: 1 could not be read; in the rest there is no drift",
    ],
    ["both", report([modified()], unread), "❌ **1 difference**, and 1 could not be read"],
    [
      "incomplete without a reason",
      report([], { complete: false }),
      "❔ **Not complete**: something could not be read; in the rest there is no drift",
    ],
  ])("%s", (_, from, expected) => {
    expect(lineAt(driftPage(from), 1)).toBe(expected);
  });

  it("counts by class, what is worst first, and what was looked at", () => {
    expect(lineAt(driftPage(mixed()), 2)).toBe(
      "1 object missing · 2 fields modified · 1 addition by hand · 1 credential · 1 difference of tenants · 2 ignored · 12 releases, 340 objects and 41 calls of the API server",
    );
  });
});

describe("the findings", () => {
  it("stand in a table for each component, with who, when and what repairs them", () => {
    const page = driftPage(mixed());
    expect(page).toContain("#### ✏️ control-plane: 2 fields modified, 1 addition by hand");
    expect(rowsOf(page)).toEqual(
      expect.arrayContaining([
        "| ✏️ modified | `Deployment clearml/clearml-apiserver`<br>`/spec/replicas` | `2` → `3` | `kubectl-edit`<br>2026-11-20 14:03 UTC | yes |",
        '| ✏️ modified | `Deployment clearml/clearml-apiserver`<br>`/spec/template/spec/containers/name=web/image` | `"a:1"` → `"a:2"` | `kubectl-edit`<br>2026-11-20 14:03 UTC | refused: conflict |',
        '| ➕ added | `Deployment clearml/clearml-apiserver`<br>`/metadata/labels/team.example.com~1owner` | *nothing* → `"search"` | `kubectl-label`<br>2026-11-20 14:03 UTC | no<br>`kubectl -n clearml label deployment.apps/clearml-apiserver team.example.com/owner-` |',
        "| 🕳️ missing | `Service acme/gateway`<br>app-gateway of acme: Service acme/gateway is gone |  |  | yes |",
        "| 🔑 credential | the certificate in Secret `globex/tls` ends in 3 days |  |  | no<br>renew it, or have cert-manager issue it |",
      ]),
    );
  });

  it("says where nothing was proved", () => {
    expect(rowsOf(driftPage(report([modified({ proved: false })])))[0]).toContain(
      "| ✏️ modified<br>(not proved) |",
    );
  });

  it("is folded once there are many, and told of in full elsewhere when there are too many", () => {
    const many = Array.from({ length: 50 }, (_, index) => modified({ path: `/data/${index}` }));
    const page = driftPage(report(many));
    expect(page).toContain("<details><summary>✏️ control-plane: 50 fields modified</summary>");
    expect(rowsOf(page)).toHaveLength(50);
    expect(page).not.toContain("left out");
  });
});

describe("what was not seen", () => {
  it("names what could not be read, with the reason", () => {
    expect(driftPage(mixed())).toContain(
      "#### Could not be read\n\n| What | Why |\n| --- | --- |\n| Secrets of namespace initech | secrets is forbidden for user `ci` |",
    );
  });

  it("says how much of it there is no room for", () => {
    const partial = Array.from({ length: 90 }, (_, index) => ({
      scope: `pods ${index}`,
      reason: "r".repeat(300),
    }));
    const page = driftPage(report([], { complete: false, partial }), { most: 9_000 });
    const rows = page.split("\n").filter((line) => line.startsWith("| pods "));
    expect(rows.length).toBeGreaterThan(2);
    expect(page).toContain(
      `✂️ ${90 - rows.length} lines left out; all of it is in the report (output \`report\`).`,
    );
  });

  it("lists ignore rules with their use, those without and those past their day marked", () => {
    const page = driftPage(mixed());
    expect(page).toContain("<summary>2 differences ignored by 3 rules, 1 unused, 1 expired</summary>");
    expect(page).toContain("| `drift-ignore.yaml:3` | 2 | 2027-01-31 |");
    expect(page).toContain("| `drift-ignore.yaml:9` | ⚠️ unused | 2027-01-31 |");
    expect(page).toContain("| `drift-ignore.yaml:3` | ⚠️ expired | 2027-01-31 |");
  });

  it("shows what was repaired, and what could not be", () => {
    const repaired = [
      { component: "control-plane", outcome: "repaired" as const, message: "revision 8" },
      { component: "agent", tenant: "acme", outcome: "failed" as const, message: "quota" },
    ];
    expect(driftPage(report([], { repaired }))).toContain(
      "| ✅ | control-plane | revision 8 |\n| ❌ | agent of acme | quota |",
    );
  });
});

describe("the page as a whole", () => {
  it("has neither picture nor steps nor tables when all is well", () => {
    expect(driftPage(report([])).split("\n\n")).toHaveLength(3);
  });

  it("is well-formed with words of others in every place", () => {
    const evil = "a|b `x` </details> <img src=x> @team #12 ``` \n| --- |\n# h \u202e -->";
    const hostile = (of: Parameters<typeof finding>[0]) =>
      finding(of, {
        component: evil,
        tenant: evil,
        object: { apiVersion: evil, kind: evil, namespace: evil, name: evil },
        ...{
          path: evil,
          expected: evil,
          actual: evil,
          manager: evil,
          since: evil,
          message: evil,
          hint: evil,
        },
        upgradeRepairs: false,
      });
    const findings = [hostile("modified"), hostile("foreign-added"), hostile("missing")];
    const from = report([...findings, finding("mig", { message: evil, hint: evil, upgradeRepairs: false })], {
      environment: evil,
      complete: false,
      partial: [{ scope: evil, reason: evil }],
      ignored: [ignoredUse({ reason: evil, until: evil, at: { file: evil, line: 1, column: 1 } })],
      notes: [evil],
      repaired: [{ component: evil, tenant: evil, outcome: "failed", message: evil }],
    });
    expect(faultsOf(driftPage(from, { config: evil }))).toEqual([]);
    const folded = report(Array.from({ length: 60 }, () => findings).flat(), { environment: evil });
    expect(faultsOf(driftPage(folded))).toEqual([]);
  });

  it.each([4_000, 60_000, 800 * 1024])(
    "fits into %i bytes, well-formed, and says what is left out",
    (most) => {
      const findings = Array.from({ length: 2000 }, (_, index) =>
        modified({
          tenant: `tenant-${index % 100}`,
          component: `part-${index % 3}`,
          path: `/data/${"long".repeat(40)}${index}`,
          expected: "e".repeat(500),
          upgradeRepairs: index % 2 === 0,
        }),
      );
      const partial = Array.from({ length: 300 }, (_, index) => ({
        scope: `Secrets of namespace ${index}`,
        reason: "r".repeat(900),
      }));
      const page = driftPage(report(findings, { complete: false, partial, notes: ["n".repeat(5000)] }), {
        most,
        elsewhere: "the artifact",
      });
      expect(Buffer.byteLength(page)).toBeLessThanOrEqual(most);
      expect(faultsOf(page)).toEqual([]);
      expect(page).toMatch(/✂️ \d+ lines left out; all of it is in the artifact\.$/);
      expect(page).toContain("❌ **2000 differences**, and 300 could not be read");
    },
  );
});
