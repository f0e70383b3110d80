/** workflows-examples/kind.yml, run by act: every step, with a cluster of ours in place of kind's, and no Docker. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Entrance, startEntrance } from "../../scripts/playground/entrance.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type ActRun, runWorkflow } from "../support/act.ts";
import { type ExampleRepository, exampleRepository } from "../support/example-repository.ts";
import { startWorld, type World } from "../support/world.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DOMAIN = "ml.example.com";
const NAMES = pathToFileURL(join(ROOT, "test/support/gateway/names.ts")).href;

let world: World;
let folder: string;
let example: ExampleRepository;
let entrance: Entrance;
let run: ActRun;
/** What was noted by the programs. */
let calls: string;

beforeAll(async () => {
  const { act } = await ensureTools(["act"]);
  folder = mkdtempSync(join(tmpdir(), "kind-workflow-"));
  calls = join(folder, "calls");
  world = await startWorld();
  // The network plug-in and the kubelet are the cluster's; a real one has the class out of kind/ingress.yaml alone.
  world.kubectl("delete", "ingressclass", "nginx");
  example = await exampleRepository({ folder, world, workflows: ["kind.yml"] });
  entrance = await startEntrance({
    kubectl: world.tools.kubectl,
    kubeconfig: world.cluster.kubeconfig,
    folder,
    domain: DOMAIN,
    cookie: "clearml-token-demo",
    certificate: defaultCertificate,
    api: () => world.api(),
  });
  makePrograms();
  run = await runWorkflow(act, {
    ...example.options,
    workflow: ".github/workflows/kind.yml",
    // The publishers of tools are a mirror on this machine; all else is as in the workflow.
    actionInputs: { "setup-clearml-helm": publishers() },
    env: {
      TEST_CALLS: calls,
      TEST_KUBECONFIG: world.cluster.kubeconfig,
      TEST_NAMES: JSON.stringify(entrance.names),
      NODE_OPTIONS: `--import=${NAMES}`,
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    },
  });
});
afterAll(async () => {
  example?.stop();
  await Promise.all([entrance?.stop(), world?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** What the ingress controller serves: the secret that the workflow has made. */
function defaultCertificate(): { cert: string; key: string } {
  const secret = world.kubectl("-n", "ingress-nginx", "get", "secret", "default-certificate", "-o", "json");
  const { data } = JSON.parse(secret) as { data: Record<string, string> };
  const text = (name: string) => Buffer.from(data[name] ?? "", "base64").toString();
  return { cert: text("tls.crt"), key: text("tls.key") };
}

function publishers(): Record<string, string> {
  const { mirror = "", checksums = "" } = world.setup.inputs;
  return { mirror, checksums };
}

/** Programs of the runner that are not here, or that must not touch this machine. They note how they were called. */
function makePrograms(): void {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const npm = execFileSync("sh", ["-c", "command -v npm"]).toString().trim();
  const programs = {
    docker: 'echo "docker $*" >> "$TEST_CALLS"',
    kind: 'echo "kind $*" >> "$TEST_CALLS"',
    sudo: 'echo "sudo $*" >> "$TEST_CALLS"; exec cat >> "$TEST_CALLS"',
    npm: `[ "$1" = ci ] || exec ${npm} "$@"`,
  };
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  symlinkSync(world.tools.kubectl, join(bin, "kubectl"));
}

const OURS = [
  ...["setup-clearml-helm", "lint-overrides", "deploy-control-plane", "deploy-tenant", "list-tenants"],
  ...["smoke-test-gateway", "smoke-test-gateway", "detect-drift", "deploy-control-plane"],
];

describe("workflows-examples/kind.yml", () => {
  it("goes through, with every action", () => {
    expect(run.code, run.output).toBe(0);
    const main = run.steps.filter(({ post }) => !post).map(({ action }) => action);
    expect(main).toEqual(["checkout", "setup-go", "kind-action", ...OURS]);
    expect(run.output).toContain("changed: first true, second false; 2 tenants");
    expect(run.output).toContain("mig-enable did not run - it needs a GPU with MIG");
  });

  it("tries both gateways through what the ingress controller serves", () => {
    const [kind = ""] = Object.values(run.summaries);
    for (const tenant of ["acme", "globex"])
      expect(kind).toMatch(new RegExp(`The gateway of \\*\\*${tenant}\\*\\* at .* \\*\\*works\\*\\*`));
    expect(kind).toMatch(/\| ✅ \| `tls-chain` \|/);
    expect(kind).toMatch(/\| ✅ \| `session` \|/);
    expect(kind).toContain("✅ **No drift**");
  });

  it("gives every image that a pod of the environment names to the cluster, and every host to the machine", () => {
    const called = readFileSync(calls, "utf8");
    const pods = world.kubectl("get", "pods", "-A", "-o", "json");
    const images = (JSON.parse(pods) as { items: Pod[] }).items
      .filter(({ metadata }) => metadata.namespace !== "ingress-nginx")
      .flatMap(({ spec }) => spec.containers.map(({ image }) => image));
    expect(images.length).toBeGreaterThan(8);
    const [loaded = ""] = /^kind load docker-image --name clearml .*$/m.exec(called) ?? [];
    for (const image of images) {
      expect(called).toContain(`docker tag clearml-stand-in ${image}\n`);
      expect(loaded.split(" ")).toContain(image);
    }
    const rules = world
      .kubectl("get", "ingress", "-A", "-o", "jsonpath={.items[*].spec.rules[*].host}")
      .split(" ");
    expect(rules).toHaveLength(5);
    for (const host of rules) expect(called).toContain(`127.0.0.1 ${host}\n`);
  });

  it("leaves no server behind", () => {
    expect(execFileSync("ps", ["-eo", "args"]).toString()).not.toContain(join(folder, "repository"));
    expect(run.output).toContain("the playground has ended; nothing is left of it");
  });
});

interface Pod {
  metadata: { namespace: string };
  spec: { containers: { image: string }[] };
}
