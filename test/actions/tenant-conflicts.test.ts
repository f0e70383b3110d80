import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { tenantState } from "../../src/deploy/tenant/memory/state.ts";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import type { TenantRecord } from "../../src/tenant/model.ts";
import { auditedSince, writes } from "../support/audit.ts";
import type { ClearmlApi } from "../support/clearml-api/server.ts";
import { type Deployment, startDeployment } from "../support/deployment.ts";
import type { ActionRun } from "../support/run-action.ts";

let deployment: Deployment;
let api: ClearmlApi;
let folder: string;
let kept: string;

beforeAll(async () => {
  deployment = await startDeployment({ auditLog: true });
  folder = join(deployment.world.folder, "tenants");
  kept = join(deployment.machine, "tenants");
  const server = await deployment.act("deploy-control-plane");
  expect(server.code, server.stdout).toBe(0);
  api = await deployment.world.api();
  cpSync(folder, kept, { recursive: true });
});
afterAll(() => deployment?.stop());
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(kept, folder, { recursive: true });
});

const kubectl = (...args: string[]) => deployment.world.kubectl(...args);

function edit(file: string, change: (text: string) => string): void {
  const path = join(folder, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

const append = (file: string, text: string) => edit(file, (before) => `${before}\n${text}\n`);
const replace = (file: string, from: string, to: string) => edit(file, (text) => text.replace(from, to));

function apply(object: object): void {
  const file = join(deployment.machine, "object.json");
  writeFileSync(file, JSON.stringify(object));
  kubectl("apply", "-f", file);
}

/** Runs a tenant; what was written meanwhile, in the cluster and on the server, comes with it. */
async function watched(tenant: string) {
  const requests = auditedSince(deployment.world.cluster);
  const calls = api.calls.length;
  const run = await deployment.act("deploy-tenant", { tenant, "api-url": api.url });
  const mutations = api.calls
    .slice(calls)
    .map(({ endpoint }) => endpoint)
    .filter((endpoint) => /create|set_|update|revoke|delete|add_|remove_|edit/.test(endpoint));
  const written = writes(requests()).map(({ verb, uri }) => `${verb} ${uri}`);
  return { run, changes: [...written, ...mutations] };
}

async function refused(tenant = "globex"): Promise<string> {
  const { run, changes } = await watched(tenant);
  expect(changes).toEqual([]);
  expect(run.code, run.stdout).toBe(2);
  return run.stdout;
}

async function deployed(tenant = "globex"): Promise<ActionRun> {
  const { run } = await watched(tenant);
  expect(run.code, run.stdout).toBe(0);
  return run;
}

const QUOTA = "quota: { requests.nvidia.com/gpu: 8, requests.storage: 2048Gi, pods: 100 }";
const SESSIONS = "sessions: { portModeEnabled: true, startingPort: 31000, maxServices: 5 }";
const KEYS = "clearml: { agentk8sglueKey: CANARYSHAREDKEY0001, agentk8sglueSecret: '${SUPERVISOR_SECRET}' }";

describe("two tenants of the files", () => {
  it("are refused, each conflict with both its places, when they share who they are", async () => {
    replace("acme.yaml", "name: acme", "name: globex\nnamespace: acme");
    replace("globex.yaml", "Globex Corporation", "Acme GmbH");
    replace("globex.yaml", "admin@globex.example", "Admin@Acme.example");
    append("globex.yaml", "namespace: acme");
    const stdout = await refused();
    for (const words of [
      /file=tenants\/globex\.yaml,line=1.*two tenants have the name `globex`: here and at tenants\/acme\.yaml:1:7/,
      /file=tenants\/globex\.yaml,line=2.*two tenants have the company `Acme GmbH`: here and at tenants\/acme\.yaml:3:10/,
      /two tenants have the e-mail address `admin@acme\.example`: here and at tenants\/acme\.yaml:6:10/,
      /two tenants have the namespace `acme`: here and at tenants\/acme\.yaml:2:12/,
    ])
      expect(stdout).toMatch(words);
  });

  it("are refused when they share what must lead to one of them", async () => {
    replace("globex.yaml", "domains: [globex.example]", "domains: [acme.example]");
    replace("globex.yaml", "admin@globex.example", "ops@ml.example.com");
    replace("globex.yaml", "  agent:\n", "  agent:\n    namespace: acme\n    release: second\n");
    replace("globex/router.yaml", "${TENANT}.${BASE_DOMAIN}", "acme.${BASE_DOMAIN}");
    replace(
      "acme/gateway.yaml",
      "type: LoadBalancer\n  portRange:\n    start: 30100",
      "type: NodePort\n  portRange:\n    start: 30050",
    );
    for (const name of ["acme", "globex"]) {
      append(`${name}/agent.yaml`, SESSIONS);
      append(`${name}/agent.yaml`, KEYS);
    }
    const stdout = await refused();
    for (const words of [
      /file=tenants\/globex\.yaml.*`acme\.example` belongs to tenant `acme` as well.*here and at tenants\/acme\.yaml:6:11/,
      /`ops@ml\.example\.com` is the address of an identity in the server's configuration: here and at overrides\/control-plane\.yaml:\d+:\d+/,
      /`agent` of tenant `globex` is put into namespace `acme` of tenant `acme`: here and at tenants\/acme\.yaml:1:7/,
      /file=tenants\/globex\/router\.yaml.*tenant `globex` has the host `acme\.ml\.example\.com` of tenant `acme`: here and at tenants\/acme\/gateway\.yaml:\d+:\d+/,
      /streams of tenant `globex` \(30040 to 30060\) overlap with streams of tenant `acme` \(30050 to 30120\).*here and at tenants\/acme\/gateway\.yaml:\d+:\d+/,
      /sessions of tenant `globex` \(31000 to 31005\) overlap with sessions of tenant `acme` \(31000 to 31005\).*here and at tenants\/acme\/agent\.yaml:\d+:\d+/,
      /file=tenants\/globex\/agent\.yaml.*tenants `globex` and `acme` are given the same credentials: here and at tenants\/acme\/agent\.yaml:\d+:\d+/,
      /file=tenants\/globex\/agent\.yaml.*tenant `globex` is given credentials of the server itself: here and at overrides\/control-plane\.yaml:\d+:\d+/,
    ])
      expect(stdout).toMatch(words);
    expect(stdout).not.toContain("CANARYSHAREDKEY");
  });

  it("do not stop a third one", async () => {
    replace("globex.yaml", "domains: [globex.example]", "domains: [acme.example]");
    writeFileSync(
      join(folder, "initech.yaml"),
      "name: initech\nadmin: { name: I, email: i@initech.example }\n",
    );
    await deployed("initech");
  });
});

describe("what others have in the cluster is refused before anything is written", () => {
  const namespace = (name: string, labels: Record<string, string> = {}) =>
    apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });

  it("a namespace of another tenant and another environment", async () => {
    namespace("taken", { "clearml-actions/tenant": "hooli", "clearml-actions/environment": "other" });
    append("globex.yaml", "namespace: taken");
    const stdout = await refused();
    expect(stdout).toContain("namespace `taken` is that of tenant `hooli`");
    expect(stdout).toContain("belongs to environment `other`, and this is `demo`");
  });

  it("a namespace that is being deleted", async () => {
    namespace("leaving");
    const finalizers = ["example.com/stays"];
    apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "stays", namespace: "leaving", finalizers },
    });
    kubectl("delete", "namespace", "leaving", "--wait=false");
    append("globex.yaml", "namespace: leaving");
    expect(await refused()).toMatch(/namespace `leaving` is being deleted since \d{4}-/);
  });

  it("a namespace with a shared component that these files do not know", async () => {
    namespace("of-others");
    const found = kubectl("-n", "redis-shared", "get", "secret", "-l", "owner=helm", "-o", "json");
    const [secret] = (JSON.parse(found) as { items: { metadata: { name: string; labels: object } }[] }).items;
    const { name, labels } = secret?.metadata ?? {};
    apply({ ...secret, metadata: { name, labels, namespace: "of-others" } });
    append("globex.yaml", "namespace: of-others");
    expect(await refused()).toMatch(
      /namespace `of-others` holds release `\S+` \(redis\) of the shared component `redis`/,
    );
  });

  it("the host of an Ingress and the node port of a Service in another namespace", async () => {
    namespace("shop");
    const metadata = { name: "web", namespace: "shop" };
    const backend = { service: { name: "web", port: { number: 80 } } };
    const paths = [{ path: "/", pathType: "Prefix", backend }];
    apply({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: { ingressClassName: "nginx", rules: [{ host: "globex.ml.example.com", http: { paths } }] },
    });
    const ports = [{ port: 80, nodePort: 30045 }];
    apply({
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { type: "NodePort", selector: { a: "b" }, ports },
    });
    const stdout = await refused();
    expect(stdout).toContain("Ingress `web` in namespace `shop` of the cluster has it already");
    expect(stdout).toContain("node port 30045 of 30040 to 30060 belongs to service `web` in `shop`");
    kubectl("-n", "shop", "delete", "ingress/web", "service/web");
  });
});

describe("a tenant's namespace", () => {
  const quota = () =>
    (
      JSON.parse(kubectl("-n", "globex", "get", "resourcequotas", "-o", "json")) as {
        items: { spec: object }[];
      }
    ).items.map(({ spec }) => spec);

  it("gets labels, quota and state, and is not written again", async () => {
    append("globex.yaml", QUOTA);
    await deployed();
    expect(quota()).toEqual([
      { hard: { "requests.nvidia.com/gpu": "8", "requests.storage": "2Ti", pods: "100" } },
    ]);
    const get = (...args: string[]) =>
      JSON.parse(kubectl(...args, "-o", "json")) as { type?: string; metadata: { labels: object } };
    const owner = {
      "app.kubernetes.io/managed-by": "clearml-actions",
      "clearml-actions/tenant": "globex",
      "clearml-actions/environment": "demo",
    };
    expect(get("get", "namespace", "globex").metadata.labels).toMatchObject(owner);
    for (const name of ["clearml-tenant", "clearml-agent-credentials", "clearml-gateway-credentials"])
      expect(get("-n", "globex", "get", "secret", name).metadata.labels).toMatchObject(owner);
    expect(get("-n", "globex", "get", "secret", "clearml-tenant").type).toBe("clearml-actions/tenant");
    const second = await watched("globex");
    expect(second.run.code, second.run.stdout).toBe(0);
    expect(second.changes).toEqual([]);
  });

  it("takes a record that was written by hand, as errors say how", async () => {
    const secret = JSON.parse(kubectl("-n", "globex", "get", "secret", "clearml-tenant", "-o", "json")) as {
      data: Record<string, string>;
    };
    const record = Buffer.from(secret.data["record.json"] ?? "", "base64").toString();
    kubectl("-n", "globex", "delete", "secret", "clearml-tenant");
    const owner = { environment: "demo", tenant: "globex", namespace: "globex" };
    const { byHand } = tenantState({} as Kubernetes, owner);
    const command = byHand?.(JSON.parse(record) as TenantRecord) ?? "";
    execFileSync("bash", ["-c", command], { env: { ...process.env, ...deployment.env }, stdio: "pipe" });
    append("globex.yaml", QUOTA);
    const { run, changes } = await watched("globex");
    expect(run.code, run.stdout).toBe(0);
    expect(changes).toEqual([]);
  });

  it("loses a quota that the file no longer gives", async () => {
    expect((await deployed()).outputs.changed).toBe("true");
    expect(quota()).toEqual([]);
  });

  it("stays where it is: a tenant does not move", async () => {
    append("globex.yaml", "namespace: globex-new");
    expect(await refused()).toContain(
      "tenant `globex` lives in namespace `globex` of the cluster already, and its file says `globex-new`",
    );
  });

  it("keeps the company that another tenant names, though no file tells of it any more", async () => {
    rmSync(join(folder, "globex.yaml"));
    replace("acme.yaml", "Acme GmbH", "Globex Corporation");
    expect(await refused("acme")).toMatch(
      /tenant `acme` has company [0-9a-f]{32}, which tenant `globex` in namespace `globex` of the cluster has already/,
    );
  });
});
