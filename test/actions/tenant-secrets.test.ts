import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActionRun } from "../support/run-action.ts";
import { type PlayedPods, playPods } from "../support/tenant-pods.ts";
import { liveKeys, tenantFaults } from "../support/tenant-state.ts";
import { type MadeTenant, startTenantWorld, type TenantWorld } from "../support/tenant-world.ts";

/** What each tenant's files name; the step has both, as it has in a repository with many tenants. */
const GIVEN = { RED_SECRET: "canary-red-7d1f0b5e", BLUE_SECRET: "canary-blue-c40a9e21" };
const SETTING = /(name: CLEARML_K8S_SUPPORT_SUSPENSION\n\s+value: ).*/;

let world: TenantWorld;
let red: MadeTenant;
let blue: MadeTenant;
let recorded: string;
let pods: PlayedPods[] = [];
/** Every run of this file, in order. */
const runs: ActionRun[] = [];
/** By tenant, everything that nobody but its own pods may see. */
const secrets = new Map<MadeTenant, Set<string>>();

beforeAll(async () => {
  world = await startTenantWorld();
  recorded = join(world.deployment.machine, "processes.jsonl");
  world.deployment.edit(
    "clearml.yaml",
    "secrets:\n",
    `secrets:\n${Object.keys(GIVEN)
      .map((name) => `  - ${name}\n`)
      .join("")}`,
  );
  red = newTenant("RED_SECRET");
  blue = newTenant("BLUE_SECRET");
});
afterAll(async () => {
  for (const each of pods) each.stop();
  await world?.stop();
});

/** A tenant whose agent is given a secret twice: in a Secret, and in the environment of its pods. */
function newTenant(name: keyof typeof GIVEN): MadeTenant {
  const agentValues = `\nclearml:\n  clearmlConfig: |\n    sdk { canary: "\${${name}}" }\n`;
  const tenant = world.newTenant({ agentValues });
  set(tenant, `\${${name}}`);
  secrets.set(tenant, new Set([GIVEN[name]]));
  return tenant;
}

function set({ name }: MadeTenant, value: string): void {
  world.deployment.edit(`tenants/${name}/agent.yaml`, SETTING, `$1"${value}"`);
}

async function deploy(tenants: readonly MadeTenant[], inputs: Record<string, string> = {}) {
  const env = {
    ...GIVEN,
    NODE_OPTIONS: `--import=${resolve(import.meta.dirname, "../support/recorder.mjs")}`,
    RECORD_PROCESSES: recorded,
  };
  const names = tenants.map(({ name }) => name).join("\n");
  const run = await world.deployment.act(
    "deploy-tenant",
    { tenant: names, "api-url": world.api.url, ...inputs },
    { env },
  );
  runs.push(run);
  for (const tenant of [red, blue]) {
    for (const { accessKey, secretKey } of liveKeys(world.api, tenant))
      secrets.get(tenant)?.add(accessKey).add(secretKey);
  }
  return run;
}

describe("two tenants with secrets of their own", () => {
  it("are planned and onboarded together", async () => {
    const plan = await deploy([red, blue], { mode: "plan" });
    expect(plan.code, plan.stdout).toBe(0);
    const run = await deploy([red, blue]);
    expect(run.code, run.stdout).toBe(0);
    for (const tenant of [red, blue]) expect(tenantFaults(world, tenant)).toEqual([]);
    pods = [playPods(world, red), playPods(world, blue)];
  });

  it("are changed, and get new keys", async () => {
    for (const [tenant, name] of [
      [red, "RED_SECRET"],
      [blue, "BLUE_SECRET"],
    ] as const)
      set(tenant, `changed-\${${name}}`);
    const plan = await deploy([blue], { mode: "plan", "rotate-credentials": "agent" });
    expect(plan.code, plan.stdout).toBe(0);
    const run = await deploy([red, blue], { "rotate-credentials": "agent\ngateway" });
    expect(run.code, run.stdout).toBe(0);
    expect(secrets.get(red)?.size).toBe(9);
  });

  it("fail with what the cluster says about a secret value", async () => {
    set(red, "1");
    world.deployment.edit(
      `tenants/${red.name}/agent.yaml`,
      "agentk8sglue:\n",
      'agentk8sglue:\n  labels: { canary: "${RED_SECRET} is no label" }\n',
    );
    const run = await deploy([red, blue], { "max-failures": "1" });
    expect(run.code, run.stdout).not.toBe(0);
    expect(run.stdout).toMatch(/::error.*\*\*\* is no label/);
  });
});

describe("the secrets of a tenant", () => {
  const forms = (tenant: MadeTenant) =>
    [...(secrets.get(tenant) ?? [])].flatMap((secret) => [
      secret,
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    ]);

  it.each([0, 1])("are in its own namespace alone (tenant %i)", (index) => {
    const tenant = [red, blue][index] as MadeTenant;
    const texts = clusterTexts();
    expect(texts.size).toBeGreaterThan(5);
    const seen = forms(tenant).flatMap((secret) =>
      [...texts].flatMap(([namespace, text]) => (text.includes(secret) ? [namespace] : [])),
    );
    expect(new Set(seen)).toEqual(new Set([tenant.name]));
  });

  it("are in no log, summary, output or state", () => {
    expect(runs).toHaveLength(5);
    for (const { stdout, stderr, summary, outputs, state, env } of runs) {
      const log = stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
      const written = JSON.stringify([log, stderr, summary, outputs, state, env]);
      for (const secret of [...forms(red), ...forms(blue)]) expect(written).not.toContain(secret);
    }
  });

  it("are in no argument of a process, and in no file of the runner", () => {
    const files = readdirSync(world.deployment.machine, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !/^(helm|kubectl|kubeconform)$/.test(entry.name),
    );
    expect(files.map(({ name }) => name)).toContain("processes.jsonl");
    expect(readFileSync(recorded, "utf8")).toContain('"upgrade"');
    for (const { parentPath, name } of files) {
      const content = readFileSync(join(parentPath, name), "utf8");
      for (const secret of [...forms(red), ...forms(blue)]) expect(content, name).not.toContain(secret);
    }
  });
});

interface Listed {
  kind: string;
  type?: string;
  metadata: { namespace?: string };
  data?: Record<string, string>;
}

/** Everything in the cluster as text, by namespace; secrets and Helm's records as they are and decoded. */
function clusterTexts(): Map<string, string> {
  const { kubectl, tools, cluster } = world.deployment.world;
  const kinds = kubectl("api-resources", "--verbs=list", "-o", "name").trim().split("\n").join();
  const everything = ["--kubeconfig", cluster.kubeconfig, "get", kinds, "-A", "-o", "json"];
  const json = execFileSync(tools.kubectl, everything, { stdio: "pipe", maxBuffer: 2 ** 28 }).toString();
  const { items } = JSON.parse(json) as { items: Listed[] };
  const texts = new Map<string, string>();
  for (const item of items) {
    const namespace = item.metadata.namespace ?? "(cluster)";
    const decoded = item.kind === "Secret" ? Object.values(item.data ?? {}).map(base64) : [];
    const release = item.type?.startsWith("helm.sh/") ? [released(decoded[0] ?? "")] : [];
    const text = [JSON.stringify(item), ...decoded, ...release].join("\n");
    texts.set(namespace, `${texts.get(namespace) ?? ""}\n${text}`);
  }
  return texts;
}

function base64(text: string): string {
  return Buffer.from(text, "base64").toString();
}

function released(text: string): string {
  return gunzipSync(Buffer.from(text, "base64")).toString();
}
