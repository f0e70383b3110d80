import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTools } from "../../cluster/tools.ts";
import { type GithubApi, startGithubApi, TOKEN } from "../../support/github-api/server.ts";
import { sharedCluster } from "../../support/shared-cluster.ts";
import { faultsOf } from "../../unit/plan/comment-check.ts";
import { COMMANDS, createStage, HOSTILE_TEXT, PWNED, pathWith, type Stage } from "./stage.ts";

/** With characters that Markdown, YAML, JSON and HTML write in other ways. */
const SECRET = `canary's_p<a>&*ss|w#ord-91`;
const NAMESPACE = "hostile-plan";

let stage: Stage;
let github: GithubApi;
let env: Record<string, string>;
beforeAll(async () => {
  const [tools, cluster, api] = await Promise.all([
    ensureTools(["helm", "kubectl"]),
    sharedCluster(),
    startGithubApi(),
  ]);
  stage = createStage();
  github = api;
  const bin = join(stage.machine, "bin");
  mkdirSync(bin);
  const head = { ref: `$(touch ${PWNED})`, sha: "0".repeat(40) };
  const pull = { number: 7, title: HOSTILE_TEXT, head };
  writeFileSync(join(stage.machine, "event.json"), JSON.stringify({ pull_request: pull }));
  for (const tool of ["helm", "kubectl"] as const) symlinkSync(tools[tool], join(bin, tool));
  const temp = join(stage.machine, "temp");
  mkdirSync(temp);
  env = {
    ...pathWith(bin),
    KUBECONFIG: cluster.kubeconfig,
    KUBECACHEDIR: join(temp, "kube"),
    HELM_CACHE_HOME: join(temp, "cache"),
    HELM_CONFIG_HOME: join(temp, "config"),
    HELM_DATA_HOME: join(temp, "data"),
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_RUN_ID: "42",
    GITHUB_WORKFLOW: `plan ${COMMANDS} -->`,
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: join(stage.machine, "event.json"),
    TENANT_KEY: SECRET,
  };
});
afterAll(async () => {
  call("kubectl", "delete", "namespace", NAMESPACE, "--wait=false");
  await github?.stop();
  stage?.remove();
});

function call(tool: "helm" | "kubectl", ...args: string[]): void {
  execFileSync(join(stage.machine, "bin", tool), args, { env, cwd: stage.repository, stdio: "pipe" });
}

function writeChart(template: string): void {
  stage.write({
    "clearml.yaml": `version: 1
name: hostile
baseDomain: ml.example.com
secrets: [TENANT_KEY]
components: { serving: { chart: web, namespace: ${NAMESPACE}, release: web, values: { key: "\${TENANT_KEY}" } } }
`.replace("chart: web", "chart: ./web"),
    "web/Chart.yaml": `apiVersion: v2\nname: web\nversion: 1.0.0\ndescription: ${JSON.stringify(HOSTILE_TEXT)}\n`,
    "web/values.yaml": "key: none\n",
    "web/words": HOSTILE_TEXT,
    "web/templates/all.yaml": template,
    "web/templates/NOTES.txt": COMMANDS,
  });
}

function plan(template: string) {
  writeChart(template);
  return stage.act(
    "deploy-control-plane",
    { mode: "plan", comment: "manage", "github-token": TOKEN },
    { env, tools: ["kubectl"] },
  );
}

const config = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, annotations: { words: {{ .Files.Get "words" | quote }} } }\ndata:\n  ${value}\n`;

describe("a plan of a hostile chart", () => {
  it("shows its words as words, and a secret in none of the ways that are written every day", async () => {
    const template = [
      config("plain", "a: {{ .Values.key | quote }}"),
      config("encoded", 'a: {{ .Values.key | b64enc }}\n  b: {{ printf "user:%s" .Values.key | b64enc }}'),
      config(
        "json",
        'a: {{ .Values.key | toJson | quote }}\n  b: {{ dict "k" .Values.key | toJson | quote }}',
      ),
      config("url", 'a: {{ .Values.key | urlquery | quote }}\n  b: {{ .Files.Get "words" | quote }}'),
      config("dns", 'a: "resolved=<{{ getHostByName "localhost" }}>"'),
    ].join("---\n");
    writeChart(template);
    // What was not there before is not shown in full; what changes is.
    call("helm", "install", "web", "./web", "--namespace", NAMESPACE, "--create-namespace");
    const run = await plan(template);
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(0);
    expect(github.comments).toHaveLength(1);
    const told = [
      run.stdout,
      run.summary,
      ...Object.values(run.outputs),
      ...github.comments.map(({ body }) => body),
    ].join("\n");
    const withoutMasks = told.replaceAll(/^::add-mask::.*$/gm, "");
    expect(withoutMasks).not.toMatch(/canary|w#ord|d#ord|91"/);
    expect(withoutMasks).not.toContain(Buffer.from(SECRET).toString("base64").slice(4, 24));
    expect(run.summary.match(/\(secret, tag \w+\)/g)?.length).toBe(6);
    expect(faultsOf(run.summary)).toEqual([]);
  });

  it("is refused with Helm's words, harmlessly, when the chart fails by itself", async () => {
    const run = await plan(`{{ fail (printf "%s %s" .Values.key (.Files.Get "words")) }}`);
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toMatch(/^::error.*component `serving`/m);
    expect(run.stdout.replaceAll(/^::add-mask::.*$/gm, "")).not.toContain("canary");
    expect(faultsOf(run.summary)).toEqual([]);
  });

  it("cannot read a file of the runner through a link", async () => {
    mkdirSync(join(stage.repository, "web/files"), { recursive: true });
    symlinkSync(join(stage.outside, "secret.yaml"), join(stage.repository, "web/files/secret"));
    const run = await plan(config("link", `a: {{ .Files.Get "files/secret" | quote }}`));
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toContain("`files/secret` in it is a link that leads out of the working folder");
    expect(run.started.filter((each) => each.includes(PWNED))).toEqual([]);
  });
});
