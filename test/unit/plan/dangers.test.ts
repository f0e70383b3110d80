import { describe, expect, it } from "vitest";
import { OBJECT_RULES, RELEASE_RULES } from "../../../src/plan/dangers/index.ts";
import { planObjects } from "../../../src/plan/objects.ts";
import { CASES } from "./dangers-cases.ts";
import { claim, type Data, ingress, manifest, object, plan, pod, TAG } from "./support.ts";

/** Beside what is looked at, so that the release is not removed as a whole. */
const OTHER = object("ConfigMap", {}, "other");

/** What is told about a change: `severity rule message`. */
function told(before: readonly Data[], after: readonly Data[]): string[] {
  return plan([...before, OTHER], [...after, OTHER]).flatMap(({ dangers }) =>
    dangers.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`),
  );
}

describe("dangers of objects", () => {
  it.each(CASES)("%s", (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected.map((each) => expect.stringMatching(each)));
  });

  it("says what to do about each", () => {
    const dangers = CASES.flatMap(([, before, after]) => plan(before, after).flatMap((each) => each.dangers));
    expect(new Set(dangers.map(({ rule }) => rule)).size).toBe(OBJECT_RULES.length);
    expect(dangers.filter(({ hint }) => !hint)).toEqual([]);
  });

  it("names every rule once", () => {
    const names = [...OBJECT_RULES, ...RELEASE_RULES].map(({ rule }) => rule);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)+$/.test(name))).toEqual([]);
  });

  it("gives the advice that helps: an annotation for an upgrade, nothing of the kind for a removal", () => {
    const hints = (after: Data[]) =>
      plan([claim({})], after).flatMap(({ dangers }) => dangers.map(({ hint }) => hint));
    expect(hints([OTHER])).toEqual([
      "to keep it: kubectl annotate persistentvolumeclaim it --namespace ns helm.sh/resource-policy=keep",
    ]);
    expect(hints([])).toEqual([expect.stringContaining("the whole release goes")]);
  });

  it("looks at hooks for the rights they take, not for what becomes of them", () => {
    const hook = (spec: Data) => manifest(object("Job", { spec }));
    const change = { before: "", after: "", namespace: "ns" };
    const dangers = planObjects(
      { ...change, hooksBefore: hook(pod({})), hooksAfter: hook(pod({ hostPID: true })) },
      TAG,
    ).flatMap((each) => each.dangers.map(({ rule }) => rule));
    expect(dangers).toEqual(["privileges-added"]);
  });

  it("shows no secret in a message", () => {
    const change = { before: manifest(ingress("app.sesame-street.x")), after: "", namespace: "ns" };
    const redact = (text: string) => text.replaceAll("sesame-street", "(secret)");
    const [planned] = planObjects(change, TAG, { redact });
    expect(planned?.dangers[0]?.message).toContain("app.(secret).x");
  });
});
