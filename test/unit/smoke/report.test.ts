import { describe, expect, it } from "vitest";
import type { SmokeCheck, SmokeEntry, SmokeGroup } from "../../../src/smoke/model.ts";
import { smokeSummary } from "../../../src/smoke/report.ts";

const CHECKS = (
  [
    ["dns", "outside"],
    ["protected", "outside"],
    ["endpoints", "inside"],
  ] as [string, SmokeGroup][]
).map(
  ([name, group]): SmokeCheck => ({
    ...{ name, group, proves: name },
    run: async () => ({ status: "pass", detail: "" }),
  }),
);

function summary(...checks: Omit<SmokeEntry, "durationMs">[]): string {
  const ran = checks.filter(({ status }) => status === "pass" || status === "fail");
  const passed = ran.length > 0 && ran.every(({ status }) => status === "pass");
  const entries = checks.map((each) => ({ ...each, durationMs: 12 }));
  const url = new URL("https://gateway.acme.example/");
  const report = { version: 1, target: url.href, passed, checks: entries } as const;
  return smokeSummary(report, CHECKS, { tenant: "acme", url });
}

describe("the summary of a smoke test", () => {
  it("says that all is well, and folds the rest", () => {
    const text = summary(
      { name: "dns", status: "pass", detail: "it resolves" },
      { name: "endpoints", status: "skip", detail: "no cluster" },
    );
    expect(text).toBe(
      [
        "✅ The gateway of **acme** at `https://gateway.acme.example/` **works**: 1 check passed.",
        "<details><summary>From outside: 1 passed</summary>\n\n|  | Check | Found | Repair | Time |\n| --- | --- | --- | --- | --- |\n| ✅ | `dns` | it resolves |  | 12 ms |\n\n</details>",
        "<details><summary>From inside the cluster: 1 not judged</summary>\n\n|  | Check | Found | Repair | Time |\n| --- | --- | --- | --- | --- |\n| ⏭️ | `endpoints` | no cluster |  | 12 ms |\n\n</details>",
      ].join("\n\n"),
    );
  });

  it("shows failures with their repair, and lets nobody's words break out of their cell", () => {
    const text = summary(
      { name: "dns", status: "pass", detail: "it resolves" },
      { name: "protected", status: "fail", detail: "200 | <b>@all</b>\nmore", hint: "close `it`" },
    );
    expect(text).toContain("**does not work as it should**: 1 of 2 checks failed.");
    expect(text).toContain(
      "#### From outside\n\n|  | Check | Found | Repair | Time |\n| --- | --- | --- | --- | --- |\n| ❌ | `protected` | 200 &#124; &#60;b&#62;@&#8203;all&#60;/b&#62; more | close `it` | 12 ms |",
    );
  });

  it("does not call untested what works", () => {
    expect(summary({ name: "dns", status: "info", detail: "-" })).toContain("was **not tested**");
  });
});
