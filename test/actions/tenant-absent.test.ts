import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlanFile } from "../../src/plan/file.ts";
import { auditedSince, writes } from "../support/audit.ts";
import { goneWithin, killAll, tail } from "../support/chaos-rounds.ts";
import { randomFrom } from "../support/random.ts";
import type { ActionRun } from "../support/run-action.ts";
import { PLAIN, writeChart } from "../support/small-charts.ts";
import { liveKeys, tenantFaults } from "../support/tenant-state.ts";
import { tracesOf } from "../support/tenant-traces.ts";
import {
  type MadeTenant,
  type NewTenantOptions,
  startTenantWorld,
  type TenantWorld,
} from "../support/tenant-world.ts";

const KILLS = Number(process.env.KILLS ?? 6);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
/** One with an agent alone has everything that is looked at here, in less time. */
const SMALL: NewTenantOptions = { consumers: ["agent"] };

let world: TenantWorld;
/** Is there all the time, and must not notice. */
let neighbour: MadeTenant;

beforeAll(async () => {
  console.log(`CHAOS_SEED=${SEED}`);
  world = await startTenantWorld({ auditLog: true });
  neighbour = await onboarded(SMALL);
});
afterAll(() => world?.stop());

async function onboarded(options?: NewTenantOptions): Promise<MadeTenant> {
  const tenant = world.newTenant(options);
  const run = await world.deploy(tenant);
  expect(run.code, tail(run)).toBe(0);
  return tenant;
}

const remove = (
  tenant: MadeTenant,
  inputs: Record<string, string> = {},
  options: Parameters<TenantWorld["deploy"]>[2] = {},
): Promise<ActionRun> =>
  world.deploy(tenant, { state: "absent", "confirm-delete": tenant.name, timeout: "1m", ...inputs }, options);

const kubectl = (...args: string[]) => world.deployment.world.kubectl(...args);
const MUTATING = /\.(create|add|set|update|edit|revoke|delete|remove)/;

/** Applies manifests, as somebody with kubectl does. */
function apply(...objects: object[]): void {
  const file = join(world.deployment.machine, "by-hand.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  kubectl("apply", "--server-side", "--field-manager=somebody", "-f", file);
}

/** Installs a release of a chart nobody here knows, as somebody with Helm does. */
function installByHand(release: string, namespace: string): void {
  const { env, machine } = world.deployment;
  const chart = writeChart(machine, release, PLAIN);
  // Without a home Helm keeps its cache in the working folder.
  const options = { env: { ...env, HOME: join(machine, "home") }, stdio: "pipe" as const };
  execFileSync("helm", ["-n", namespace, "install", release, chart], options);
}

/** Does something, and gives what was written meanwhile: to the cluster, and by which calls to the server. */
async function written(work: () => Promise<ActionRun>): Promise<{ run: ActionRun; writes: string[] }> {
  const since = auditedSince(world.deployment.world.cluster);
  const before = world.api.calls.length;
  const run = await work();
  const calls = world.api.calls.slice(before).map(({ endpoint }) => endpoint);
  return {
    run,
    writes: [
      ...writes(since())
        .filter(({ resource }) => !resource.startsWith("selfsubject"))
        .map(({ verb, uri }) => `${verb} ${uri}`),
      ...calls.filter((endpoint) => MUTATING.test(endpoint)),
    ],
  };
}

const claim = (namespace: string, name: string, more: object = {}) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...more },
});

/** A volume whose data somebody wants to keep, bound to a claim. */
function keptVolume(namespace: string): object[] {
  const name = `${namespace}-kept`;
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "",
      csi: { driver: "disks.example.com", volumeHandle: "disk-4711" },
      claimRef: { namespace, name: "kept" },
    },
  };
  return [volume, claim(namespace, "kept", { storageClassName: "", volumeName: name })];
}

describe("a tenant with everything", () => {
  let tenant: MadeTenant;
  let keys: string[];
  let plan: PlanFile;

  beforeAll(async () => {
    tenant = await onboarded();
    keys = liveKeys(world.api, tenant).flatMap(({ accessKey, secretKey }) => [accessKey, secretKey]);
    expect(keys).toHaveLength(4);
    apply(claim(tenant.name, "data"), ...keptVolume(tenant.name), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "by-hand", namespace: tenant.name },
    });
    await expect
      .poll(() => kubectl("get", "pvc", "-n", tenant.name, "-o", "jsonpath={.items[*].status.phase}"), {
        timeout: 30_000,
      })
      .toBe("Bound Bound");
  });

  it.each([
    ["", "is empty"],
    ["made", "is `made`"],
    [" ", "is empty"],
  ])("is not touched with %j as confirmation", async (confirmation, words) => {
    const { run, writes: all } = await written(() => remove(tenant, { "confirm-delete": confirmation }));
    expect(run.code).toBe(2);
    expect(run.stdout).toContain(`input \`confirm-delete\` ${words}`);
    expect(run.stdout).toContain(`write \`confirm-delete: ${tenant.name}\``);
    expect(all).toEqual([]);
  });

  it("is shown in a plan that says everything that would go, and writes nothing", async () => {
    const { run, writes: all } = await written(() => remove(tenant, { mode: "plan", "confirm-delete": "" }));
    expect(run.code, tail(run)).toBe(0);
    expect(all).toEqual([]);
    expect(run.outputs.changed).toBe("true");
    plan = JSON.parse(readFileSync(run.outputs.plan ?? "", "utf8")) as PlanFile;
    expect(plan.releases.map(({ release, action }) => `${action} ${release}`)).toEqual([
      "uninstall clearml-app-gateway",
      "uninstall clearml-agent",
    ]);
    expect(plan.releases.flatMap(({ objects }) => objects.map(({ action }) => action))).not.toContain(
      "create",
    );
    const objects = plan.manifests.flatMap((each) => each.objects.map(({ kind, name }) => `${kind} ${name}`));
    expect(objects).toEqual(
      expect.arrayContaining([
        "NetworkPolicy default-deny-ingress",
        "Secret clearml-agent-credentials",
        "Secret clearml-gateway-credentials",
        "Secret clearml-tenant",
        "ConfigMap by-hand",
        "PersistentVolumeClaim data",
        `Namespace ${tenant.name}`,
        `PersistentVolume ${tenant.name}-kept`,
      ]),
    );
    expect(plan.tenants[0]?.steps.map(({ action, what }) => `${action} ${what}`)).toEqual([
      `revoke 2 keys of user Admin of ${tenant.name} of company "${tenant.company}"`,
      `delete queue default of company "${tenant.company}"`,
      `delete queue gpu of company "${tenant.company}"`,
      `clear domains ${tenant.domains[0]} of company "${tenant.company}"`,
    ]);
    expect(run.summary).toContain("disk-4711");
  });

  it("is not removed by a plan that no longer fits", async () => {
    const path = join(world.deployment.machine, "plan.json");
    writeFileSync(path, JSON.stringify(plan));
    apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "later", namespace: tenant.name } });
    const run = await remove(tenant, { plan: path });
    expect(run.code).toBe(2);
    expect(run.stdout).toContain("the approved plan no longer fits");
    expect(tenantFaults(world, tenant)).toEqual([]);
  });

  it("goes, and nothing of it is left", async () => {
    const run = await remove(tenant);
    expect(run.code, tail(run)).toBe(0);
    expect(tracesOf(world, tenant)).toEqual([]);
    expect(run.outputs).toMatchObject({ changed: "true", namespace: tenant.name });
    expect(run.summary).toContain(`Removed: tenant \`${tenant.name}\``);
    // What is left to people: data that a policy keeps, and the company.
    expect(run.stdout).toContain("driver disks.example.com, volume disk-4711");
    expect(run.stdout).toContain(`--id ${run.outputs["company-id"]}`);
    expect(run.summary).toContain(`--id ${run.outputs["company-id"]}`);
    const said = run.stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
    for (const key of keys) expect([...said, run.summary].join("\n")).not.toContain(key);
    expect(tenantFaults(world, neighbour)).toEqual([]);
  });

  it("is already gone the next time, and nothing is written", async () => {
    const { run, writes: all } = await written(() => remove(tenant));
    expect(run.code, tail(run)).toBe(0);
    expect(run.stdout).toContain("already gone");
    expect(run.outputs.changed).toBe("false");
    expect(all).toEqual([]);
  });
});

describe("a tenant that is in no file any more", () => {
  it("is found by the labels of its namespace", async () => {
    const tenant = await onboarded();
    world.forget(tenant);
    const run = await remove(tenant);
    expect(run.code, tail(run)).toBe(0);
    expect(tracesOf(world, tenant)).toEqual([]);
  });

  it("and was never there is gone already, with a question when another name is close", async () => {
    const typo = { ...neighbour, name: `${neighbour.name}x` };
    const { run, writes: all } = await written(() => remove(typo));
    expect(run.code, tail(run)).toBe(0);
    expect(run.stdout).toContain(`if \`${neighbour.name}\` was meant`);
    expect(all).toEqual([]);
    expect(tenantFaults(world, neighbour)).toEqual([]);
  });
});

describe("what is not the tenant's", () => {
  it("stops everything when it is a release in the tenant's namespace", async () => {
    const tenant = await onboarded(SMALL);
    installByHand("guest", tenant.name);
    const { run, writes: all } = await written(() => remove(tenant));
    expect(run.code).toBe(2);
    expect(run.stdout).toContain(`release ${tenant.name}/guest (guest 1.0.0)`);
    expect(all.filter((each) => !each.includes("/leases"))).toEqual([]);
    expect(tenantFaults(world, tenant)).toEqual([]);
  });

  it("stays when it is a namespace that was there before, with what others have in it", async () => {
    const tenant = world.newTenant(SMALL);
    apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: tenant.name, labels: { team: "ml" } } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "precious", namespace: tenant.name } },
      claim(tenant.name, "precious"),
    );
    const first = await world.deploy(tenant);
    expect(first.code, tail(first)).toBe(0);
    const run = await remove(tenant);
    expect(run.code, tail(run)).toBe(0);
    expect(run.stdout).toContain(`namespace ${tenant.name} stays: it was there before the tenant`);
    expect(tracesOf(world, tenant).sort()).toEqual([
      `ConfigMap ${tenant.name}/kube-root-ca.crt`,
      `ConfigMap ${tenant.name}/precious`,
      `Namespace /${tenant.name}`,
      `PersistentVolume /${kubectl("-n", tenant.name, "get", "pvc", "precious", "-o", "jsonpath={.spec.volumeName}")}`,
      `PersistentVolumeClaim ${tenant.name}/precious`,
    ]);
    const labels = JSON.parse(
      kubectl("get", "ns", tenant.name, "-o", "jsonpath={.metadata.labels}"),
    ) as object;
    expect(labels).toEqual({ team: "ml", "kubernetes.io/metadata.name": tenant.name });
  });

  it("stops everything when it is another tenant's namespace", async () => {
    const tenant = world.newTenant(SMALL);
    const file = join(world.deployment.world.folder, "tenants", `${tenant.name}.yaml`);
    writeFileSync(file, `${readFileSync(file, "utf8")}namespace: ${neighbour.name}\n`);
    const { run, writes: all } = await written(() => remove(tenant));
    expect(run.code).toBe(2);
    expect(run.stdout).toContain(`namespace ${neighbour.name} belongs to tenant \`${neighbour.name}\``);
    expect(all).toEqual([]);
    world.forget(tenant);
  });
});

describe("a namespace that does not go", () => {
  it("is told with its finalizer, who has set it and what remains; the next run goes on", async () => {
    const tenant = await onboarded(SMALL);
    apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "held", namespace: tenant.name, finalizers: ["example.com/hold"] },
    });
    const lines: { at: number; line: string }[] = [];
    const run = await remove(
      tenant,
      { timeout: "8s" },
      { onLine: (line) => lines.push({ at: Date.now(), line }) },
    );
    expect(run.code).toBe(3);
    expect(run.stdout).toContain(
      `ConfigMap ${tenant.name}/held with finalizer example.com/hold (set by somebody)`,
    );
    expect(run.stdout).toContain("1 configmaps");
    expect(run.summary).toContain("Not removed completely");
    // Somebody watches: no wait longer than a few seconds without a word.
    expect(run.stdout).toMatch(new RegExp(`namespace ${tenant.name}: \\d+ s, waiting for`));
    kubectl(
      "-n",
      tenant.name,
      "patch",
      "configmap",
      "held",
      "--type=merge",
      "-p",
      '{"metadata":{"finalizers":null}}',
    );
    const rerun = await remove(tenant);
    expect(rerun.code, tail(rerun)).toBe(0);
    expect(tracesOf(world, tenant)).toEqual([]);
  });
});

describe("a removal that is killed", () => {
  it(`is finished by the next run, ${KILLS} times at random moments`, { timeout: 600_000 }, async () => {
    const random = randomFrom(SEED);
    let usualMs = 6_000;
    let hits = 0;
    const faults: string[] = [];
    for (let round = 0; round < KILLS; round++) {
      const tenant = await onboarded(SMALL);
      const everything = random.chance(0.5);
      const at = 500 + random.integer(usualMs);
      const started = Date.now();
      let running = true;
      const killed = await remove(
        tenant,
        {},
        {
          onStart(child) {
            void pause(at).then(() => {
              if (!running) return;
              if (everything) killAll(world.deployment);
              child.kill("SIGKILL");
            });
          },
        },
      );
      running = false;
      if (killed.code === -1) hits++;
      else usualMs = Date.now() - started;
      const orphans = await goneWithin(world.deployment, 3_000);
      const inFiles = random.chance(0.5);
      if (!inFiles) world.forget(tenant);
      const rerun = await remove(tenant);
      const what = `round ${round}, SIGKILL${everything ? " of everything" : ""} after ${at} ms, ${inFiles ? "in" : "not in"} the files`;
      faults.push(
        ...orphans.map((each) => `${what}: left running: ${each}`),
        ...(rerun.code === 0 ? [] : [`${what}: the rerun ended with ${rerun.code}:\n${tail(rerun)}`]),
        ...tracesOf(world, tenant).map((each) => `${what}: ${each}`),
      );
      world.forget(tenant);
    }
    console.log(`${KILLS} rounds, ${hits} hit the run at work`);
    expect(faults).toEqual([]);
    expect(hits).toBeGreaterThan(0);
  });
});
