/**
 * Shows the toolkit at work on real parts: lints the example environment, plans it, then deploys its control plane and its two
 * tenants into a real Kubernetes API, twice. Nothing is left running. Usage: node scripts/demo.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { styleText } from "node:util";
import { ensureTools, STANDARD_TOOLS } from "../test/cluster/tools.ts";
import { OCI_PATH } from "../test/support/registries/start-all.ts";
import { type ActionRun, runAction } from "../test/support/run-action.ts";
import { startWorld, stepEnvironment, type World } from "../test/support/world.ts";

const EXAMPLE = resolve(import.meta.dirname, "../workflows-examples/demo");
const TENANTS = ["acme", "globex"];

const started = Date.now();
/** Plays the runner's machine: its temporary files and its tool cache. */
const machine = mkdtempSync(join(tmpdir(), "clearml-actions-demo-"));

function say(text: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(5);
  console.log(`${styleText("dim", `${seconds} s`)}  ${text}`);
}

function heading(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

/** Runs an action as a step of a workflow; what earlier steps exported is in `env`. */
async function step(
  name: string,
  inputs: Record<string, string>,
  options: { cwd: string; env?: Record<string, string> },
): Promise<ActionRun> {
  heading(`${name} ${inputs.tenant ?? ""}`);
  const run = await runAction(name, inputs, { ...options, machine, onLine: showLine });
  if (run.code !== 0) throw new Error(`${name} ended with exit code ${run.code}\n${run.stderr}`);
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

function showSummary(run: ActionRun): void {
  console.log(`\n${run.summary.trim()}\n`);
}

async function deployAll(world: World, env: Record<string, string>): Promise<ActionRun[]> {
  const options = { cwd: world.folder, env };
  const runs = [await step("deploy-control-plane", { config: "clearml.yaml" }, options)];
  const { url } = await world.api();
  for (const tenant of TENANTS) {
    runs.push(await step("deploy-tenant", { config: "clearml.yaml", tenant, "api-url": url }, options));
  }
  return runs;
}

async function deployTwice(world: World): Promise<void> {
  const { cluster, registries, setup, folder } = world;
  say(
    `Kubernetes ${cluster.version} at ${cluster.server}, charts at oci://${registries.oci.host}/${OCI_PATH}`,
  );
  const tools = await step("setup-clearml-helm", setup.inputs, { cwd: folder, env: setup.env });
  const env = { ...world.env, ...stepEnvironment(tools) };
  const plan = await step("deploy-control-plane", { mode: "plan" }, { cwd: folder, env });
  const first = await deployAll(world, env);
  heading("The same once more: nothing has to change");
  const second = await deployAll(world, env);
  await runAction("setup-clearml-helm", setup.inputs, { machine, cwd: folder, state: tools.state });

  heading("Job summaries of the first run");
  for (const run of [tools, plan, ...first]) showSummary(run);
  heading("Job summaries of the second run");
  for (const run of second) showSummary(run);
  heading("Addresses");
  for (const [name, value] of first.flatMap((run) => Object.entries(run.outputs))) {
    if (name.endsWith("-url")) console.log(`${name.padEnd(12)} ${value}`);
  }
  const changed = second.filter((run) => run.outputs.changed !== "false");
  if (changed.length > 0) throw new Error("the second run changed something");
}

async function demo(): Promise<void> {
  heading("What is missing is made in the background while the example is linted");
  const tools = ensureTools(STANDARD_TOOLS, { log: say });
  // Without a listener a failed build would end the process before the lint result is shown.
  tools.catch(() => undefined);
  showSummary(await step("lint-overrides", { config: "clearml.yaml" }, { cwd: EXAMPLE }));
  await tools;
  heading("Starting Kubernetes, an OCI registry, two chart repositories and a mirror for tools");
  const world = await startWorld();
  try {
    await deployTwice(world);
  } finally {
    await world.stop();
  }
}

try {
  await demo();
  heading(`Done in ${((Date.now() - started) / 1000).toFixed(0)} s; nothing is left running.`);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
} finally {
  rmSync(machine, { recursive: true, force: true });
}
