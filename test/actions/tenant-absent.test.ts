import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { PlanFile } from "../../src/plan/file.ts";
import { goneWithin, tail } from "../support/chaos-rounds.ts";
import { randomFrom } from "../support/random.ts";
import {
  applyByHand,
  claim,
  configMap,
  endedRemoval,
  installByHand,
  keptVolume,
  randomEnd,
  remove,
  withStore,
  written,
} from "../support/tenant-removal.ts";
import { liveKeys, tenantFaults } from "../support/tenant-state.ts";
import { tracesOf } from "../support/tenant-traces.ts";
import {
  type MadeTenant,
  type NewTenantOptions,
  startTenantWorld,
  type TenantWorld,
} from "../support/tenant-world.ts";

const ENDS = Number(process.env.CHAOS_ROUNDS ?? 4);
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

const kubectl = (...args: string[]) => world.deployment.world.kubectl(...args);

describe("a tenant with everything", () => {
  let tenant: MadeTenant;
  let keys: string[];
  let plan: PlanFile;

  beforeAll(async () => {
    tenant = await onboarded();
    keys = liveKeys(world.api, tenant).flatMap(({ accessKey, secretKey }) => [accessKey, secretKey]);
    expect(keys).toHaveLength(4);
    applyByHand(
      world,
      claim(tenant.name, "data"),
      ...keptVolume(tenant.name),
      configMap(tenant.name, "by-hand"),
    );
    await vi.waitFor(
      () =>
        expect(kubectl("get", "pvc", "-n", tenant.name, "-o", "jsonpath={.items[*].status.phase}")).toBe(
          "Bound Bound",
        ),
      { timeout: 30_000, interval: 200 },
    );
  });

  it.each<[Record<string, string>, string]>([
    [{ "confirm-delete": "" }, "input `confirm-delete` is empty"],
    [{ "confirm-delete": "made" }, "write `confirm-delete: made-"],
    [{ components: "agent" }, "removes the whole tenant, not a part of it"],
  ])("is not touched with the inputs %j", async (inputs, words) => {
    const { run, writes } = await written(world, () => remove(world, tenant, inputs));
    expect(run.code).toBe(2);
    expect(run.stdout).toContain(words);
    expect(writes).toEqual([]);
  });

  it("is shown in a plan that says everything that would go, and writes nothing", async () => {
    const { run, writes } = await written(world, () =>
      remove(world, tenant, { mode: "plan", "confirm-delete": "" }),
    );
    expect(run.code, tail(run)).toBe(0);
    expect(writes).toEqual([]);
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
    applyByHand(world, configMap(tenant.name, "later"));
    const run = await remove(world, tenant, { plan: path });
    expect(run.code).toBe(2);
    expect(run.stdout).toContain("the approved plan no longer fits");
    expect(tenantFaults(world, tenant)).toEqual([]);
  });

  it("goes, and nothing of it is left", async () => {
    const run = await remove(world, tenant);
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
    const { run, writes } = await written(world, () => remove(world, tenant));
    expect(run.code, tail(run)).toBe(0);
    expect(run.stdout).toContain("already gone");
    expect(run.outputs.changed).toBe("false");
    expect(writes).toEqual([]);
  });
});

describe("a tenant that is in no file any more", () => {
  it("is found by the labels of its namespace", async () => {
    const tenant = await onboarded();
    world.forget(tenant);
    const run = await remove(world, tenant);
    expect(run.code, tail(run)).toBe(0);
    expect(tracesOf(world, tenant)).toEqual([]);
  });

  it("and was never there is gone already, with a question when another name is close", async () => {
    const typo = { ...neighbour, name: `${neighbour.name}x` };
    const { run, writes } = await written(world, () => remove(world, typo));
    expect(run.code, tail(run)).toBe(0);
    expect(run.stdout).toContain(`if \`${neighbour.name}\` was meant`);
    expect(writes).toEqual([]);
    expect(tenantFaults(world, neighbour)).toEqual([]);
  });
});

describe("what is not the tenant's", () => {
  it("stops everything when it is a release in the tenant's namespace", async () => {
    const tenant = await onboarded(SMALL);
    installByHand(world, "guest", tenant.name);
    const { run, writes } = await written(world, () => remove(world, tenant));
    expect(run.code).toBe(2);
    expect(run.stdout).toContain(`release ${tenant.name}/guest (guest 1.0.0)`);
    expect(writes.filter((each) => !each.includes("/leases"))).toEqual([]);
    expect(tenantFaults(world, tenant)).toEqual([]);
  });

  it("stays when it is a namespace that was there before, with what others have in it", async () => {
    const tenant = world.newTenant(SMALL);
    applyByHand(
      world,
      { apiVersion: "v1", kind: "Namespace", metadata: { name: tenant.name, labels: { team: "ml" } } },
      configMap(tenant.name, "precious"),
      claim(tenant.name, "precious"),
    );
    withStore(world, tenant);
    const first = await world.deploy(tenant);
    expect(first.code, tail(first)).toBe(0);
    expect(kubectl("-n", tenant.name, "get", "pvc", "-o", "name")).toContain("data-clearml-agent-0");
    const run = await remove(world, tenant);
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

  it("stops everything when the namespace is another tenant's by its label", async () => {
    const tenant = world.newTenant(SMALL);
    const labels = { "clearml-actions/tenant": "stranger" };
    applyByHand(world, { apiVersion: "v1", kind: "Namespace", metadata: { name: tenant.name, labels } });
    const { run, writes } = await written(world, () => remove(world, tenant));
    expect(run.code).toBe(2);
    expect(run.stdout).toContain(`namespace ${tenant.name} belongs to tenant \`stranger\``);
    expect(writes).toEqual([]);
  });
});

describe("a namespace that does not go", () => {
  it("is told with its finalizer, who has set it and what remains; the next run goes on", async () => {
    const tenant = await onboarded(SMALL);
    applyByHand(world, configMap(tenant.name, "held", { finalizers: ["example.com/hold"] }));
    const lines: { at: number; line: string }[] = [];
    const run = await remove(
      world,
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
    const rerun = await remove(world, tenant);
    expect(rerun.code, tail(rerun)).toBe(0);
    expect(tracesOf(world, tenant)).toEqual([]);
  });
});

describe("a removal that is cut off", () => {
  it(`is finished by the next run, ${ENDS} times at random moments`, { timeout: 600_000 }, async () => {
    const random = randomFrom(SEED);
    const told: string[] = [];
    const faults: string[] = [];
    let usualMs = 6_000;
    for (let round = 0; round < ENDS; round++) {
      const tenant = await onboarded(SMALL);
      const end = randomEnd(random, usualMs);
      const first = await endedRemoval(world, tenant, end);
      if (!first.hit) usualMs = first.run.milliseconds;
      const inFiles = random.chance(0.5);
      const what = `round ${round}, ${end.how} ${end.after} ms after ${end.line ?? "the start"}, ${inFiles ? "in" : "not in"} the files`;
      if (first.hit) told.push(what);
      const orphans = await goneWithin(world.deployment, 3_000);
      if (!inFiles) world.forget(tenant);
      const rerun = await remove(world, tenant);
      faults.push(
        ...orphans.map((each) => `${what}: left running: ${each}`),
        ...(rerun.code === 0 ? [] : [`${what}: the rerun ended with ${rerun.code}:\n${tail(rerun)}`]),
        ...tracesOf(world, tenant).map((each) => `${what}: ${each}`),
      );
      world.forget(tenant);
    }
    console.log([`${told.length} of ${ENDS} hit the run at work`, ...told].join("\n  "));
    expect(faults).toEqual([]);
    expect(told.length).toBeGreaterThan(ENDS / 3);
  });
});
