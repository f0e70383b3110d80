import { mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSecrets } from "../../../../src/core/secrets.ts";
import type { Finding } from "../../../../src/drift/model.ts";
import { commandFor } from "../../../../src/drift/report/commands.ts";
import { writeReport } from "../../../../src/drift/report/file.ts";
import { driftLines } from "../../../../src/drift/report/lines.ts";
import { nextSteps } from "../../../../src/drift/report/next-steps.ts";
import { whenText } from "../../../../src/drift/report/words.ts";
import { added, finding, ignoredUse, mixed, modified, report } from "./reports.ts";

describe("writeReport", () => {
  const written = async (from: Parameters<typeof writeReport>[1], secret?: string) => {
    const folder = await mkdtemp(join(tmpdir(), "drift-report-"));
    const secrets = createSecrets(() => undefined);
    if (secret !== undefined) secrets.mask(secret);
    const path = await writeReport({ outputDir: async () => folder, secrets }, from);
    return { path, text: await readFile(path, "utf8") };
  };

  it("writes what was found, for nobody else to read", async () => {
    const { path, text } = await written(mixed());
    const { findings, ...rest } = JSON.parse(text);
    expect(rest).toEqual({
      version: 1,
      environment: "production",
      complete: false,
      scanned: { releases: 12, objects: 340, calls: 41 },
      ignored: [
        {
          file: "drift-ignore.yaml",
          line: 3,
          column: 5,
          reason: "the search team labels its pods",
          until: "2027-01-31",
          uses: 2,
          expired: false,
        },
        {
          file: "drift-ignore.yaml",
          line: 9,
          column: 5,
          reason: "the search team labels its pods",
          until: "2027-01-31",
          uses: 0,
          expired: false,
        },
        {
          file: "drift-ignore.yaml",
          line: 3,
          column: 5,
          reason: "the search team labels its pods",
          until: "2027-01-31",
          uses: 0,
          expired: true,
        },
      ],
      partial: [{ reason: "secrets is forbidden for user `ci`", scope: "Secrets of namespace initech" }],
      notes: ["a hook is left over: Job clearml/migrate"],
    });
    expect(findings).toEqual(mixed().findings);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("keeps secrets out, and stays JSON where one looks like JSON", async () => {
    const secret = '"expected": "';
    const { text } = await written(report([modified({ actual: `a${secret}b` })]), secret);
    expect(JSON.parse(text).findings[0]).toMatchObject({ expected: "2", actual: "a***b" });
  });
});

describe("driftLines", () => {
  it("has a line for each difference, what is worst first, then what was not read, then notes", () => {
    expect(driftLines(mixed())).toEqual([
      "missing       app-gateway of acme: Service acme/gateway is gone; an upgrade repairs it",
      "modified      control-plane: spec.replicas of Deployment clearml/clearml-apiserver is not as deployed at /spec/replicas (2 -> 3); written by kubectl-edit at 2026-11-20 14:03 UTC; an upgrade repairs it",
      'modified      control-plane: spec.replicas of Deployment clearml/clearml-apiserver is not as deployed at /spec/template/spec/containers/name=web/image ("a:1" -> "a:2"); written by kubectl-edit at 2026-11-20 14:03 UTC; an upgrade is refused (conflict)',
      'foreign-added control-plane: Deployment clearml/clearml-apiserver has a label that no manifest says at /metadata/labels/team.example.com~1owner (nothing -> "search"); written by kubectl-label at 2026-11-20 14:03 UTC; no upgrade repairs it',
      "credential    the certificate in Secret `globex/tls` ends in 3 days; no upgrade repairs it; renew it, or have cert-manager issue it",
      "tenant        queue `gpu` of tenant globex is not there; an upgrade repairs it",
      "unread        Secrets of namespace initech: secrets is forbidden for user `ci`",
      "note          a hook is left over: Job clearml/migrate",
    ]);
  });

  it("begins with what was repaired", () => {
    const repaired = [
      {
        component: "agent",
        tenant: "acme",
        outcome: "repaired" as const,
        message: "2 differences put right",
      },
      { component: "redis", outcome: "failed" as const, message: "1 difference left" },
    ];
    expect(driftLines(report([], { repaired }))).toEqual([
      "repaired      agent of acme: 2 differences put right",
      "failed        redis: 1 difference left",
    ]);
  });

  it("stays one line, and says what was not proved", () => {
    const from = report([modified({ actual: "a\n::error::b", proved: false })]);
    expect(driftLines(from)).toEqual([expect.stringMatching(/a ::error::b.*; not proved$/)]);
  });
});

describe("commandFor", () => {
  const cases: [string, Finding, string | undefined][] = [
    [
      "a label",
      added(),
      "kubectl -n clearml label deployment.apps/clearml-apiserver team.example.com/owner-",
    ],
    [
      "an annotation of a cluster-wide object",
      added({
        path: "/metadata/annotations/a~0b",
        object: { apiVersion: "v1", kind: "Node", name: "gpu-1" },
      }),
      "kubectl annotate node/gpu-1 'a~b-'",
    ],
    [
      "a field",
      added({ path: "/spec/template/spec/nodeName" }),
      `kubectl -n clearml patch deployment.apps/clearml-apiserver --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeName"}]'`,
    ],
    [
      "an item of a list",
      added({ path: "/spec/template/spec/containers/name=proxy" }),
      "kubectl -n clearml edit deployment.apps/clearml-apiserver",
    ],
    [
      "an item by its index",
      added({ path: "/spec/tolerations/0" }),
      "kubectl -n clearml edit deployment.apps/clearml-apiserver",
    ],
    [
      "a change that no upgrade puts back",
      modified({
        upgradeRepairs: false,
        object: { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor", namespace: "m", name: "x" },
      }),
      "kubectl -n m edit servicemonitor.monitoring.coreos.com/x",
    ],
    [
      "a name that a shell would read",
      modified({
        object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "a;b'c" },
      }),
      `kubectl edit 'clusterrole.rbac.authorization.k8s.io/a;b'\\''c'`,
    ],
    [
      "what is gone",
      finding("missing", { object: { apiVersion: "v1", kind: "Secret", name: "x" } }),
      undefined,
    ],
    ["what is no object", modified({ object: undefined as never }), undefined],
    [
      "a node's MIG mode",
      finding("mig", { object: { apiVersion: "v1", kind: "Node", name: "x" } }),
      undefined,
    ],
  ];
  it.each(cases)("%s", (_, from, expected) => {
    expect(commandFor(from)).toBe(expected);
  });
});

describe("nextSteps", () => {
  it("says for each kind what repairs it", () => {
    expect(nextSteps(mixed(), "envs/prod.yaml")).toEqual([
      "An upgrade repairs 3 differences (control-plane, app-gateway of acme, tenant globex): run this action with `repair: true`, or `npx clearml-actions detect-drift --config envs/prod.yaml --repair true`. It goes through the same plan and apply as a deployment.",
      expect.stringMatching(
        /^1 difference in releases whose upgrade is refused.*`helm upgrade .*--force-conflicts`; .* no upgrade repairs it\.$/,
      ),
      "No upgrade puts back 1 change made by hand (control-plane): keep it by writing it into the override files, or take it back:<br>→ `kubectl -n clearml label deployment.apps/clearml-apiserver team.example.com/owner-`",
      "No upgrade repairs 1 difference (app-gateway of globex); each says below what does.<br>→ renew it, or have cert-manager issue it",
      expect.stringContaining("could not read"),
      "Renew or delete 1 ignore rule that is past its day.",
    ]);
  });

  it("names a command once, and no more than anybody reads", () => {
    const same = [added(), added()];
    const others = Array.from({ length: 9 }, (_, index) => added({ path: `/metadata/labels/l${index}` }));
    const [step] = nextSteps(report([...same, ...others]), undefined);
    expect(step?.match(/<br>→/g)).toHaveLength(5);
    expect(step).toContain("11 changes made by hand");
    expect(step).toMatch(/<br>and 5 more, each with its difference$/);
  });

  it("has nothing to say when all is well", () => {
    expect(nextSteps(report([], { ignored: [ignoredUse()] }), undefined)).toEqual([]);
  });
});

it.each([
  ["2026-11-20T14:03:05Z", "2026-11-20 14:03 UTC"],
  ["2026-11-20T14:03:05.123456Z", "2026-11-20 14:03 UTC"],
  ["2026-11-20T14:03:05+02:00", "2026-11-20T14:03:05+02:00"],
])("%s is told as %s", (iso, expected) => {
  expect(whenText(iso)).toBe(expected);
});
