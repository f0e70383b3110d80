import type { ClusterPlan } from "../../../src/plan/digest.ts";
import type { Danger, ObjectsPlan, PlannedObject, ReleasePlan } from "../../../src/plan/model.ts";
import type { Random } from "../../support/random.ts";

/** A small plan by hand: one release of each kind, a danger of each severity, a policy. */
export function smallPlan(): ClusterPlan {
  return {
    environment: "production",
    cluster: { server: "https://10.0.0.1:6443", id: "1f0c" },
    releases: [
      release({
        component: "control-plane",
        release: "clearml",
        action: "upgrade",
        reasons: ["chart 10.12.6 → 10.12.7", "values changed: apiserver.extraEnvs"],
        baseRevision: 4,
        dangers: [danger("signing-secret-changed", "note")],
        objects: [
          object({ name: "clearml-apiserver", action: "change" }),
          object({
            kind: "PersistentVolumeClaim",
            apiVersion: "v1",
            name: "clearml-fileserver-data",
            action: "delete",
            dangers: [danger("volume-claim-deleted", "stop")],
            diff: "@@ -1 +0,0 @@\n-kind: PersistentVolumeClaim",
          }),
        ],
      }),
      release({ component: "redis", namespace: "redis", release: "redis", action: "none", reasons: [] }),
      release({ component: "billing", release: "billing", action: "install", baseRevision: 0, objects: [] }),
    ],
    manifests: [
      {
        component: "network-isolation",
        objects: [
          object({
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            name: "default-deny",
            action: "create",
          }),
        ],
      },
    ],
    tenants: [],
  };
}

export function release(parts: Partial<ReleasePlan> = {}): ReleasePlan {
  return {
    component: "control-plane",
    namespace: "clearml",
    release: "clearml",
    action: "upgrade",
    reasons: ["values changed: apiserver.extraEnvs"],
    chart: "clearml-enterprise",
    chartVersion: "10.12.7",
    chartDigest: "sha256:aaaa",
    valuesDigest: "hmac-sha256:bbbb",
    baseRevision: 4,
    dangers: [],
    objects: [],
    notices: [],
    ...parts,
  };
}

export function object(parts: Partial<PlannedObject> = {}): PlannedObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "clearml",
    name: "clearml-apiserver",
    action: "change",
    dangers: [],
    diff: "@@ -1,2 +1,2 @@\n kind: Deployment\n-replicas: 1\n+replicas: 2",
    ...parts,
  };
}

export function danger(rule: string, severity: Danger["severity"]): Danger {
  return { rule, severity, message: `What ${rule} means.`, hint: "Do this first." };
}

/** Texts that try to get out of wherever they are put. */
const NASTY = [
  "```",
  "`````\n</details>",
  "</details></summary>",
  "<script>alert(1)</script>",
  "<!-- clearml-actions:plan:production -->",
  "a | b \\| c",
  "@octocat look at #12",
  "**bold** _under_ ~~gone~~ [link](https://evil.example)",
  "~~~",
  "👩‍👩‍👧‍👦 emoji 🎉🎉",
  "line\nbreak\r\nand \r carriage",
  "$$\\frac{a}{b}$$",
  "\u202Ereversed\u0007",
  "half a pair \uD83D",
  "one paragraph\n\n<details>\n\n# another",
  "# heading",
  "    indented",
  "&lt;b&gt; &amp;",
  "\"quoted\" 'text'",
  "",
];

const KINDS = ["Deployment", "StatefulSet", "Service", "ConfigMap", "Secret", "PersistentVolumeClaim"];

/** A plan of any size with hostile texts; the names of its objects are what Kubernetes allows. */
export function randomPlan(random: Random): ClusterPlan {
  const objects = random.pick([0, 1, 5, 40, 200, 500]);
  const count = random.pick([1, 2, 8, 26, 120]);
  const spread: PlannedObject[][] = Array.from({ length: count }, () => []);
  for (let index = 0; index < objects; index++) random.pick(spread).push(randomObject(random, index));
  const releases = spread.map((list, index): ReleasePlan => {
    const idle = list.length === 0 && random.chance(0.7);
    return release({
      component: `component-${index}`,
      ...(random.chance(0.2) ? { tenant: nasty(random) } : {}),
      release: `release-${index}`,
      action: idle ? "none" : random.pick(["install", "upgrade", "repair", "uninstall"]),
      reasons: idle ? [] : texts(random, 6),
      chart: random.chance(0.1) ? nasty(random) : "chart",
      dangers: idle ? [] : dangers(random, 0.1),
      objects: list,
      notices: texts(random, 2),
    });
  });
  const manifests: ObjectsPlan[] = random.chance(0.5)
    ? [{ component: "network-isolation", objects: [randomObject(random, 9000)] }]
    : [];
  const steps = Array.from({ length: random.integer(30) }, () => ({
    action: nasty(random),
    what: nasty(random),
  }));
  return {
    environment: random.chance(0.3) ? nasty(random) : "production",
    releases,
    manifests,
    tenants: random.chance(0.3) ? [{ name: nasty(random), steps }] : [],
  };
}

function randomObject(random: Random, index: number): PlannedObject {
  return object({
    kind: random.pick(KINDS),
    name: `object-${index}`,
    action: random.pick(["create", "change", "replace", "delete"]),
    dangers: dangers(random, random.pick([0, 0.05, 1])),
    diff: diff(random),
    ...(random.chance(0.1) ? { hook: true } : {}),
  });
}

function dangers(random: Random, probability: number): Danger[] {
  if (!random.chance(probability)) return [];
  const rule = random.pick(["volume-claim-deleted", "immutable-field", "namespace-deleted", "image-older"]);
  const severity = random.chance(0.5) ? "stop" : "note";
  return [
    {
      rule,
      severity,
      message: long(random),
      ...(random.chance(0.5) ? { hint: nasty(random) } : {}),
    },
  ];
}

function diff(random: Random): string {
  const line = () =>
    `${random.pick(["+", "-", " ", ""])}${random.chance(0.2) ? nasty(random) : "replicas: 2"}`;
  const lines = Array.from({ length: random.integer(60) }, line);
  if (random.chance(0.02)) lines.push(`+${"x".repeat(random.pick([5000, 90_000]))}`);
  return lines.join("\n");
}

function texts(random: Random, most: number): string[] {
  return Array.from({ length: random.integer(most) }, () => long(random));
}

function long(random: Random): string {
  return Array.from({ length: random.pick([1, 3, 40]) }, () => `${nasty(random)} words`).join(" ");
}

function nasty(random: Random): string {
  return random.pick(NASTY);
}
