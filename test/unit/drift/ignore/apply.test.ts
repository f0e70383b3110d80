import { describe, expect, it } from "vitest";
import { formatProblem } from "../../../../src/core/errors.ts";
import { applyIgnore } from "../../../../src/drift/ignore/apply.ts";
import type { IgnoreRule, Selectors } from "../../../../src/drift/ignore/model.ts";
import type { Finding } from "../../../../src/drift/model.ts";

const REPLICAS: Finding = {
  class: "modified",
  component: "agent",
  tenant: "acme",
  object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "acme", name: "clearml-agent" },
  path: "/spec/replicas",
  expected: "1",
  actual: "4",
  manager: "kubectl-scale",
  upgradeRepairs: true,
  message: "agent of acme: Deployment acme/clearml-agent has 4 replicas instead of 1",
};
const ROLE: Finding = {
  class: "missing",
  component: "control-plane",
  object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "clearml" },
  upgradeRepairs: true,
  message: "control-plane: ClusterRole clearml is gone",
};
const at = (path: string, more: Partial<Finding> = {}): Finding => ({ ...REPLICAS, path, ...more });
const CONTAINER = at("/spec/template/spec/containers/name=web/image");
const ANNOTATION = at("/metadata/annotations/example.com~1owner", { class: "foreign-added" });
const VALUE = at('values.agent.nodeSelector["kubernetes.io/arch"]', { class: "release" });

const rule = (selectors: Selectors, more: Partial<IgnoreRule> = {}): IgnoreRule => ({
  selectors,
  reason: "a party",
  until: "2026-12-31",
  at: { file: "drift-ignore.yaml", line: 3, column: 5 },
  ...more,
});
const OPTIONS = { now: new Date("2026-11-22T01:00:00Z"), sawAll: true };
const isHidden = (selectors: Selectors, finding: Finding) =>
  applyIgnore([rule(selectors)], [finding], OPTIONS).kept.length === 0;

describe("a rule hides", () => {
  it.each<[Selectors, Finding]>([
    [{ component: "agent" }, REPLICAS],
    [{ component: "a*t" }, REPLICAS],
    [{ tenant: "acme" }, REPLICAS],
    [{ tenant: "*" }, REPLICAS],
    [{ class: "missing" }, ROLE],
    [{ kind: "ClusterRole" }, ROLE],
    [{ namespace: "ac*" }, REPLICAS],
    [{ name: "*agent" }, REPLICAS],
    [{ name: "clearml-*agent" }, REPLICAS],
    [{ name: "c*-*-*t" }, at("/spec", { object: { apiVersion: "v1", kind: "Pod", name: "clear-ml-agent" } })],
    [{ manager: "kubectl*" }, REPLICAS],
    [{ path: "/spec/replicas" }, REPLICAS],
    [{ path: "/spec" }, REPLICAS],
    [{ path: "/spec/template/spec/containers/*/image" }, CONTAINER],
    [{ path: "/spec/template/spec/containers/name=w*" }, CONTAINER],
    [{ path: "/*/annotations/example.com~1owner" }, ANNOTATION],
    [{ path: "/metadata/annotations/example.com~1*" }, ANNOTATION],
    [{ path: "values" }, VALUE],
    [{ path: "revision" }, at("revision", { class: "release" })],
    [{ path: "values.agent.*" }, VALUE],
    [{ path: 'values.*["kubernetes.io/arch"]' }, at('values.nodeSelector["kubernetes.io/arch"]')],
    [{ path: "values.env[API]" }, at("values.env[API].value")],
    [{ component: "agent", class: "modified", kind: "Deployment", path: "/spec" }, REPLICAS],
  ])("%j", (selectors, finding) => expect(isHidden(selectors, finding)).toBe(true));
});

describe("a rule does not hide", () => {
  it.each<[Selectors, Finding]>([
    [{ component: "agen" }, REPLICAS],
    [{ component: "agent" }, ROLE],
    [{ tenant: "*" }, ROLE],
    [{ tenant: "x*" }, REPLICAS],
    [{ namespace: "*" }, ROLE],
    [{ manager: "*" }, ROLE],
    [{ path: "/*" }, ROLE],
    [{ class: "missing" }, REPLICAS],
    [{ kind: "deployment" }, REPLICAS],
    [{ name: "agent" }, REPLICAS],
    [{ name: "clearml-agent*agent" }, REPLICAS],
    [{ name: "*agent*agent*" }, REPLICAS],
    [{ name: "*agent*t" }, REPLICAS],
    [{ path: "/spec/replica" }, REPLICAS],
    [{ path: "/spec/replicas/more" }, REPLICAS],
    [{ path: "/*/containers" }, CONTAINER],
    [{ path: "/metadata/annotations/example.com/owner" }, ANNOTATION],
    [{ path: "/values" }, VALUE],
    [{ path: "values.agent.nodeSelector.kubernetes.io" }, VALUE],
    [{ component: "agent", class: "modified", kind: "StatefulSet" }, REPLICAS],
  ])("%j", (selectors, finding) => expect(isHidden(selectors, finding)).toBe(false));
});

it("takes no more time for a hostile pattern", () => {
  const name = "a".repeat(50_000);
  const hostile = at("/spec", { object: { apiVersion: "v1", kind: "Pod", name } });
  expect(isHidden({ name: `${"*a".repeat(500)}*b` }, hostile)).toBe(false);
});

describe("rules", () => {
  const rules = [
    rule({ component: "agent" }),
    rule({ path: "/spec" }, { at: { file: "drift-ignore.yaml", line: 9, column: 5 } }),
    rule({ kind: "Secret" }, { reason: "rotated", at: { file: "drift-ignore.yaml", line: 15, column: 5 } }),
  ];

  it("say how often they were used, also when another hides the same", () => {
    const { kept, ignored } = applyIgnore(rules, [REPLICAS, ROLE, ANNOTATION], OPTIONS);
    expect(kept).toEqual([ROLE]);
    expect(ignored.map(({ uses, expired }) => [uses, expired])).toEqual([
      [2, false],
      [1, false],
      [0, false],
    ]);
    expect(ignored[2]).toMatchObject({ reason: "rotated", until: "2026-12-31", at: { line: 15 } });
  });

  it("that hide nothing are told, where everything was looked at", () => {
    const { warnings } = applyIgnore(rules, [REPLICAS], OPTIONS);
    expect(warnings.map(formatProblem)).toEqual([
      expect.stringMatching(/^drift-ignore.yaml:15:5: this ignore rule \(rotated\) hides nothing; delete it/),
    ]);
    expect(applyIgnore(rules, [REPLICAS], { ...OPTIONS, sawAll: false }).warnings).toEqual([]);
  });

  it.each([
    ["2026-11-21T23:59:59Z", true],
    ["2026-11-22T00:00:00Z", false],
  ])("hide to the end of their day: at %s %s", (now, hides) => {
    const until = rule({ component: "agent" }, { until: "2026-11-21" });
    const { kept, ignored } = applyIgnore([until], [REPLICAS], { now: new Date(now), sawAll: true });
    expect(kept.length === 0).toBe(hides);
    expect(ignored).toMatchObject([{ uses: hides ? 1 : 0, expired: !hides }]);
  });

  it.each([
    [
      "the drift is still there",
      [REPLICAS],
      "still there, and counts; put the drift right, or set a later day",
    ],
    ["the drift is gone", [ROLE], "what it was for is gone; delete it"],
  ])("that have expired are told: %s", (_, findings, words) => {
    const expired = rule({ component: "agent" }, { until: "2026-11-01" });
    const { kept, warnings } = applyIgnore([expired], findings, { ...OPTIONS, sawAll: false });
    expect(kept).toEqual(findings);
    expect(warnings.map(formatProblem)).toEqual([
      expect.stringContaining(
        "drift-ignore.yaml:3:5: this ignore rule (a party) has expired on 2026-11-01: ",
      ),
    ]);
    expect(warnings.map(formatProblem).join()).toContain(words);
  });
});
