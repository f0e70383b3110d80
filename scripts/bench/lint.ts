/**
 * Measures the linter against what people use today, in one run: `helm lint` for each file, and kubeconform on what
 * Helm renders. They look at less (neither reads the override file itself) and at other things (the rendered objects);
 * the ratios are about the wait for an answer on the same files. Usage: npm run bench:lint
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureTools } from "../../test/cluster/tools.ts";
import { randomFrom } from "../../test/support/random.ts";
import { agentValues, writeEnvironment } from "./environments.ts";
import { type Command, inTurn, printTable, repeat, time } from "./measure.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const CLI = join(ROOT, "dist/cli/index.js");
const CHART = join(ROOT, "test/fixtures/charts/clearml-enterprise-agent");
const FILES = 100;
const SEED = 7;

const tools = await ensureTools(["helm", "kubeconform"]);
const folder = mkdtempSync(join(tmpdir(), "clearml-actions-bench-"));

/** Our linter as a user starts it; findings are no failure here. */
function lint(cwd: string, inputs: readonly string[]): Command {
  return {
    file: process.execPath,
    args: [CLI, "lint-overrides", "--fail-on", "never", ...inputs],
    cwd,
    env: { TMPDIR: folder },
  };
}

function helmLint(file: string): Command {
  const values = ["--set", "imageCredentials.password=x", "--set", "clearml.agentk8sglueKey=x"];
  return { file: tools.helm, args: ["lint", "--strict", CHART, "-f", file, ...values] };
}

/** 100 files from nothing, and one of them after a change. */
async function singleFiles(): Promise<void> {
  const random = randomFrom(SEED);
  const names = Array.from({ length: FILES }, (_, index) => `agent-${index}.yaml`);
  for (const name of names) writeFileSync(join(folder, name), agentValues(random));
  const files = (some: readonly string[]) => ["--files", some.map((name) => `${name}=agent`).join("\n")];
  const all = await repeat(5, () => time(lint(folder, files(names))));
  const one = await repeat(5, () => time(lint(folder, files(names.slice(0, 1)))));
  const loop = await repeat(2, () =>
    inTurn(
      names.map((name) => helmLint(join(folder, name))),
      [0, 1],
    ),
  );
  const schema = await repeat(2, () =>
    inTurn(
      names.map((name) => rendered(join(folder, name))),
      [0, 1],
    ),
  );
  printTable(`${FILES} override files, cold (a new process, nothing cached)`, [
    { name: "lint-overrides", samples: all },
    { name: "helm lint, a process per file", samples: loop },
    { name: "helm template and kubeconform, two processes per file", samples: schema },
  ]);
  printTable(`one changed file of ${FILES}`, [
    { name: "lint-overrides of that file", samples: one },
    { name: "helm lint of all files (it does not know which changed)", samples: loop },
  ]);
}

/** `helm template | kubeconform` in a shell; kubeconform is told to accept kinds it has no schema for. */
function rendered(file: string): Command {
  const script = `"$HELM" template x "$CHART" -f "$FILE" | "$KUBECONFORM" -ignore-missing-schemas -schema-location "$NONE"`;
  const env = {
    HELM: tools.helm,
    CHART,
    FILE: file,
    KUBECONFORM: tools.kubeconform,
    NONE: `${folder}/{{.ResourceKind}}`,
  };
  return { file: "sh", args: ["-c", script], env };
}

/** Whole environments, each twice as large as the one before. */
async function environments(): Promise<void> {
  const rows = [];
  for (const tenants of [250, 500, 1_000, 2_000]) {
    const cwd = join(folder, `tenants-${tenants}`);
    mkdirSync(cwd);
    const lines = writeEnvironment(cwd, tenants, SEED);
    const samples = await repeat(3, () => time(lint(cwd, [])));
    rows.push({ name: `${tenants} tenants, ${lines} lines`, samples });
  }
  printTable("environments, all rules across all tenants", rows);
}

try {
  console.log(
    `${spawnSync(tools.helm, ["version", "--short"]).stdout.toString().trim()} (helm), Node ${process.version}`,
  );
  await singleFiles();
  await environments();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
