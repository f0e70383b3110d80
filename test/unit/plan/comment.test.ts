import { describe, expect, it } from "vitest";
import { planMarker } from "../../../src/github/comments.ts";
import { diffBlock, sizeOf } from "../../../src/plan/blocks.ts";
import { planComment } from "../../../src/plan/comment.ts";
import { dangersOf } from "../../../src/plan/danger-list.ts";
import type { ClusterPlan } from "../../../src/plan/digest.ts";
import { planSummary } from "../../../src/plan/summary.ts";
import { headline } from "../../../src/plan/words.ts";
import { randomFrom } from "../../support/random.ts";
import { faultsOf } from "./comment-check.ts";
import { danger, object, randomPlan, release, smallPlan } from "./comment-plans.ts";

const MOST_BYTES = 60_000;
const RUN = "https://github.com/acme/clusters/actions/runs/42";
const MARKER = planMarker({ workflow: "deploy", environment: "production" });
const comment = (plan: ClusterPlan) => planComment(plan, { marker: MARKER, runUrl: RUN });

/** A plan of one release with so many objects, each with a diff of so many lines. */
function bigPlan(objects: number, lines: number): ClusterPlan {
  const diff = Array.from({ length: lines }, (_, at) => `+line ${at}: ${"x".repeat(60)}`).join("\n");
  const list = Array.from({ length: objects }, (_, at) => object({ name: `object-${at}`, diff }));
  return { ...smallPlan(), releases: [release({ objects: list })] };
}

describe("the comment about a plan", () => {
  it("starts with its marker and the plan in one line", () => {
    const [first, second, , fourth] = comment(smallPlan()).split("\n");
    expect(first).toBe(MARKER);
    expect(second).toBe("### Plan for `production`");
    expect(fourth).toBe(
      "🛑 **1 to upgrade, 1 to install, 1 plain object to write, 1 unchanged; 1 danger, 1 note** on `https://10.0.0.1:6443`",
    );
  });

  it("says which tenant it is about, or of how many", () => {
    const title = (plan: Partial<ClusterPlan>) => comment({ ...smallPlan(), ...plan }).split("\n")[1];
    const tenants = ["acme", "globex"].map((name) => ({ name, steps: [] }));
    expect(title({ tenants })).toBe("### Plan for `production`, 2 tenants");
    expect(title({ tenants: tenants.slice(0, 1), tenant: "acme" })).toBe(
      "### Plan for `production`, tenant `acme`",
    );
  });

  it("has the dangers first, then the releases, then every object with its diff", () => {
    const text = comment(smallPlan());
    const places = [
      "volume-claim-deleted",
      "signing-secret-changed",
      "| 🔄 `clearml/clearml` | upgrade `clearml-enterprise 10.12.7`: 1 to delete, 1 to change, now at revision 4 |",
      "<details><summary>1 unchanged</summary>",
      "```mermaid",
      "<details><summary>🛑 🔄 clearml/clearml",
      "✏️ <b>Deployment clearml/clearml-apiserver</b>",
      "+replicas: 2",
      "📄 network-isolation: 1 to create",
    ].map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(text).not.toContain("left out");
    expect(faultsOf(text)).toEqual([]);
  });

  it("says that nothing changes", () => {
    const plan = { ...smallPlan(), manifests: [], releases: [release({ action: "none", reasons: [] })] };
    const text = comment(plan);
    expect(text).toContain("✅ **No changes: 1 unchanged**");
    expect(text).not.toContain("mermaid");
  });

  it("is the same for the same plan, whichever run makes it", () => {
    const other = planComment(smallPlan(), { marker: MARKER, runUrl: `${RUN}1` });
    expect(other).toBe(comment(smallPlan()));
  });

  it("cuts a diff at the end of a line, closes what is open, and says where the rest is", () => {
    const text = comment(bigPlan(20, 100));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MOST_BYTES * 0.9);
    expect(faultsOf(text)).toEqual([]);
    expect(text).toContain("📄 network-isolation: 1 to create</summary>");
    expect(text).toMatch(/\+line \d+: x{60}\n```\n\n\*\d+ lines left out here\.\*\n\n<\/details>/);
    expect(text).toContain(`lines left out; the whole plan is in [the job summary](${RUN}).`);
  });

  it("counts the lines that are left out", () => {
    const text = comment(bigPlan(20, 100));
    const shown = [...text.matchAll(/^\+line/gm)].length;
    const left = Number(/✂️ (\d+) lines left out/.exec(text)?.[1]);
    const whole = [...planSummary(bigPlan(20, 100)).matchAll(/^\+line/gm)].length;
    expect(whole).toBe(2000);
    // Titles and fences of the diffs count too: at most seven lines for each of the 20 objects.
    expect(left).toBeGreaterThanOrEqual(whole - shown);
    expect(left).toBeLessThanOrEqual(whole - shown + 7 * 20);
  });

  it("leaves whole releases to their line in the table before it cuts those with dangers", () => {
    const objects = bigPlan(10, 60).releases[0]?.objects ?? [];
    const harmless = Array.from({ length: 10 }, (_, at) => release({ release: `harmless-${at}`, objects }));
    const worst = release({
      release: "worst",
      objects: [
        object({ name: "data", action: "delete", dangers: [danger("volume-claim-deleted", "stop")] }),
        ...objects,
        ...objects,
      ],
    });
    const text = comment({ ...smallPlan(), releases: [...harmless, worst] });
    expect(text).toContain("<summary>🛑 🔄 clearml/worst");
    for (let at = 0; at < 10; at++) expect(text).toContain(`| 🔄 \`clearml/harmless-${at}\``);
    expect(text).toMatch(/\(of \d+ releases there is one line only\)/);
    expect(faultsOf(text)).toEqual([]);
  });

  it.each([3, 40, 600, 3000])(
    "names every rule of %i dangers, and the objects while there is room",
    (count) => {
      const objects = Array.from({ length: count }, (_, at) =>
        object({ name: `data-${at}-of-the-volume`, dangers: [danger(`rule-${at < 2 ? at : 2}`, "stop")] }),
      );
      const text = comment({ ...smallPlan(), releases: [release({ objects })] });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
      expect(text).toContain(`${count} dangers`);
      for (const rule of ["rule-0", "rule-1", "rule-2"]) expect(text).toContain(`\`${rule}\``);
      const named = objects.filter(({ name }) => text.includes(name)).length;
      if (count <= 600) expect(named).toBe(count);
      else expect(text).toMatch(/ and \d+ more/);
      expect(faultsOf(text)).toEqual([]);
    },
  );
});

describe("a diff that is cut", () => {
  const diff = ["+a", "+``````````", "+ä🎉", `+${"x".repeat(200)}`, "+``", "+last"].join("\n");
  const block = diffBlock("Title", diff);

  it.each(Array.from({ length: 40 }, (_, at) => at * 10))("fits into %i bytes, or is left out", (room) => {
    const text = block.cut(room);
    if (text === undefined) return expect(room).toBeLessThan(60);
    expect(sizeOf(text)).toBeLessThanOrEqual(room);
    expect(faultsOf(text)).toEqual([]);
  });
});

describe("plans of every size with texts that try to break out", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))("seed %i", (seed) => {
    const plan = randomPlan(randomFrom(seed));
    const text = comment(plan);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
    expect(text.isWellFormed()).toBe(true);
    expect(faultsOf(text)).toEqual([]);
    const dangers = dangersOf(plan);
    const stops = dangers.filter(({ danger }) => danger.severity === "stop");
    expect(text).toContain(headline(plan, { stop: stops.length, note: dangers.length - stops.length }));
    const unsaid = stops.filter(({ danger, object: place, where }) => {
      const name = (place ?? where).split(/[ /]/).at(-1) ?? "";
      return !text.includes(name) || !text.includes(danger.rule);
    });
    expect(unsaid).toEqual([]);
  });

  it.each([1, 2, 3])("and the whole of it in the summary, seed %i", (seed) => {
    const text = planSummary(randomPlan(randomFrom(seed)));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(800 * 1024);
    expect(faultsOf(text)).toEqual([]);
  });
});
