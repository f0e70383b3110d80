/** Every workflow of this repository, the examples among them, as GitHub and the linters see it. Nothing is run. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ACTIONS } from "../../src/index.ts";
import { PINNED_KUBERNETES, WORKFLOW_PINS } from "../cluster/pins.ts";
import { ensureTools, WORKFLOW_LINTERS } from "../cluster/tools.ts";
import { parserErrors } from "../support/workflow-parser.ts";
import { complaints, missingRights, thirdPartyPins } from "../support/workflow-rules.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const yml = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yml"))
    .map((name) => `${folder}/${name}`);
const OURS = yml(".github/workflows");
const EXAMPLES = yml("workflows-examples");
const WORKFLOWS = [...OURS, ...EXAMPLES];
const RIGHTS = new Map(ACTIONS.map(({ definition }) => [definition.name, definition.permissions]));
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

let tools: Awaited<ReturnType<typeof ensureTools>>;
/** A repository that has copied all examples to where GitHub looks for them. */
let copied: string;
beforeAll(async () => {
  tools = await ensureTools(WORKFLOW_LINTERS);
  copied = mkdtempSync(join(tmpdir(), "workflow-files-"));
  mkdirSync(join(copied, ".git"));
  for (const file of EXAMPLES) cpSync(join(ROOT, file), join(copied, ".github/workflows", basename(file)));
  cpSync(join(ROOT, ".github/actionlint.yaml"), join(copied, ".github/actionlint.yaml"));
});
afterAll(() => rmSync(copied, { recursive: true, force: true }));

function lint(program: string, args: string[], cwd = ROOT): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  return { code: status, said: stdout || stderr };
}

describe.each(WORKFLOWS)("%s", (file) => {
  it("is one that GitHub's parser takes", async () =>
    expect(await parserErrors(join(ROOT, file))).toEqual([]));

  it("keeps to the rules of this repository", () => expect(complaints(read(file))).toEqual([]));

  it("grants our actions the rights they say they need", () =>
    expect(missingRights(read(file), RIGHTS)).toEqual([]));
});

describe("all of them together", () => {
  it("are clean under actionlint, their scripts under shellcheck", () => {
    const args = ["-no-color", "-oneline", "-pyflakes=", `-shellcheck=${tools.shellcheck}`];
    for (const repository of [ROOT, copied]) {
      expect(lint(tools.actionlint, args, repository)).toEqual({ code: 0, said: "" });
    }
  });

  it("are clean under zizmor at its strictest, the settings for updates too", () => {
    const args = ["--offline", "--persona=pedantic", "--no-progress", "--config=.github/zizmor.yml"];
    const { code, said } = lint(tools.zizmor, [...args, ".github", ...EXAMPLES]);
    expect(code, said).toBe(0);
  });

  it("use each action of others at one commit", () => {
    const versions = new Map<string, Set<string>>();
    for (const { uses, version } of WORKFLOWS.flatMap((file) => thirdPartyPins(read(file)))) {
      // Actions of one repository have one version: init and analyze of CodeQL have to fit.
      const [name = "", commit] = uses.split("@");
      const repository = name.split("/").slice(0, 2).join("/");
      const pinned = versions.get(repository) ?? new Set();
      versions.set(repository, pinned.add(`${commit} # ${version}`));
    }
    expect(versions.size).toBeGreaterThan(5);
    expect([...versions].filter(([, pinned]) => pinned.size > 1)).toEqual([]);
  });

  it("name the versions of kind and Kubernetes that the tests use", () => {
    const texts = WORKFLOWS.map(read).filter((text) => text.includes("helm/kind-action@"));
    expect(texts).not.toEqual([]);
    for (const text of texts) expect(text).toContain(`version: v${WORKFLOW_PINS.kind}\n`);
    const { jobs } = parse(read(".github/workflows/ci.yml")) as CiWorkflow;
    expect(jobs.versions?.strategy?.matrix.kubernetes).toContain(PINNED_KUBERNETES);
  });
});

it("the form for bugs names every action", () => {
  for (const name of RIGHTS.keys()) expect(read(".github/ISSUE_TEMPLATE/bug.yml")).toContain(`- ${name}\n`);
});

describe("the job `kind`", () => {
  /** What a job does once it has the sources and their packages, with our actions called alike. */
  function deeds(file: string): Step[] {
    const { jobs } = parse(read(file)) as CiWorkflow;
    const calledAlike = (value: string) => value.replace(/^clearml\/([\w-]+)@v1$/, "./actions/$1");
    const steps = (jobs.kind?.steps ?? []).map((step) => ({ ...step, uses: calledAlike(step.uses ?? "") }));
    return steps
      .filter(({ uses, run }) => !uses.startsWith("actions/") && run !== "npm ci")
      .map((step) => JSON.parse(JSON.stringify(step).replaceAll("clearml-actions/workflows", "workflows")));
  }

  it("does what the example does", () => {
    const example = deeds("workflows-examples/kind.yml");
    expect(example.length).toBeGreaterThan(10);
    expect(deeds(".github/workflows/ci.yml")).toEqual(example);
  });
});

interface CiWorkflow {
  jobs: Record<string, { needs?: string[]; strategy?: { matrix: { kubernetes: string[] } }; steps: Step[] }>;
}

interface Step {
  uses?: string;
  run?: string;
}

describe("the job that branch protection asks for", () => {
  const { "ci-ok": gate, ...others } = (parse(read(".github/workflows/ci.yml")) as CiWorkflow).jobs;

  it("waits for all the others", () => expect(gate?.needs?.toSorted()).toEqual(Object.keys(others).sort()));

  it.each([
    [{ build: "success", test: "success", "dependency-review": "success" }, 0],
    [{ build: "success", test: "success", "dependency-review": "skipped" }, 0],
    [{ build: "success", test: "failure", "dependency-review": "skipped" }, 1],
    [{ build: "success", test: "cancelled", "dependency-review": "success" }, 1],
    [{ build: "failure", test: "skipped", "dependency-review": "success" }, 1],
    [{ build: "success", test: "skipped", "dependency-review": "success" }, 1],
    [{ build: "success", test: "success", "dependency-review": "failure" }, 1],
  ])("after %j ends with %i", (results, code) => {
    const needs = Object.entries(results).map(([job, result]) => [job, { result, outputs: {} }]);
    const env = { ...process.env, OTHERS: JSON.stringify(Object.fromEntries(needs), null, 2) };
    // As GitHub runs it.
    const run = spawnSync("bash", ["-e", "-c", gate?.steps[0]?.run ?? "exit 9"], { env, encoding: "utf8" });
    expect(run.status, run.stderr).toBe(code);
  });
});

describe("what linters are told to pass over", () => {
  it.each([".github/zizmor.yml", ".github/actionlint.yaml"])("has a reason in %s", (file) => {
    const lines = read(file).split("\n");
    const excused = lines.flatMap((line, index) =>
      /^\s*(ignore|disable|.*ref-pin|self-hosted-runner)\b/.test(line) ? [lines[index - 1] ?? ""] : [],
    );
    expect(excused.length).toBeGreaterThan(0);
    for (const above of excused) expect(above).toMatch(/^\s*# \S+ \S+/);
  });
});

describe("dependabot.yml", () => {
  it("looks where there is something, and waits a week", () => {
    const { updates } = parse(read(".github/dependabot.yml")) as {
      updates: { directory?: string; directories?: string[]; cooldown: { "default-days": number } }[];
    };
    for (const { directory, directories = [], cooldown } of updates) {
      for (const folder of [directory ?? [], directories].flat()) {
        expect(readdirSync(join(ROOT, folder))).not.toEqual([]);
      }
      expect(cooldown["default-days"]).toBeGreaterThanOrEqual(7);
    }
  });
});

describe("the rules themselves", () => {
  const DEPLOY = "clearml/actions/.github/workflows/deploy.yml@v1";
  const good = `# Lints.
name: lint
on: { pull_request: {} }
permissions:
  contents: read
  issues: write # to keep the issue
jobs:
  lint:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@${"0123456789".repeat(4)} # v7.0.1
        with:
          persist-credentials: false
      - uses: clearml/deploy-tenant@v1
        with:
          tenant: acme
`;
  it("take a good one", () => expect(complaints(good)).toEqual([]));

  it.each([
    ["# Lints.\n", "", "begin with a comment"],
    [/permissions:\n.*\n.*\n/, "", "declare `permissions` at the top"],
    [/permissions:\n.*\n.*\n/, "permissions: write-all\n", "a list of single rights"],
    [" # to keep the issue", "", "say behind `issues: write`"],
    ["{ pull_request: {} }", "[push, pull_request_target]", "`pull_request_target` hands secrets"],
    [/@0.* # /, "@v7 # ", "pin actions/checkout@v7 to a commit"],
    [" # v7.0.1", "", "with its version behind it"],
    [" # v7.0.1", " # v7", "with its version behind it"],
    ["persist-credentials: false", "fetch-depth: 0", "job lint: check out with"],
    ["    timeout-minutes: 5\n", "", "job lint: set `timeout-minutes`"],
    ["tenant: acme", "tenent: acme", "job lint: clearml/deploy-tenant@v1 has no input `tenent`"],
    ["tenant: acme", "config: x.yaml", "job lint: clearml/deploy-tenant@v1 needs the input `tenant`"],
    ["deploy-tenant@v1", "deploy-tenants@v1", "clearml/deploy-tenants@v1 does not exist"],
    ["deploy-tenant@v1", "deploy-tenant@main", "clearml/deploy-tenant@main is no action of ours"],
    ["tenant: acme", "tenant: acme # zizmor: ignore[misfeature]", "say why behind `# zizmor: ignore"],
    [/runs-on[\s\S]*/, "uses: ./.github/workflows/none.yml\n", "none.yml does not exist"],
    [/runs-on[\s\S]*/, `uses: ${DEPLOY}\n    with: { cofig: x }\n`, "has no input `cofig`"],
    [/runs-on[\s\S]*/, `uses: ${DEPLOY}\n    secrets: { PASSWORD: x }\n`, "has no secret `PASSWORD`"],
    [/runs-on[\s\S]*/, `uses: ${DEPLOY}\n`, "needs the secret `KUBECONFIG`"],
    [/runs-on[\s\S]*/, `uses: ${DEPLOY}\n`, "job lint: grant `actions: read`"],
  ])("see %s turned into %j", (from, to, complaint) => {
    const bad = good.replace(from, to);
    expect(bad).not.toBe(good);
    expect(complaints(bad).join("\n")).toContain(complaint);
  });

  it.each([
    ["tenant: acme", "tenant: acme\n          comment: manage", ["grant `pull-requests: write`"]],
    ["  contents: read\n", "", ["grant `contents: read`"]],
    ["tenant: acme", "tenant: acme\n          comment: none", []],
  ])("see the right that is missing with %j turned into %j", (from, to, found) => {
    const complaint = found.map((each) => `job lint: clearml/deploy-tenant@v1: ${each}`);
    expect(missingRights(good.replace(from, to), RIGHTS)).toEqual(complaint);
  });
});
