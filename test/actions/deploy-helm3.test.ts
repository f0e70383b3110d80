import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PINS } from "../cluster/pins.ts";
import { setUp } from "../support/deployment.ts";
import { runAction } from "../support/run-action.ts";
import { startWorld, stepEnvironment, type World } from "../support/world.ts";

let world: World;
let machine: string;
let env: Record<string, string>;

beforeAll(async () => {
  machine = mkdtempSync(join(tmpdir(), "helm3-test-"));
  world = await startWorld();
  const setup = await setUp(world, machine, PINS.helm3);
  expect(setup.outputs["helm-version"], setup.stdout).toBe(PINS.helm3);
  env = { ...world.env, ...stepEnvironment(setup) };
});
afterAll(async () => {
  await world?.stop();
  rmSync(machine, { recursive: true, force: true });
});

it("deploys control plane and tenant with Helm 3, and changes nothing the second time", async () => {
  for (const changed of ["true", "false"]) {
    const options = { cwd: world.folder, env };
    const controlPlane = await runAction("deploy-control-plane", {}, options);
    expect(controlPlane.code, controlPlane.stdout).toBe(0);
    expect(controlPlane.outputs.changed).toBe(changed);
    const { url } = await world.api();
    const tenant = await runAction("deploy-tenant", { tenant: "acme", "api-url": url }, options);
    expect(tenant.code, tenant.stdout).toBe(0);
    expect(tenant.outputs.changed).toBe(changed);
  }
});
