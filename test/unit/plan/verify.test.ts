import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { ClusterPlan } from "../../../src/plan/digest.ts";
import { planFileOf } from "../../../src/plan/file.ts";
import type { ReleasePlan } from "../../../src/plan/model.ts";
import { refuseStalePlan } from "../../../src/plan/verify.ts";
import { danger, object, release, smallPlan } from "./comment-plans.ts";

const MADE = new Date("2026-11-21T14:05:00Z");
const LATER = new Date("2026-11-21T15:00:00Z");

/** What is said when the small plan was approved and this is what there is now. */
function saidAbout(current: ClusterPlan, { approved = smallPlan(), now = LATER } = {}): string[] {
  try {
    refuseStalePlan(planFileOf(approved, MADE), current, now);
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return thrown.problems.map(({ message, hint }) => (hint ? `${message} → ${hint}` : message));
  }
  return [];
}

/** The small plan with its first release changed. */
function now(parts: Partial<ReleasePlan>): ClusterPlan {
  const [first, ...rest] = smallPlan().releases;
  return { ...smallPlan(), releases: [{ ...(first ?? release()), ...parts }, ...rest] };
}
const objects = smallPlan().releases[0]?.objects ?? [];
const MANY = Array.from({ length: 30 }, (_, at) => release({ release: `r${at}` }));

describe("an approved plan", () => {
  it("is applied when nothing has moved", () => {
    expect(saidAbout(smallPlan())).toEqual([]);
    expect(saidAbout(now({ reasons: ["other words"] }))).toEqual([]);
  });

  it("can be applied until it expires", () => {
    const end = new Date("2026-11-22T14:05:00Z");
    expect(saidAbout(smallPlan(), { now: new Date(end.getTime() - 1) })).toEqual([]);
    expect(saidAbout(smallPlan(), { now: end })).toEqual([
      "the approved plan has expired: it was made 2026-11-21 14:05 UTC and could be applied until 2026-11-22 14:05 UTC → make a new plan with `mode: plan` and have that one approved",
    ]);
  });

  it.each<[string, ClusterPlan, string]>([
    [
      "environment",
      { ...smallPlan(), environment: "staging" },
      "the approved plan is for environment `production`, this run is for `staging`",
    ],
    [
      "tenant",
      { ...smallPlan(), tenant: "acme" },
      "the approved plan is for tenant none, this run is for `acme`",
    ],
    [
      "cluster",
      { ...smallPlan(), cluster: { server: "https://10.0.0.1:6443", id: "2b2b" } },
      "the approved plan is for cluster https://10.0.0.1:6443 (1f0c), this run is for https://10.0.0.1:6443 (2b2b)",
    ],
  ])("is for one %s", (_, current, message) => {
    expect(saidAbout(current)).toEqual([`${message} → give the plan that was made for this one`]);
  });

  it.each<[string, ClusterPlan, string]>([
    [
      "somebody upgraded it",
      now({ baseRevision: 5 }),
      "clearml/clearml: revision is 5, the plan was made at 4 (someone upgraded it)",
    ],
    [
      "somebody installed it anew",
      now({ baseRevision: 1 }),
      "clearml/clearml: revision is 1, the plan was made at 4 (someone installed it anew)",
    ],
    [
      "somebody removed it",
      now({ baseRevision: 0, action: "install" }),
      "clearml/clearml: is gone, the plan was made at revision 4; would now be: install, approved: upgrade",
    ],
    ["the values", now({ valuesDigest: "other" }), "clearml/clearml: values changed since"],
    [
      "the chart's package",
      now({ chartDigest: "sha256:ffff" }),
      "clearml/clearml: chart package changed: there is another clearml-enterprise 10.12.7 now",
    ],
    [
      "the chart's version",
      now({ chartVersion: "10.12.8", chartDigest: "sha256:ffff" }),
      "clearml/clearml: chart is now clearml-enterprise 10.12.8, was clearml-enterprise 10.12.7",
    ],
    ["nothing to do", now({ action: "none" }), "clearml/clearml: would now be: none, approved: upgrade"],
    [
      "a new danger",
      now({ dangers: [danger("signing-secret-changed", "note"), danger("namespace-deleted", "stop")] }),
      "clearml/clearml: new danger: namespace-deleted",
    ],
    ["a danger less", now({ dangers: [] }), "clearml/clearml: no longer a danger: signing-secret-changed"],
    [
      "the component",
      now({ component: "other" }),
      "clearml/clearml: is now component other, was control-plane",
    ],
    [
      "an object less",
      now({ objects: objects.slice(0, 1) }),
      "clearml/clearml: 1 object differs: PersistentVolumeClaim clearml/clearml-fileserver-data (now left alone, approved: delete)",
    ],
    [
      "objects more",
      now({
        objects: [...objects, ...Array.from({ length: 5 }, (_, at) => object({ name: `new-${at}` }))],
      }),
      "clearml/clearml: 5 objects differ: Deployment.apps clearml/new-0 (now change, was left alone), Deployment.apps clearml/new-1 (now change, was left alone), Deployment.apps clearml/new-2 (now change, was left alone) and 2 more",
    ],
    [
      "what becomes of an object",
      now({ objects: objects.map((each) => ({ ...each, action: "replace" as const })) }),
      "clearml/clearml: 2 objects differ: Deployment.apps clearml/clearml-apiserver (now replace, approved: change), PersistentVolumeClaim clearml/clearml-fileserver-data (now replace, approved: delete)",
    ],
    [
      "a danger of an object",
      now({ objects: objects.map((each) => ({ ...each, dangers: [danger("namespace-deleted", "stop")] })) }),
      "clearml/clearml: 2 objects differ: Deployment.apps clearml/clearml-apiserver (new danger: namespace-deleted), PersistentVolumeClaim clearml/clearml-fileserver-data (new danger: namespace-deleted)",
    ],
    [
      "a release less",
      { ...smallPlan(), releases: smallPlan().releases.slice(0, 2) },
      "clearml/billing: is no longer part of the plan",
    ],
    [
      "a release more",
      { ...smallPlan(), releases: [...smallPlan().releases, release({ release: "agent", tenant: "acme" })] },
      "tenant acme, clearml/agent: was not part of the approved plan",
    ],
    [
      "a plain object",
      {
        ...smallPlan(),
        manifests: smallPlan().manifests.map((each) => ({
          ...each,
          objects: each.objects.map((one) => ({ ...one, diff: "+other" })),
        })),
      },
      "network-isolation: 1 object differs: NetworkPolicy.networking.k8s.io clearml/default-deny (create in another way)",
    ],
    [
      "a tenant's steps",
      { ...smallPlan(), tenants: [{ name: "acme", steps: [{ action: "create", what: "company Acme" }] }] },
      "tenant acme: was not part of the approved plan",
    ],
  ])("is refused when something has moved: %s", (_, current, line) => {
    expect(saidAbout(current)).toEqual([
      "the approved plan no longer fits: things have moved since it was made → make a new plan with `mode: plan` and have that one approved",
      line,
    ]);
  });

  it("says when an installed release was not there before", () => {
    const current = {
      ...smallPlan(),
      releases: smallPlan().releases.map((each) =>
        each.component === "billing" ? { ...each, action: "none" as const, baseRevision: 1 } : each,
      ),
    };
    expect(saidAbout(current)[1]).toBe(
      "clearml/billing: is at revision 1, there was none (someone installed it); would now be: none, approved: install",
    );
  });

  it("says nothing of a chart that is left alone and was looked at again", () => {
    const current = now({ baseRevision: 5 });
    const releases = current.releases.map((each) =>
      each.action === "none" ? { ...each, chartDigest: "sha256:seen" } : each,
    );
    expect(saidAbout({ ...current, releases })).toHaveLength(2);
  });

  it("says how a tenant's steps differ", () => {
    const tenants = (what: string) => [{ name: "acme", steps: [{ action: "create", what }] }];
    const approved = { ...smallPlan(), tenants: tenants("company") };
    expect(saidAbout({ ...smallPlan(), tenants: tenants("user") }, { approved })[1]).toBe(
      "tenant acme: steps are now: create user; approved: create company",
    );
  });

  it("names the first of many, and counts the others", () => {
    const approved = { ...smallPlan(), releases: MANY };
    const current = { ...approved, releases: MANY.map((each) => ({ ...each, baseRevision: 9 })) };
    const said = saidAbout(current, { approved });
    expect(said).toHaveLength(22);
    expect(said.at(-1)).toBe("10 more have moved");
  });
});
