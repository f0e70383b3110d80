/** The examples for an environment that lives on, run for real one after the other: it is deployed behind an air gap, drifts, is repaired, and loses a tenant. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import { ensureTools } from "../cluster/tools.ts";
import { type ActOptions, type ActRun, runWorkflow } from "../support/act.ts";
import { auditedSince, writes } from "../support/audit.ts";
import { type ClosedNetwork, startClosedNetwork } from "../support/closed-network.ts";
import { type ExampleRepository, exampleRepository } from "../support/example-repository.ts";
import { BOT, type GithubApi, startGithubApi } from "../support/github-api/server.ts";
import { kubeconfigKeys } from "../support/kubeconfig-keys.ts";
import { SECRETS, startWorld, type World } from "../support/world.ts";
import { type Inside, startInside } from "./examples-inside.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../workflows-examples");
const TENANT = "acme";
const TOKEN = "ghs_canary_issues_write_0042";
/** The domain of the example: behind an air gap too there is a name server that knows it. */
const OWN_DOMAIN = /\.ml\.example\.com"/;
/** The program that runs the workflows asks for news. */
const NEWS_OF_ACT = "CONNECT api.nektosact.com:443";
const FURTHER = "FURTHER_KEY=a=b\n\nFURTHER_WORD=c d\n";
/** Somebody's workflow that calls the one for all. */
const CALLER = `on: workflow_dispatch
jobs:
  drift:
    uses: clearml/actions/.github/workflows/drift.yml@v1
    permissions: { contents: read, issues: write }
    with: { fail-on-drift: false }
    secrets:
      KUBECONFIG: \${{ secrets.KUBECONFIG }}
      CLEARML_SECRETS: \${{ secrets.CLEARML_SECRETS }}
  after:
    needs: drift
    runs-on: ubuntu-24.04
    steps:
      - run: echo "drifted=$DRIFTED complete=$COMPLETE issue=$ISSUE"
        env:
          DRIFTED: \${{ needs.drift.outputs.drifted }}
          COMPLETE: \${{ needs.drift.outputs.complete }}
          ISSUE: \${{ needs.drift.outputs.issue-number }}
`;

let act: string;
let world: World;
let folder: string;
let example: ExampleRepository;
let github: GithubApi;
let inside: Inside;
let last: ActRun | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "examples-operate-"));
  const bot = { login: BOT, type: "Bot", rights: { issues: "write", actions: "read" } } as const;
  [{ act }, world, github] = await Promise.all([
    ensureTools(["act"]),
    startWorld({ auditLog: true }),
    startGithubApi({ tokens: { [TOKEN]: bot } }),
  ]);
  const workflows = ["air-gapped.yml", "drift.yml", "remove-tenant.yml"];
  [inside, example] = await Promise.all([
    startInside(world, folder),
    exampleRepository({ folder, world, workflows }),
  ]);
  // One tenant with one release is enough.
  for (const each of ["globex.yaml", "globex"]) rmSync(at(`tenants/${each}`), { recursive: true });
  set(`tenants/${TENANT}.yaml`, [[["components", "app-gateway", "enabled"], false]]);
  writeFileSync(at("drift-ignore.yaml"), "version: 1\nrules: []\n");
  writeFileSync(at(".github/workflows/caller.yml"), CALLER);
  set("clearml.yaml", [[["variables", "IMAGE_REGISTRY"], "docker.io"]]);
  for (const [file, path, value] of IMAGES) set(`${file}.yaml`, [[path, value]]);
  example.commit();
});
afterEach(() => {
  const keys = kubeconfigKeys(example.options.secrets?.KUBECONFIG ?? "");
  const secrets = [...Object.values(SECRETS), inside.secrets.MIRROR_TOKEN ?? "", TOKEN, ...keys];
  expect(secrets.filter((each) => last?.output.includes(each))).toEqual([]);
});
afterAll(async () => {
  example?.stop();
  await Promise.all([world?.stop(), github?.stop(), inside?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** What the example says of overrides: the registry of images is a variable. */
const IMAGES: readonly [file: string, path: readonly string[], value: string][] = [
  ["overrides/control-plane", ["global", "imageRegistry"], "${IMAGE_REGISTRY}"],
  [
    "overrides/control-plane",
    ["clearmlApplications", "basePodImage", "repository"],
    "${IMAGE_REGISTRY}/clearml/clearml-apps",
  ],
  ["overrides/redis", ["image", "registry"], "${IMAGE_REGISTRY}"],
  ["tenants/acme/agent", ["global", "imageRegistry"], "${IMAGE_REGISTRY}"],
  ["tenants/acme/agent", ["agentk8sglue", "defaultContainerImage"], "${IMAGE_REGISTRY}/library/python:3.12"],
];

const at = (file: string) => join(example.options.repository, file);

/** Sets values in a YAML file of the repository, and writes it there or elsewhere. */
function set(file: string, values: readonly (readonly [readonly string[], unknown])[], to = file): void {
  const document = parseDocument(readFileSync(at(file), "utf8"));
  for (const [path, value] of values) document.setIn(path, value);
  writeFileSync(at(to), document.toString());
}

async function run(name: string, options: Partial<ActOptions> = {}): Promise<ActRun> {
  const { actionInputs = {}, secrets } = example.options;
  const setup = actionInputs["setup-clearml-helm"] ?? {};
  const repositories = `${setup.repositories}\noci://${inside.registry} credentials=dockerhub-token`;
  last = await runWorkflow(act, {
    ...{ ...example.options, githubApi: github, workflow: `.github/workflows/${name}.yml` },
    actionInputs: { ...actionInputs, "setup-clearml-helm": { ...setup, repositories } },
    secrets: { ...secrets, ...inside.secrets, GITHUB_TOKEN: TOKEN, CLEARML_SECRETS: FURTHER },
    ...options,
  });
  return last;
}

/** The steps that are ours, with their exit codes. */
const ours = ({ steps }: ActRun) =>
  steps
    .filter(({ action, post }) => !post && !/artifact/.test(action))
    .map(({ job, action, code }) => `${job}: ${action} ${code}`);

describe("air-gapped.yml", () => {
  let network: ClosedNetwork;
  let list: string;

  beforeAll(async () => {
    network = await startClosedNetwork(folder);
  });
  afterAll(() => network?.stop());

  it("lists every chart and image, as an artifact", async () => {
    const listed = await run("air-gapped", { job: "list" });
    expect(listed.code, listed.output).toBe(0);
    const file = join(listed.artifacts, "air-gap", "air-gap.txt");
    list = readFileSync(file, "utf8");
    expect(list).toContain("image docker.io/library/python:3.12\n");
    expect(list.match(/^chart .* sha256:/gm)).toHaveLength(3);
  });

  it("deploys what that list has brought inside, and asks nobody else", async () => {
    const page = readFileSync(join(EXAMPLES, "air-gapped.yml"), "utf8");
    const commands = page.slice(page.indexOf("#      grep '^chart "), page.indexOf("#    And the mirror"));
    const copied = await inside.fill(list, commands.replaceAll(/^#/gm, ""));
    describeInside();
    // act runs all jobs on one machine. This one is another: it has no tools yet.
    example.edit(".github/workflows/air-gapped.yml", "    needs: [list]\n", "");
    example.commit();
    const scratch = join(folder, "inside");
    mkdirSync(scratch);
    const { vars } = inside;
    const deployed = await run("air-gapped", { job: "deploy", scratch, env: network.env, vars });
    expect(deployed.code, deployed.output).toBe(0);
    expect(ours(deployed)).toEqual([
      "deploy: setup-clearml-helm 0",
      "deploy: deploy-control-plane 0",
      "deploy: deploy-tenant 0",
    ]);
    expect(inside.asked).toHaveLength(3);
    const strangers = network.tried().filter((each) => !OWN_DOMAIN.test(each) && each !== NEWS_OF_ACT);
    expect(strangers).toEqual([]);
    const images = world.kubectl("get", "pods", "-A", "-o", "jsonpath={.items[*].spec.containers[*].image}");
    expect(copied).toEqual(expect.arrayContaining(images.split(" ")));
  });

  it.each([
    ["chart oci://r.example.com/a 1.0.0\nimage r.example.com/a:1\n", 0, ""],
    ["chart oci://docker.io/a 1.0.0\n", 0, ""],
    [
      "image r.example.com/a:1\nimage r.example.com.evil.org/b:1\nimage docker.io/r.example.com/c:1\n",
      1,
      "b:1 c:1",
    ],
  ])("looks at the images of %j", (text, code, refused) => {
    writeFileSync(join(folder, "inside.txt"), text);
    const steps = jobsOf("air-gapped.yml").deploy?.steps ?? [];
    const script = steps.find(({ name }) => name === "Refuse images from elsewhere")?.run ?? "exit 9";
    const env = { ...process.env, REGISTRY: "r.example.com" };
    const ended = spawnSync("bash", ["-e", "-c", script], { cwd: folder, env, encoding: "utf8" });
    expect(ended.status, ended.stderr).toBe(code);
    expect((ended.stdout.match(/^image .*/gm) ?? []).map((line) => line.slice(-3)).join(" ")).toBe(refused);
  });

  /** The second environment file. Its databases are no pods: the stand-in charts name their images once and for all. */
  function describeInside(): void {
    const databases = ["redis", "mongodb", "elasticsearch"].map((name) => [name, { enabled: false }]);
    const sources = ["CHART_REGISTRY", "CHART_REPOSITORY", "REDIS_REPOSITORY"].map(
      (name) => [["variables", name], inside.charts] as const,
    );
    const images = [["variables", "IMAGE_REGISTRY"], inside.registry] as const;
    const values = [["components", "control-plane", "values"], Object.fromEntries(databases)] as const;
    set("clearml.yaml", [...sources, images, values], "clearml-air-gapped.yaml");
  }
});

describe("drift.yml", () => {
  const GONE = "configmap/clearml-agent-clearml-enterprise-agent-pt";
  const issues = () => github.tracker.map(({ number, state }) => `#${number} ${state}`);

  beforeAll(() => {
    // What was deployed inside is the environment from now on.
    set("clearml-air-gapped.yaml", [], "clearml.yaml");
    example.commit();
  });

  it("is green while nothing has drifted, and opens no issue", async () => {
    const looked = await run("drift", { event: "schedule" });
    expect(looked.code, looked.output).toBe(0);
    expect(ours(looked)).toEqual(["look: detect-drift 0"]);
    expect(issues()).toEqual([]);
  });

  it("is red, with an issue and the report, when somebody has deleted something", async () => {
    world.kubectl("-n", TENANT, "delete", GONE);
    const looked = await run("drift", { event: "schedule" });
    expect(looked.code, looked.output).toBe(1);
    expect(ours(looked)).toEqual(["look: detect-drift 1"]);
    expect(issues()).toEqual(["#8 open"]);
    const report = JSON.parse(readFileSync(join(looked.artifacts, "drift", "drift.json"), "utf8")) as object;
    expect(report).toMatchObject({ findings: [{ class: "missing", tenant: TENANT }] });
  });

  it("tells the workflow that calls the one for all", async () => {
    const called = await run("caller");
    expect(called.code, called.output).toBe(0);
    expect(called.output).toContain("drifted=true complete=true issue=8");
    expect(called.steps[0]?.env).toMatchObject({ FURTHER_KEY: "a=b", FURTHER_WORD: "c d" });
    expect(issues()).toEqual(["#8 open"]);
  });

  it("repairs by hand, and closes the issue", async () => {
    const repaired = await run("drift", { inputs: { repair: "true" } });
    expect(repaired.code, repaired.output).toBe(0);
    expect(ours(repaired)).toEqual([
      "look: detect-drift 0",
      "repair: setup-clearml-helm 0",
      "repair: detect-drift 0",
    ]);
    expect(issues()).toEqual(["#8 closed"]);
    expect(world.kubectl("-n", TENANT, "get", GONE, "-o", "name").trim()).toBe(GONE);
  });
});

describe("remove-tenant.yml", () => {
  const remove = (tenant: string, confirm: string) => run("remove-tenant", { inputs: { tenant, confirm } });

  it("asks for nothing and removes nothing when the two names differ", async () => {
    const since = auditedSince(world.cluster);
    const refused = await remove(TENANT, "acmee");
    expect(refused.code).toBe(1);
    expect(refused.annotations).toContain("input `confirm-delete` is `acmee`");
    expect(ours(refused)).toEqual(["plan: setup-clearml-helm 0", "plan: deploy-tenant 2"]);
    expect(writes(since())).toEqual([]);
  });

  it("removes what the plan has listed, and says what is left to people", async () => {
    const removed = await remove(TENANT, TENANT);
    expect(removed.code, removed.output).toBe(0);
    expect(ours(removed)).toEqual([
      "plan: setup-clearml-helm 0",
      "plan: deploy-tenant 0",
      "remove: setup-clearml-helm 0",
      "remove: deploy-tenant 0",
    ]);
    expect(removed.summaries.plan).toContain("Namespace");
    expect(removed.summaries.remove).toContain(`Removed: tenant \`${TENANT}\``);
    expect(removed.summaries.remove).toMatch(/--id \S+/);
    expect(world.kubectl("get", "namespaces", "-o", "name")).not.toContain(`namespace/${TENANT}`);
  });

  it("asks nobody to approve the removal of a tenant that is gone", async () => {
    const again = await remove(TENANT, TENANT);
    expect(again.code, again.output).toBe(0);
    expect(ours(again)).toEqual(["plan: setup-clearml-helm 0", "plan: deploy-tenant 0"]);
  });
});

it.each([
  ["air-gapped.yml", "deploy", "air-gapped"],
  ["drift.yml", "repair", "production"],
  ["remove-tenant.yml", "remove", "production"],
])("%s writes to a cluster in job `%s` alone, in environment `%s`", (file, writer, environment) => {
  const approved = Object.entries(jobsOf(file)).filter(([, job]) => job.environment);
  expect(approved).toMatchObject([[writer, { environment }]]);
});

interface Job {
  environment?: string;
  steps: { name?: string; run?: string }[];
}

function jobsOf(file: string): Record<string, Job> {
  return (parse(readFileSync(join(EXAMPLES, file), "utf8")) as { jobs: Record<string, Job> }).jobs;
}
