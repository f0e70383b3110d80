import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditedSince, writes } from "../support/audit.ts";
import { type Deployment, startDeployment } from "../support/deployment.ts";
import type { ActionRun } from "../support/run-action.ts";

interface PlanFile {
  tenant?: string;
  releases: { component: string; tenant?: string; action: string }[];
  manifests: { component: string; tenant?: string; objects: unknown[] }[];
  tenants: { name: string; steps: { action: string; what: string }[] }[];
}

let deployment: Deployment;
let api: Awaited<ReturnType<Deployment["world"]["api"]>>;

beforeAll(async () => {
  deployment = await startDeployment({ auditLog: true });
  const server = await deployment.act("deploy-control-plane");
  expect(server.code, server.stdout).toBe(0);
  api = await deployment.world.api();
});
afterAll(() => deployment?.stop());

const act = (tenant: string, inputs: Record<string, string> = {}): Promise<ActionRun> =>
  deployment.act("deploy-tenant", { tenant, "api-url": api.url, ...inputs });

/** Runs and gives what was written meanwhile, in the cluster and on the server. */
async function watched(run: () => Promise<ActionRun>) {
  const requests = auditedSince(deployment.world.cluster);
  const calls = api.calls.length;
  const done = await run();
  const mutations = api.calls
    .slice(calls)
    .map(({ endpoint }) => endpoint)
    .filter((endpoint) => /create|set_|update|revoke|delete|add_|remove_|edit/.test(endpoint));
  return { run: done, written: writes(requests()).map(({ verb, uri }) => `${verb} ${uri}`), mutations };
}

async function plan(tenant: string, inputs: Record<string, string> = {}) {
  const { run, written, mutations } = await watched(() => act(tenant, { mode: "plan", ...inputs }));
  expect(run.code, run.stdout).toBe(0);
  expect([...written, ...mutations]).toEqual([]);
  const path = run.outputs.plan ?? "";
  return { run, path, file: JSON.parse(readFileSync(path, "utf8")) as PlanFile };
}

const outcomes = (run: ActionRun) =>
  Object.fromEntries(
    (JSON.parse(run.outputs.tenants ?? "[]") as { tenant: string; outcome: string }[]).map((each) => [
      each.tenant,
      each.outcome,
    ]),
  );

describe("a plan of tenants that are not there yet", () => {
  it("foretells every step, release and policy of one, and writes nothing anywhere", async () => {
    const { run, file } = await plan("acme");
    expect(file.tenant).toBe("acme");
    expect(file.tenants[0]?.steps.map(({ action, what }) => `${action} ${what.split(" ")[0]}`)).toEqual([
      "create namespace",
      "create company",
      "create administrator",
      "create credentials",
      "create credentials",
      "set domains",
      "create queues",
    ]);
    expect(file.releases.map(({ component, action }) => [component, action])).toEqual([
      ["agent", "install"],
      ["app-gateway", "install"],
    ]);
    expect(file.manifests[0]?.objects.length).toBeGreaterThan(2);
    expect(run.outputs.changed).toBe("true");
    expect(run.summary).toContain("company");
    expect(run.summary).toContain("```mermaid");
  });

  it("is of several tenants when several are named", async () => {
    const { file } = await plan("acme\nglobex");
    expect(file.tenant).toBeUndefined();
    expect(file.tenants.map(({ name }) => name)).toEqual(["acme", "globex"]);
    expect(new Set(file.releases.map(({ tenant }) => tenant))).toEqual(new Set(["acme", "globex"]));
  });
});

describe("an approved plan", () => {
  it("of several tenants is what apply then does", async () => {
    const { path } = await plan("*");
    const applied = await act("*", { plan: path });
    expect(applied.code, applied.stdout).toBe(0);
    expect(outcomes(applied)).toEqual({ acme: "changed", globex: "changed" });
    expect(applied.outputs["company-id"]).toBe("");
  });

  it("is refused once a tenant's file has moved, and nothing is written", async () => {
    deployment.edit("tenants/acme/agent.yaml", "maxPods: 4", "maxPods: 5");
    const { path } = await plan("*");
    deployment.edit("tenants/acme/agent.yaml", "maxPods: 5", "maxPods: 6");
    const { run, mutations } = await watched(() => act("*", { plan: path }));
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/tenant acme.*values changed/);
    expect(mutations).toEqual([]);
    // Both were begun at once on a machine with room for it.
    expect(outcomes(run).acme).toBe("failed");
    expect(outcomes(run).globex).toMatch(/^(unchanged|not started)$/);
  });

  it("of one tenant is none of another", async () => {
    const { path } = await plan("acme");
    const run = await act("globex", { plan: path });
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/approved plan is for tenant `acme`, this run is for `globex`/);
  });
});

describe("tenants that are as they should be", () => {
  beforeAll(() => deployment.edit("tenants/acme/agent.yaml", /maxPods: [56]/, "maxPods: 4"));

  it("cost no write at all, not even of a lock", async () => {
    const { run, written, mutations } = await watched(() => act("*"));
    expect(run.code, run.stdout).toBe(0);
    expect([...written, ...mutations]).toEqual([]);
    expect(outcomes(run)).toEqual({ acme: "unchanged", globex: "unchanged" });
    expect(run.outputs.changed).toBe("false");
    expect(run.summary).toContain("2 unchanged");
  });
});

describe("several tenants, one of which fails", () => {
  beforeAll(() => {
    deployment.edit("tenants/acme.yaml", "[default, gpu]", "[default, gpu, cpu]");
    deployment.edit("tenants/globex.yaml", "[default]", "[default, cpu]");
  });

  it("are not begun once more have failed than may", async () => {
    // The company of the state is gone from the server under its name.
    const company = [...api.state.companies.values()].find(({ name }) => name === "Acme GmbH");
    if (company) company.name = "Acme AG";
    const stopped = await act("acme\nglobex");
    expect(stopped.code).toBe(2);
    expect(stopped.stdout).toMatch(/tenant acme: company .* is named "Acme AG"/);
    // Two at a time are looked at on a machine of two processors: which is begun first is certain, the rest is not.
    expect(outcomes(stopped).acme).toBe("failed");
    expect(stopped.summary).toMatch(/1 failed/);
    const through = await act("acme\nglobex", { "max-failures": "1" });
    expect(through.code).toBe(2);
    expect(outcomes(through).acme).toBe("failed");
    expect(outcomes(through).globex).toMatch(/^(changed|unchanged)$/);
    const queues = [...api.state.queues.values()].filter(({ name }) => name === "cpu");
    expect(queues).toHaveLength(1);
    if (company) company.name = "Acme GmbH";
  });

  it("are whole after the next run", async () => {
    const run = await act("*");
    expect(run.code, run.stdout).toBe(0);
    expect(outcomes(run)).toEqual({ acme: "changed", globex: "unchanged" });
  });
});

describe("wrong input", () => {
  it.each([
    [{ tenant: "acmee" }, /has no tenant `acmee`/],
    [{ tenant: "" }, /`tenant`/],
    [{ tenant: "acme", "rotate-credentials": "agents" }, /nobody called `agents` has credentials/],
    [{ tenant: "acme", components: "router" }, /`router` is not a component/],
    [{ tenant: "acme", "max-failures": "-1" }, /max-failures.*expected a whole number/],
    [{ tenant: "acme\nglobex", state: "absent" }, /removes one tenant at a time/],
  ])("%j is refused with the reason, and nothing is written", async ({ tenant, ...inputs }, message) => {
    const { run, written, mutations } = await watched(() =>
      act(tenant, inputs as unknown as Record<string, string>),
    );
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(message);
    expect([...written, ...mutations]).toEqual([]);
  });
});
