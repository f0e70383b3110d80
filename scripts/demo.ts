/**
 * Shows the toolkit at work on real parts: lints the example environment, then deploys its control plane and its two
 * tenants into a real Kubernetes API, twice. Nothing is left running. Usage: node scripts/demo.ts
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { styleText } from "node:util";
import { parseDocument } from "yaml";
import { type Cluster, startCluster } from "../test/cluster/start.ts";
import { ensureTools, STANDARD_TOOLS } from "../test/cluster/tools.ts";
import { startClearmlApi } from "../test/support/clearml-api/server.ts";
import { writeSums } from "../test/support/registries/mirror.ts";
import { OCI_PATH, type Registries, startRegistries } from "../test/support/registries/start-all.ts";
import { type ActionRun, runAction } from "../test/support/run-action.ts";

const EXAMPLE = resolve(import.meta.dirname, "../workflows-examples/demo");
const TENANTS = ["acme", "globex"];
const USERNAME = "allegroaienterprise";
/** Stand-ins for what a platform team keeps in its repository's secrets. */
const SECRETS = {
  CLEARML_DOCKERHUB_TOKEN: "demo-dockerhub-token",
  SUPERVISOR_KEY: "DEMOSUPERVISORKEY000001",
  SUPERVISOR_SECRET: "demo-supervisor-secret-0123456789abcdef",
};
const CLASSIC_TOKEN = "demo-github-token";

const started = Date.now();
const folder = mkdtempSync(join(tmpdir(), "clearml-actions-demo-"));
const stops: (() => Promise<void>)[] = [];

function say(text: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(5);
  console.log(`${styleText("dim", `${seconds} s`)}  ${text}`);
}

function heading(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

function keep<T extends { stop(): Promise<void> }>(part: T): T {
  stops.push(() => part.stop());
  return part;
}

/** Runs an action as a step of a workflow; what earlier steps exported is in `env`. */
async function step(
  name: string,
  inputs: Record<string, string>,
  env: Record<string, string>,
): Promise<ActionRun> {
  heading(`${name} ${inputs.tenant ?? ""}`);
  const run = await runAction(name, inputs, {
    cwd: folder,
    machine: join(folder, "runner"),
    env,
    onLine: (line) => showLine(line),
  });
  if (run.code !== 0) throw new Error(`${name} ended with exit code ${run.code}`);
  return run;
}

/** Log lines as the runner would show them: no masks, no workflow commands. */
function showLine(line: string): void {
  if (line.trim() === "" || /^::(add-mask|debug|endgroup|save-state)/.test(line)) return;
  const [, level, text] = /^::(error|warning|notice)[^:]*::(.*)$/.exec(line) ?? [];
  const shown = (text ?? line.replace(/^::group::/, ""))
    .replaceAll("%0A", "\n         ")
    .replaceAll("%25", "%");
  say(level ? `${level}: ${shown}` : shown);
}

/** The example environment, pointed at the registries of this machine. */
function localEnvironment(registries: Registries): void {
  cpSync(EXAMPLE, folder, { recursive: true });
  const file = join(folder, "clearml.yaml");
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["variables", "CHART_REGISTRY"], `oci://${registries.oci.host}/${OCI_PATH}`);
  document.setIn(["variables", "CHART_REPOSITORY"], registries.classic.url);
  document.setIn(["variables", "REDIS_REPOSITORY"], registries.open.url);
  writeFileSync(file, document.toString());
}

async function setUp(registries: Registries): Promise<Record<string, string>> {
  const checksums = join(folder, "sums.txt");
  writeSums(checksums, registries.mirror.sums);
  const setup = await step(
    "setup-clearml-helm",
    {
      mirror: registries.mirror.url,
      checksums,
      repositories: [
        `oci://${registries.oci.host} username=REGISTRY_USER password=CLEARML_DOCKERHUB_TOKEN`,
        `clearml-enterprise=${registries.classic.url} username=GITHUB_CHART_TOKEN password=GITHUB_CHART_TOKEN`,
        `bitnami=${registries.open.url}`,
      ].join("\n"),
    },
    { ...SECRETS, REGISTRY_USER: USERNAME, GITHUB_CHART_TOKEN: CLASSIC_TOKEN },
  );
  showSummary(setup);
  return { ...setup.env, PATH: [...setup.path.toReversed(), process.env.PATH ?? ""].join(delimiter) };
}

/** The key the control plane's chart made; the API double takes the place of the server that would use it. */
function systemKey(kubectl: string, cluster: Cluster): { systemKey: string; systemSecret: string } {
  const args = [
    "--kubeconfig",
    cluster.kubeconfig,
    "-n",
    "clearml",
    "get",
    "secret",
    "clearml-conf",
    "-o",
    "json",
  ];
  const { data } = JSON.parse(execFileSync(kubectl, args).toString()) as { data: Record<string, string> };
  const decode = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
  return { systemKey: decode("apiserver_key"), systemSecret: decode("apiserver_secret") };
}

async function deployAll(env: Record<string, string>, apiUrl: () => Promise<string>): Promise<ActionRun[]> {
  const runs = [await step("deploy-control-plane", { config: "clearml.yaml" }, env)];
  for (const tenant of TENANTS) {
    const inputs = { config: "clearml.yaml", tenant, "api-url": await apiUrl() };
    runs.push(await step("deploy-tenant", inputs, env));
  }
  return runs;
}

function showSummary(run: ActionRun): void {
  console.log(`\n${run.summary.trim()}\n`);
}

async function demo(): Promise<void> {
  heading("What is missing is made in the background while the example is linted");
  const tools = ensureTools(STANDARD_TOOLS, { log: (line) => say(line) });
  tools.catch(() => undefined);
  showSummary(await step("lint-overrides", { config: join(EXAMPLE, "clearml.yaml") }, {}));

  const paths = await tools;
  heading("Starting Kubernetes, an OCI registry, a classic chart repository and a mirror for tools");
  const [cluster, registries] = await Promise.all([
    startCluster().then(keep),
    startRegistries({
      tools: paths,
      username: USERNAME,
      token: SECRETS.CLEARML_DOCKERHUB_TOKEN,
      classicToken: CLASSIC_TOKEN,
    }).then(keep),
  ]);
  say(
    `Kubernetes ${cluster.version} at ${cluster.server}, charts at oci://${registries.oci.host}/${OCI_PATH}`,
  );
  localEnvironment(registries);

  const env = { ...SECRETS, ...(await setUp(registries)), KUBECONFIG: cluster.kubeconfig };
  let api: Promise<{ url: string }> | undefined;
  const apiUrl = async () => {
    api ??= startClearmlApi(systemKey(paths.kubectl, cluster)).then(keep);
    return (await api).url;
  };
  const first = await deployAll(env, apiUrl);
  heading("The same once more: nothing has to change");
  const second = await deployAll(env, apiUrl);

  heading("Job summaries");
  for (const run of [...first, ...second]) showSummary(run);
  const changed = second.filter((run) => run.outputs.changed !== "false");
  if (changed.length > 0) throw new Error("the second run changed something");
  heading("Addresses");
  for (const run of first) {
    for (const [name, value] of Object.entries(run.outputs))
      if (name.endsWith("-url")) console.log(`${name.padEnd(12)} ${value}`);
  }
}

let failure: unknown;
try {
  await demo();
} catch (thrown) {
  failure = thrown;
} finally {
  await Promise.all(stops.map((stop) => stop()));
  rmSync(folder, { recursive: true, force: true });
}
if (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = 1;
} else {
  heading(`Done in ${((Date.now() - started) / 1000).toFixed(0)} s; nothing is left running.`);
}
