import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";

const SUPPORT = resolve(import.meta.dirname, "../support");
const CHARTS = resolve(import.meta.dirname, "../fixtures/charts");
const TOOLS = ["helm", "helm3", "kubeconform", "kubectl"] as const;

let folder: string;
let tools: Awaited<ReturnType<typeof ensureTools>>;
beforeAll(async () => {
  tools = await ensureTools(TOOLS);
  folder = mkdtempSync(join(tmpdir(), "lint-evidence-"));
  cpSync(CHARTS, join(folder, "charts"), { recursive: true, verbatimSymlinks: true });
  write("clearml.yaml", ENVIRONMENT);
  write("values.yaml", GOOD);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An environment whose only chart lies in the checkout. */
const ENVIRONMENT = `version: 1
name: checkout
baseDomain: ml.example.com
kubernetesVersion: "1.34"
secrets: [TOKEN]
components:
  dynamic-mig-operator:
    chart: ./charts/clearml-dynamic-mig-operator
    overrides: [values.yaml]
`;
const GOOD = "imageCredentials:\n  password: ${TOKEN}\n";

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function lint(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<ActionRun> {
  return runAction("lint-overrides", inputs, { cwd: folder, env });
}

/** PATH with these files first, each in a folder of its own. */
function pathOf(...files: string[]): string {
  return [...files.map((file) => dirname(file)), process.env.PATH ?? ""].join(delimiter);
}

interface Report {
  findings: { id: string; severity: string; file: string; line: number; column: number }[];
  notChecked: { id: string; reason: string }[];
}

const annotations = (run: ActionRun) =>
  run.stdout.split("\n").filter((line) => /^::(error|warning)/.test(line));

describe("a pull request from a fork", () => {
  it("is linted without network, and nothing of it is run", async () => {
    const marker = join(folder, "was-run");
    for (const name of ["helm", "kubeconform", "git", "kubectl"]) {
      write(`bin/${name}`, `#!/bin/sh\n[ "$1" = version ] && echo v4.2.3 || touch ${marker}\n`);
      chmodSync(join(folder, "bin", name), 0o755);
    }
    const [connections, processes] = [join(folder, "connections"), join(folder, "processes")];
    for (const file of [connections, processes]) writeFileSync(file, "");
    const imports = ["offline.mjs", "recorder.mjs"].map((name) => `--import=${join(SUPPORT, name)}`);
    const run = await lint(
      {},
      {
        NODE_OPTIONS: imports.join(" "),
        RECORD_CONNECTIONS: connections,
        RECORD_PROCESSES: processes,
        PATH: pathOf(join(folder, "bin/helm")),
        GITHUB_EVENT_NAME: "pull_request",
      },
    );
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    expect(readFileSync(connections, "utf8")).toBe("");
    // The runner's own Helm is asked for its version, and no more.
    const started = readFileSync(processes, "utf8").trim().split("\n");
    const tools = started.map((line) => (JSON.parse(line) as { args: string[] }).args.slice(2));
    // The guard that ends tools with us is a shell without arguments; a guarded tool comes after the shell's own name.
    expect(tools.filter((args) => args.length > 0)).toEqual([
      ["sh", "helm", "version", "--template", "{{.Version}}"],
    ]);
    expect(existsSync(marker)).toBe(false);
    // That the chart is left alone is said.
    expect(run.stdout).toContain("render: true");
  });
});

describe.each(["helm", "helm3"] as const)("rendering with %s", (helm) => {
  const run = async (values: string) => {
    write("values.yaml", values);
    // Both majors are files of their own; an action asks for `helm`.
    mkdirSync(join(folder, "tools", helm), { recursive: true });
    cpSync(tools[helm], join(folder, "tools", helm, "helm"));
    const path = pathOf(join(folder, "tools", helm, "helm"), tools.kubeconform);
    return lint({ render: "true" }, { PATH: path });
  };

  it("finds nothing in what is good", async () => {
    const result = await run(GOOD);
    expect(annotations(result)).toEqual([]);
    expect(result.code).toBe(0);
  });

  it("shows what the API server would refuse at the line that caused it", async () => {
    const result = await run(`${GOOD}replicaCount: many\n`);
    expect(result.code).toBe(1);
    expect(annotations(result).join("\n")).toMatch(/R2 schema-violation,file=values\.yaml,line=3/);
  });
});

describe("a real cluster", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  it("is read for the rules that need it, and nothing is said to be unchecked for want of it", async () => {
    write("values.yaml", GOOD);
    write("clearml.yaml", `${ENVIRONMENT}  network-isolation: {}\n`);
    const machine = mkdtempSync(join(tmpdir(), "lint-evidence-machine-"));
    const env = { KUBECONFIG: cluster.kubeconfig, PATH: pathOf(tools.kubectl) };
    const options = { cwd: folder, env, machine };
    const run = await runAction("lint-overrides", { cluster: "true", render: "false" }, options);
    const report = JSON.parse(readFileSync(run.outputs.findings ?? "", "utf8")) as Report;
    rmSync(machine, { recursive: true, force: true });
    // The cluster of the tests has no program that enforces policies.
    expect(report.findings.map(({ id, file }) => `${id} ${file}`)).toContain("L119 clearml.yaml");
    const open = report.notChecked.filter(({ id }) => ["L22", "L28", "L77", "L119"].includes(id));
    expect(open).toEqual([]);
  });
});
