import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ClusterPlan, planDigest } from "../../../src/plan/digest.ts";
import { planFileOf, planOf, readPlanFile, writePlanFile } from "../../../src/plan/file.ts";
import type { PlannedObject } from "../../../src/plan/model.ts";
import { randomFrom } from "../../support/random.ts";
import { danger, object, randomPlan, release, smallPlan } from "./comment-plans.ts";

const NOW = new Date("2026-11-21T14:05:00Z");
const folder = () => mkdtempSync(join(tmpdir(), "plan-"));

function written(content: unknown): string {
  const path = join(folder(), "plan.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("a plan that is stored", () => {
  it("comes back as it was, and expires after a day", async () => {
    const path = await writePlanFile(smallPlan(), join(folder(), "new"), NOW);
    const file = await readPlanFile(path);
    expect(file).toMatchObject({
      version: 1,
      environment: "production",
      digest: planDigest(smallPlan()),
      expires: "2026-11-22T14:05:00.000Z",
      generatedAt: "2026-11-21T14:05:00.000Z",
    });
    expect(planOf(file)).toEqual(smallPlan());
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([1, 2, 3, 4, 5])("comes back as it was, seed %i", async (seed) => {
    const plan = randomPlan(randomFrom(seed));
    const file = await readPlanFile(await writePlanFile(plan, folder(), NOW));
    expect(planOf(file)).toEqual(plan);
  });

  it("names the rules of dangers as reports do", async () => {
    const { releases } = planFileOf(smallPlan(), NOW);
    expect(releases[0]).toMatchObject({
      danger: ["signing-secret-changed"],
      objects: [{ name: "clearml-apiserver" }, { danger: ["volume-claim-deleted"] }],
    });
    expect(releases[0]?.objects[0]).not.toHaveProperty("danger");
  });

  it.each<[string, unknown, string, string]>([
    ["nothing", "", "is no JSON: it is empty", "download it again"],
    ["half a file", JSON.stringify(planFileOf(smallPlan(), NOW)).slice(0, 300), "is no JSON", "cut"],
    ["something else", { hello: 1 }, "is no plan: it has no `version`", "output `plan`"],
    ["a list", [], "is no plan: it has no `version`", "output `plan`"],
    [
      "a plan of a later version",
      { ...planFileOf(smallPlan(), NOW), version: 2 },
      "is a plan of version 2; this action reads version 1",
      "the same version of the action",
    ],
    [
      "a plan with an unknown action",
      { ...planFileOf(smallPlan(), NOW), releases: [{ ...release(), danger: [], action: "explode" }] },
      "`releases.0.action`: Invalid option",
      "leave the file as it is",
    ],
    [
      "a plan with more than it may have",
      { ...planFileOf(smallPlan(), NOW), force: true },
      '`(top)`: Unrecognized key: "force"',
      "the same version of the action",
    ],
    [
      "a plan that was changed",
      { ...planFileOf(smallPlan(), NOW), environment: "staging" },
      "is not what was written: its digest is sha256:",
      "it was changed",
    ],
  ])("refuses %s", async (_, content, message, hint) => {
    const path = written(content);
    const refusal = await readPlanFile(path).catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({ name: "UserError", kind: "input" });
    expect((refusal as Error).message).toContain(`input \`plan\`: \`${path}\` `);
    expect((refusal as Error).message).toContain(message);
    expect(refusal).toMatchObject({ problems: [{ hint: expect.stringContaining(hint) }] });
  });

  it("says how to get a file that is not there", async () => {
    await expect(readPlanFile("/nowhere/plan.json")).rejects.toMatchObject({
      problems: [
        {
          message: expect.stringContaining("input `plan`: `/nowhere/plan.json` cannot be read: ENOENT"),
          hint: expect.stringContaining("artifact"),
        },
      ],
    });
  });
});

/** The small plan with its first release changed. */
const withRelease = (parts: Parameters<typeof release>[0]): ClusterPlan => {
  const [first, ...rest] = smallPlan().releases;
  return { ...smallPlan(), releases: [{ ...(first ?? release()), ...parts }, ...rest] };
};
/** The small plan with the first object of its first release changed. */
const withObject = (parts: Partial<PlannedObject>): ClusterPlan => {
  const [first, ...rest] = smallPlan().releases[0]?.objects ?? [];
  return withRelease({ objects: [{ ...(first ?? object()), ...parts }, ...rest] });
};
const policy = (diff: string): ClusterPlan => ({
  ...smallPlan(),
  manifests: smallPlan().manifests.map((each) => ({
    ...each,
    objects: each.objects.map((one) => ({ ...one, diff })),
  })),
});

describe("the digest of a plan", () => {
  it.each<[string, ClusterPlan]>([
    ["the environment", { ...smallPlan(), environment: "staging" }],
    ["the tenant", { ...smallPlan(), tenant: "acme" }],
    ["the cluster", { ...smallPlan(), cluster: { server: "https://10.0.0.1:6443", id: "2a2a" } }],
    ["a component", withRelease({ component: "other" })],
    ["the tenant of a release", withRelease({ tenant: "acme" })],
    ["the namespace", withRelease({ namespace: "other" })],
    ["the release", withRelease({ release: "other" })],
    ["the action", withRelease({ action: "repair" })],
    ["the chart", withRelease({ chart: "other" })],
    ["the version of the chart", withRelease({ chartVersion: "10.12.8" })],
    ["the package of the chart", withRelease({ chartDigest: "sha256:cccc" })],
    ["the values", withRelease({ valuesDigest: "hmac-sha256:cccc" })],
    ["the revision", withRelease({ baseRevision: 5 })],
    ["a danger", withRelease({ dangers: [] })],
    ["the objects", withRelease({ objects: [] })],
    ["the name of an object", withObject({ name: "other" })],
    ["what becomes of an object", withObject({ action: "replace" })],
    ["a danger of an object", withObject({ dangers: [danger("x", "note")] })],
    ["the namespace of an object", withObject({ namespace: "other" })],
    ["the kind of an object", withObject({ kind: "DaemonSet" })],
    ["a hook", withObject({ hook: true })],
    ["a release", { ...smallPlan(), releases: smallPlan().releases.slice(1) }],
    ["a plain object", { ...smallPlan(), manifests: [] }],
    ["what is written to a plain object", policy("+other")],
    [
      "a step",
      { ...smallPlan(), tenants: [{ name: "acme", steps: [{ action: "create", what: "company" }] }] },
    ],
  ])("is another one with another: %s", (_, plan) => {
    expect(planDigest(plan)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(planDigest(plan)).not.toBe(planDigest(smallPlan()));
  });

  it.each<[string, ClusterPlan]>([
    ["reasons", withRelease({ reasons: ["because"] })],
    ["notices", withRelease({ notices: ["cannot be foretold"] })],
    [
      "the address of the cluster",
      { ...smallPlan(), cluster: { server: "https://k8s.internal", id: "1f0c" } },
    ],
    [
      "the words of a danger",
      withRelease({ dangers: [{ ...danger("signing-secret-changed", "note"), message: "Other words." }] }),
    ],
    [
      "the text of a diff",
      withRelease({
        objects: (smallPlan().releases[0]?.objects ?? []).map((each) => ({ ...each, diff: "" })),
      }),
    ],
    ["the order of objects", withRelease({ objects: (smallPlan().releases[0]?.objects ?? []).toReversed() })],
    ["the order of releases", { ...smallPlan(), releases: smallPlan().releases.toReversed() }],
    [
      "a package that was looked at without need",
      {
        ...smallPlan(),
        releases: smallPlan().releases.map((each) =>
          each.action === "none" ? { ...each, chartDigest: "sha256:seen" } : each,
        ),
      },
    ],
  ])("does not depend on %s", (_, plan) => expect(planDigest(plan)).toBe(planDigest(smallPlan())));
});
