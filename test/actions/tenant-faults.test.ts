import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "../support/clearml-api/failures.ts";
import type { ActionRun } from "../support/run-action.ts";
import { tenantFaults } from "../support/tenant-state.ts";
import { startTenantWorld, type TenantWorld } from "../support/tenant-world.ts";

let world: TenantWorld;

beforeAll(async () => {
  world = await startTenantWorld();
});
afterAll(() => world?.stop());

/** What happens to a call, and how the run ends: well, or with a message that matches. */
type Case = [endpoint: string, what: string, failure: Omit<Failure, "endpoint">, ends: "well" | RegExp];

const PROXY = { status: 502, html: true };
const LOST = { reset: "before-answer", carriedOut: true } as const;
const CASES: readonly Case[] = [
  ["auth.login", "comes from a proxy (502)", PROXY, "well"],
  ["auth.login", "is 401/22", { status: 401, subcode: 22 }, /key/],
  ["system.get_companies", "is 403/20", { status: 403, subcode: 20 }, /role|key/],
  ["system.create_company", "is lost after the company was made", LOST, "well"],
  [
    "system.create_company",
    "is 504 after the company was made",
    { ...PROXY, status: 504, carriedOut: true },
    "well",
  ],
  ["system.create_company", "arrives piece by piece", { slowBodyMs: 100 }, "well"],
  ["system.create_company", "is 500", { status: 500 }, /system\.create_company/],
  ["auth.create_user", "is lost after the user was made", LOST, "well"],
  ["auth.create_user", "is 502 after the user was made", { ...PROXY, carriedOut: true }, "well"],
  ["auth.create_user", "is a lost connection", { reset: "before-answer" }, "well"],
  ["auth.create_user", "is 400/801 out of nowhere", { status: 400, subcode: 801 }, /admin@/],
  ["auth.create_credentials", "is lost after the key was made", LOST, "well"],
  ["auth.create_credentials", "breaks off half-way", { reset: "in-body" }, "well"],
  ["auth.create_credentials", "is 429 with Retry-After", { status: 429, html: true, retryAfter: 1 }, "well"],
  ["auth.create_credentials", "is 401/30", { status: 401, subcode: 30 }, "well"],
  ["auth.create_credentials", "is 400/6", { status: 400, subcode: 6 }, /auth\.create_credentials/],
  ["auth.create_credentials", "is 400/301", { status: 400, subcode: 301 }, /auth\.create_credentials/],
  ["login.set_domains", "is 500", { status: 500 }, /login\.set_domains/],
  ["queues.create", "is lost after the queue was made", LOST, "well"],
];

describe("a tenant is onboarded, if need be by the next run,", () => {
  it.each(CASES)("although the answer to %s %s", async (endpoint, _, failure, ends) => {
    const tenant = world.newTenant({ consumers: ["agent"] });
    const before = world.api.calls.length;
    world.api.fail({ endpoint, ...failure });
    const run = await world.deploy(tenant);
    const met = world.api.calls
      .slice(before)
      .filter((call) => call.endpoint === endpoint && call.status === told(failure));
    expect(met.length, "the failure was met").toBe(1);
    if (ends === "well") expect(run.code, run.stdout).toBe(0);
    else expectOneMessage(run, ends);
    const rerun = await world.deploy(tenant);
    expect(rerun.code, rerun.stdout).toBe(0);
    expect(rerun.outputs.changed, rerun.stdout).toBe(String(ends !== "well"));
    expect(tenantFaults(world, tenant)).toEqual([]);
    world.forget(tenant);
  });
});

/** Status of the answer to a call that fails so; 0 when it does not arrive. */
function told({ status, reset }: Omit<Failure, "endpoint">): number {
  return reset ? 0 : (status ?? 200);
}

/** A run that failed says once what is wrong, and what to do about it. */
function expectOneMessage(run: ActionRun, message: RegExp): void {
  expect([2, 3], run.stdout).toContain(run.code);
  const errors = run.stdout.split("\n").filter((line) => line.startsWith("::error"));
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(message);
  expect(errors[0], "a repair stands after the fact").toContain("%0A");
  expect(`${run.stdout}${run.stderr}`).not.toMatch(/at .*\.[jt]s:\d+/);
}
