/** The issue about an environment's drift, from the first edit to the end, through the action. */
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DriftScan, detectHere } from "../support/drift/scans.ts";
import { BOT, type GithubApi, POWERLESS_TOKEN, startGithubApi } from "../support/github-api/server.ts";
import { type RealHelm, realHelm } from "../support/real-helm.ts";
import { runAction } from "../support/run-action.ts";
import { sharedCluster } from "../support/shared-cluster.ts";
import { writeChart } from "../support/small-charts.ts";
import { faultsOf } from "../unit/plan/comment-check.ts";

const NAME = "drift-issue";
const TOKEN = "ghs_issues_write";
const CHART = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  size: "1"
`;

let real: RealHelm;
let api: GithubApi;
let env: Record<string, string>;
let inputs: Record<string, string>;
beforeAll(async () => {
  const cluster = await sharedCluster();
  const bot = { login: BOT, type: "Bot", rights: { issues: "write" } } as const;
  [real, api] = await Promise.all([
    realHelm(cluster.kubeconfig),
    startGithubApi({ tokens: { [TOKEN]: bot } }),
  ]);
  const { folder } = real;
  const chart = writeChart(folder, "small", { "templates/settings.yaml": CHART });
  const config = join(folder, "clearml.yaml");
  const component = { chart: "small", namespace: NAME, release: NAME };
  const components = { "fractional-gpu-injector": component };
  const environment = { version: 1, name: NAME, baseDomain: "ml.example.com", components };
  writeFileSync(config, JSON.stringify(environment));
  await real.run("helm", ["install", NAME, chart, "--namespace", NAME, "--create-namespace"]);
  env = {
    PATH: [join(folder, "helm"), process.env.PATH].join(delimiter),
    KUBECONFIG: cluster.kubeconfig,
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: api.repository,
    GITHUB_RUN_ID: "42",
  };
  inputs = { config, issue: "manage", "github-token": TOKEN };
});
afterAll(async () => {
  await real?.run("kubectl", ["delete", "namespace", NAME, "--wait=false"]);
  await Promise.all([real?.stop(), api?.stop()]);
});

const scan = (more: Record<string, string> = {}): Promise<DriftScan> =>
  detectHere({ ...inputs, ...more }, env);
/** What a run says about the issue. */
const told = ({ lines }: DriftScan) => lines.filter((line) => /^(issue #|no issue)/.test(line));
const edit = (size: string) => {
  const patch = JSON.stringify({ data: { size } });
  return real.run("kubectl", ["-n", NAME, "patch", "configmap", "settings", "--patch", patch]);
};

/** An ignore file with one rule. */
function ignoring(until: string): Record<string, string> {
  const rule = { kind: "ConfigMap", path: "/data/size", manager: "kubectl*", reason: "a trial", until };
  const file = join(real.folder, "ignore.yaml");
  writeFileSync(file, JSON.stringify({ version: 1, rules: [rule] }));
  return { "ignore-file": file };
}

describe("the issue of an environment", () => {
  it("is not there while nothing has drifted", async () => {
    const run = await scan();
    expect(run, run.message).toMatchObject({ code: 0, drifted: false, complete: true });
    expect(told(run)).toEqual(["no issue is needed"]);
  });

  it("is made when something has, and says what, who, and where that was found", async () => {
    await edit("3");
    const run = await runAction("detect-drift", inputs, { env, cwd: real.folder });
    expect(run.code, run.stdout).toBe(1);
    expect(run.outputs).toMatchObject({ drifted: "true", complete: "true", "issue-number": "8" });
    const [issue] = api.tracker;
    expect(issue).toMatchObject({
      number: 8,
      title: `Drift in environment ${NAME}`,
      labels: ["clearml-drift"],
    });
    const page = issue?.body.slice(issue.body.indexOf("\n") + 1) ?? "";
    for (const text of ["ConfigMap drift-issue/settings", "/data/size", "kubectl-patch", "actions/runs/42"])
      expect(page).toContain(text);
    expect(faultsOf(page.replaceAll(/\[[^\]]*\]\(https:[^)]*\)/g, "LINK"))).toEqual([]);
  });

  it("is left alone until something else is found", async () => {
    expect(told(await scan())).toEqual(["issue #8: unchanged"]);
    await edit("4");
    expect(told(await scan())).toEqual(["issue #8: updated"]);
  });

  it("cannot be kept without the right, and the run says which", async () => {
    const run = await scan({ "github-token": POWERLESS_TOKEN });
    expect(run).toMatchObject({ code: 3, drifted: true });
    expect(run.message).toContain(
      "the drift issue of acme/clusters cannot be kept up to date: GitHub answered 403",
    );
  });

  it("is closed when what is found is ignored, and opened again when the rule has expired", async () => {
    const hidden = await scan(ignoring("2999-12-31"));
    expect(hidden, hidden.message).toMatchObject({ code: 0, drifted: false });
    expect(hidden.report.ignored).toMatchObject([{ uses: 1, expired: false }]);
    expect(told(hidden)).toEqual(["issue #8: closed"]);
    const shown = await scan(ignoring("2026-01-31"));
    expect(shown.code).toBe(1);
    expect(shown.lines.join("\n")).toContain(
      "warning: this ignore rule (a trial) has expired on 2026-01-31: what it was for is still there, and counts",
    );
    expect(told(shown)).toContain("issue #8: reopened");
  });

  it("is closed by the first run that finds nothing any more", async () => {
    await edit("1");
    expect(told(await scan())).toEqual(["issue #8: closed"]);
    expect(api.tracker).toMatchObject([{ state: "closed", stateReason: "completed" }]);
  });
});
