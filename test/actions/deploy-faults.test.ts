import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { nextGeneration } from "../support/chaos.ts";
import { stateFaults } from "../support/chaos-rounds.ts";
import { type Deployment, newest, startDeployment } from "../support/deployment.ts";
import { type Fault, type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";

let deployment: Deployment;
let proxy: FaultProxy;
let generation = 100;

beforeAll(async () => {
  deployment = await startDeployment();
  proxy = await startFaultProxy(deployment.world.cluster);
  const first = await deployment.act("deploy-control-plane");
  expect(first.code, first.stdout).toBe(0);
});
afterEach(() => proxy.clear());
afterAll(async () => {
  await proxy?.stop();
  await deployment?.stop();
});

/** A run whose requests go through the proxy. */
const faulty = (inputs: Record<string, string> = {}) =>
  deployment.act("deploy-control-plane", inputs, { env: { KUBECONFIG: proxy.kubeconfig } });

interface Request {
  what: string;
  method: string;
  path: RegExp;
  /** Makes the request necessary. */
  before(): void;
  /** What the message has to name. */
  names: RegExp;
}

const upgrade = () => nextGeneration(deployment, ++generation);
const kubectl = (...args: string[]) => deployment.world.kubectl(...args);

const REQUESTS: readonly Request[] = [
  {
    what: "the lease is taken",
    method: "PUT",
    path: /\/leases\//,
    before: () => undefined,
    names: /lease/i,
  },
  {
    what: "the lease is made",
    method: "POST",
    path: /\/leases$/,
    before: () =>
      void kubectl("-n", "default", "delete", "lease", "clearml-actions-demo", "--ignore-not-found"),
    names: /lease/i,
  },
  {
    what: "a network policy is written",
    method: "PATCH",
    path: /\/networkpolicies\//,
    before: () =>
      void kubectl("-n", "clearml", "delete", "networkpolicy", "default-deny-ingress", "--ignore-not-found"),
    names: /networkpolicy clearml\/default-deny-ingress/i,
  },
  {
    what: "Helm records a revision",
    method: "POST",
    path: /\/namespaces\/clearml\/secrets$/,
    before: upgrade,
    names: /clearml\/clearml|sh\.helm\.release\.v1\.clearml/,
  },
  {
    what: "Helm writes an object",
    method: "PATCH",
    path: /\/namespaces\/clearml\/deployments\//,
    before: upgrade,
    names: /clearml-clearml-enterprise-apiserver/,
  },
];

const FORBIDDEN =
  'deployments.apps "clearml-clearml-enterprise-apiserver" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "clearml"';

const FAULTS: readonly { name: string; fault: Fault }[] = [
  {
    name: "403",
    fault: { status: 403, message: FORBIDDEN },
  },
  { name: "409", fault: { status: 409 } },
  { name: "422", fault: { status: 422, message: "spec.field: Invalid value" } },
  { name: "429", fault: { status: 429 } },
  { name: "500", fault: { status: 500, message: "etcdserver: request timed out" } },
  { name: "a lost connection", fault: "cut-before" },
];

describe.each(REQUESTS)("when $what", ({ method, path, before, names }) => {
  it.each(FAULTS)("and the answer is $name, the message says which object, and what to do", async (each) => {
    before();
    proxy.fault({ method, path, fault: each.fault });
    const run = await faulty({ "lock-timeout": "1s" });
    const refused = proxy.requests.filter((request) => request.method === method && path.test(request.path));
    expect(refused.length, run.stdout).toBeGreaterThan(0);
    expect([3, 75], run.stdout).toContain(run.code);
    const errors = run.stdout.split("\n").filter((line) => line.startsWith("::error"));
    expect(errors.join("\n")).toMatch(names);
    expect(errors.join("\n"), "a repair stands after the fact").toContain("%0A");
    expect(run.stdout).not.toMatch(/at .*\.js:\d+/);
    const pending = newest(deployment.releases()).filter(({ status }) => status.startsWith("pending"));
    expect(pending).toEqual([]);
  });
});

describe("after all that", () => {
  it("a run without faults brings everything to what it should be", async () => {
    nextGeneration(deployment, ++generation);
    const run = await deployment.act("deploy-control-plane");
    expect(run.code, run.stdout).toBe(0);
    expect(stateFaults(deployment, generation)).toEqual([]);
  });
});
