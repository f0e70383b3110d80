import { describe, expect, it } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { clusterConflicts, companyConflicts } from "../../../src/deploy/tenant/conflicts/conflicts.ts";
import { STATE_TYPE } from "../../../src/deploy/tenant/memory/state.ts";
import type { Tenant } from "../../../src/environment/model.ts";
import { refusal } from "../../../src/kubernetes/refusals.ts";
import { load } from "../environment/support.ts";
import { type StoredObjects, storedObjects } from "./stored-objects.ts";
import { filesOf, HOST, sessions, type Tenants, valuesIn } from "./tenant-files.ts";

describe("clusterConflicts", () => {
  const inCluster = async (tenants: Tenants, cluster: StoredObjects, note?: (sentence: string) => void) => {
    const environment = await load(filesOf(tenants));
    const valuesOf = valuesIn(environment);
    const wanted = environment.tenants.map((tenant) => ({
      tenant,
      values: new Map(tenant.components.map((use) => [use, valuesOf(use)])),
    }));
    return (await clusterConflicts(cluster.kubernetes, wanted, note)).map(formatProblem);
  };

  const putIngress = (cluster: StoredObjects, namespace: string, spec: object) =>
    cluster.put(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/web`, {
      metadata: { name: "web", namespace },
      spec,
    });
  const rule = (paths?: string[]) => ({
    host: "apps.example.com",
    ...(paths ? { http: { paths: paths.map((path) => ({ path })) } } : {}),
  });

  it("refuses a host that another namespace has", async () => {
    const cluster = storedObjects();
    putIngress(cluster, "shop", { rules: [rule(["/"])] });
    expect(await inCluster({ acme: { gateway: HOST } }, cluster)).toEqual([
      "tenants/acme/gateway.yaml:1:37: tenant `acme` has the host `apps.example.com`, and Ingress `web` in namespace `shop` of the cluster has it already; give the tenant another host, or remove that Ingress first",
    ]);
  });

  it.each([
    ["its own namespace", "acme", { rules: [rule(["/"])] }, false],
    ["another path", "shop", { rules: [rule(["/shop"])] }, false],
    ["the whole host", "shop", { rules: [rule()] }, true],
    ["another controller", "shop", { ingressClassName: "inside", rules: [rule(["/"])] }, false],
    ["the same controller", "shop", { ingressClassName: "nginx", rules: [rule(["/"])] }, true],
    ["no host at all", "shop", { rules: [{ http: { paths: [{ path: "/" }] } }] }, false],
  ])("looks at an Ingress with %s", async (_, namespace, spec, refused) => {
    const cluster = storedObjects();
    putIngress(cluster, namespace, spec);
    const gateway = HOST.replace(" }", ", ingressClassName: nginx }");
    expect(await inCluster({ acme: { gateway } }, cluster)).toHaveLength(refused ? 1 : 0);
  });

  it("refuses node ports that Services of other namespaces have", async () => {
    const cluster = storedObjects();
    const service = (namespace: string, nodePort: number) =>
      cluster.put(`/api/v1/namespaces/${namespace}/services/web`, {
        metadata: { name: "web", namespace },
        spec: { ports: [{ nodePort }] },
      });
    service("acme", 31003);
    service("shop", 31011);
    expect(await inCluster({ acme: { agent: sessions(31000) } }, cluster)).toEqual([]);
    service("shop", 31010);
    expect(await inCluster({ acme: { agent: sessions(31000) } }, cluster)).toEqual([
      "tenants/acme/agent.yaml:1:50: node port 31010 of 31000 to 31010 belongs to service `web` in `shop` of the cluster; use ports that no other Service has",
    ]);
  });

  const putState = (cluster: StoredObjects, namespace: string, tenant: string, companyId: string) =>
    cluster.put(`/api/v1/namespaces/${namespace}/secrets/clearml-tenant`, {
      metadata: { name: "clearml-tenant", namespace, labels: { "clearml-actions/tenant": tenant } },
      type: STATE_TYPE,
      data: { "record.json": Buffer.from(JSON.stringify({ companyId })).toString("base64") },
    });

  it("refuses a company that another tenant of the cluster has", async () => {
    const cluster = storedObjects();
    putState(cluster, "acme", "acme", "c1");
    putState(cluster, "initech", "initech", "c2");
    expect(await inCluster({}, cluster)).toEqual([]);
    const expected =
      "tenants/acme.yaml:1:1: tenant `acme` has company c2, which tenant `initech` in namespace `initech` of the cluster has already; give each tenant a company of its own, or off-board the other tenant first";
    putState(cluster, "acme", "acme", "c2");
    expect(await inCluster({}, cluster)).toEqual([expected]);
    cluster.objects.delete("/api/v1/namespaces/acme/secrets/clearml-tenant");
    const [acme] = (await load(filesOf({}))).tenants as [Tenant];
    const found = async (companyId: string) =>
      (await companyConflicts(cluster.kubernetes, acme, companyId)).map(formatProblem);
    expect(await found("c2")).toEqual([expected]);
    expect(await found("c3")).toEqual([]);
  });

  it("refuses a tenant that lives in another namespace already", async () => {
    const cluster = storedObjects();
    putState(cluster, "acme-old", "acme", "c1");
    expect(await inCluster({}, cluster)).toEqual([
      "tenants/acme.yaml:1:1: tenant `acme` lives in namespace `acme-old` of the cluster already, and its file says `acme`; a namespace cannot be renamed: correct `namespace` in the file, or off-board the tenant there first",
    ]);
  });

  it("says what this account may not compare, and refuses nothing for it", async () => {
    const cluster = storedObjects();
    putState(cluster, "acme-old", "acme", "c1");
    const list = async (path: string) => {
      throw refusal({ method: "GET", path }, { code: 403, reason: "Forbidden", message: "no", details: {} });
    };
    const notes: string[] = [];
    const limited = { ...cluster, kubernetes: { ...cluster.kubernetes, list } };
    const tenants = { acme: { gateway: HOST, agent: sessions(31000) } };
    expect(await inCluster(tenants, limited, (sentence) => notes.push(sentence))).toEqual([]);
    expect(notes.map((each) => each.split(":")[0]).sort()).toEqual([
      "the companies of other tenants in the cluster were not compared",
      "the hosts of other tenants in the cluster were not compared",
      "the node ports of other tenants in the cluster were not compared",
    ]);
  });

  it("asks for no more lists than it needs, and writes nothing", async () => {
    const cluster = storedObjects();
    await inCluster({}, cluster);
    expect(cluster.requests).toEqual(["GET /api/v1/secrets"]);
    cluster.requests.length = 0;
    await inCluster({ acme: { gateway: HOST, agent: sessions(31000) } }, cluster);
    expect(cluster.requests.sort()).toEqual([
      "GET /api/v1/secrets",
      "GET /api/v1/services",
      "GET /apis/networking.k8s.io/v1/ingresses",
    ]);
  });
});
