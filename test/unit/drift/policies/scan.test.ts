import { describe, expect, it } from "vitest";
import { expectedPolicies, type PolicyRecord } from "../../../../src/drift/policies/expected.ts";
import { scanPolicies } from "../../../../src/drift/policies/scan.ts";
import type { ComponentUse } from "../../../../src/environment/model.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { type KubernetesObject, objectPath } from "../../../../src/kubernetes/objects.ts";
import { refusal } from "../../../../src/kubernetes/refusals.ts";
import { type StoredObjects, storedObjects } from "../../deploy/stored-objects.ts";
import { record, scanOf, tenantOf, use } from "./support.ts";

type Records = Map<ComponentUse, PolicyRecord>;

/** The example: a control plane with billing elsewhere, a tenant with a gateway; every policy as a deployment left it. */
function stage({ own = [] as string[], secrets = {} as Record<string, string> } = {}) {
  const cluster = storedObjects();
  const shared = [use("control-plane"), use("custom-events"), use("network-isolation")];
  const uses = [use("agent", "acme"), use("app-gateway", "acme"), use("network-isolation", "acme", own)];
  const tenants = [tenantOf("acme", uses)];
  const records: Records = new Map(
    [...shared, ...uses]
      .filter(({ definition }) => definition.kind === "chart")
      .map((each) => [each, record(each.definition.charts[0]?.name ?? "")]),
  );
  const kubernetes: Kubernetes = { ...cluster.kubernetes, dryRunApply: async (_, object) => object };
  const scan = scanOf(kubernetes, shared, tenants, secrets);
  const isolations = scan.uses.filter(({ id }) => id === "network-isolation");
  const written = isolations.flatMap((each) => expectedPolicies(scan, each, records).policies);
  for (const policy of written) cluster.put(objectPath(policy), live(policy));
  for (const name of ["clearml", "acme"]) putNamespace(cluster, name);
  return { cluster, scan, kubernetes, records, written, uses, shared };
}

/** A Service that no policy in the cluster was made for. */
const MORE = "kind: Service\nmetadata: {name: more}\nspec: {selector: {app: gw}, ports: [{port: 1}]}\n";

function putNamespace(cluster: StoredObjects, name: string, more: object = {}): void {
  cluster.put(`/api/v1/namespaces/${name}`, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...more },
  });
}

const WHEN = "2026-11-20T10:00:00Z";

/** As the server keeps a policy that was applied. */
function live(policy: KubernetesObject): KubernetesObject {
  const managedFields = [
    {
      ...{ manager: "clearml-actions", operation: "Apply", time: "2026-11-01T00:00:00Z" },
      fieldsV1: { "f:spec": { "f:ingress": {}, "f:podSelector": {}, "f:policyTypes": {} } },
    },
  ];
  return { ...policy, metadata: { ...policy.metadata, managedFields } } as KubernetesObject;
}

const CLOSED = "/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies/default-deny-ingress";
const OPEN = [{ podSelector: {} }, { ipBlock: { cidr: "0.0.0.0/0" } }];

/** Changes a policy of the cluster, as somebody. */
function edit(cluster: StoredObjects, path: string, spec: object, manager = "kubectl-edit"): void {
  const found = cluster.objects.get(path);
  if (!found) throw new Error(`there is no ${path}`);
  const fieldsV1 = { "f:spec": Object.fromEntries(Object.keys(spec).map((key) => [`f:${key}`, {}])) };
  const managedFields = [{ manager, operation: "Update", time: WHEN, fieldsV1 }];
  cluster.put(path, {
    ...found,
    metadata: { ...found.metadata, managedFields },
    spec: { ...(found.spec as object), ...spec },
  });
}

const ID = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  namespace: "acme",
  name: "default-deny-ingress",
};

describe("scanPolicies", () => {
  it("finds nothing in policies as they were written, with one request", async () => {
    const { cluster, scan, records, written } = stage();
    const names = written.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names).toContain("clearml/allow-clearml-ingress");
    expect(names).toContain("acme/allow-clearml-app-gateway-streams-gw-streams");
    expect(await scanPolicies(scan, records)).toEqual({ findings: [], unread: [], notes: [] });
    expect(cluster.requests).toEqual(["GET /apis/networking.k8s.io/v1/networkpolicies"]);
  });

  it("asks nobody where nothing is isolated", async () => {
    const cluster = storedObjects();
    const scan = scanOf(cluster.kubernetes, [use("control-plane")]);
    expect(await scanPolicies(scan, new Map())).toEqual({ findings: [], unread: [], notes: [] });
    expect(cluster.requests).toEqual([]);
  });

  it("finds a policy that is gone", async () => {
    const { cluster, scan, records } = stage();
    cluster.objects.delete(CLOSED);
    expect((await scanPolicies(scan, records)).findings).toMatchObject([
      { class: "missing", component: "network-isolation", tenant: "acme", object: ID, upgradeRepairs: true },
    ]);
  });

  it("finds who lets others in, and when", async () => {
    const { cluster, scan, records } = stage();
    edit(cluster, CLOSED, { ingress: [{ from: OPEN }] });
    expect((await scanPolicies(scan, records)).findings).toEqual([
      {
        ...{ class: "modified", component: "network-isolation", tenant: "acme", object: ID },
        path: "/spec/ingress/0/from",
        actual: '[{"ipBlock":{"cidr":"0.0.0.0/0"}}]',
        ...{ manager: "kubectl-edit", since: WHEN, upgradeRepairs: true },
        message:
          "network-isolation: network policy acme/default-deny-ingress is not what was written at /spec/ingress/0/from",
      },
    ]);
  });

  it("finds what people have added, and leaves it to them; what programs add is a note", async () => {
    const { cluster, scan, records } = stage();
    edit(cluster, CLOSED, { egress: [{}] });
    expect(await scanPolicies(scan, records)).toMatchObject({
      findings: [
        { class: "foreign-added", path: "/spec/egress", manager: "kubectl-edit", upgradeRepairs: false },
      ],
      notes: [],
    });
    edit(cluster, CLOSED, { egress: [{}] }, "some-operator");
    expect(await scanPolicies(scan, records)).toMatchObject({
      findings: [],
      notes: ["network policy acme/default-deny-ingress: /spec/egress was added by a program of the cluster"],
    });
  });

  it("tells what is put right of a policy from what is not", async () => {
    const { cluster, scan, records } = stage();
    edit(cluster, CLOSED, { ingress: [{ from: OPEN }], egress: [{}] });
    const { findings } = await scanPolicies(scan, records);
    expect(findings.map(({ path, upgradeRepairs }) => [path, upgradeRepairs])).toEqual([
      ["/spec/ingress/0/from", true],
      ["/spec/egress", false],
    ]);
  });

  it("takes what a webhook makes of a policy for a note", async () => {
    const { cluster, scan, records, kubernetes } = stage();
    edit(cluster, CLOSED, { ingress: [{ from: OPEN }] }, "clearml-actions");
    const webhook = async (_: string, object: KubernetesObject) =>
      object.metadata.namespace === "acme"
        ? { ...object, spec: { ...(object.spec as object), ingress: [{ from: OPEN }] } }
        : object;
    const scanned = await scanPolicies(
      { ...scan, kubernetes: { ...kubernetes, dryRunApply: webhook } },
      records,
    );
    expect(scanned).toMatchObject({
      findings: [],
      notes: [
        expect.stringMatching(
          /^network policy acme\/default-deny-ingress: \/spec\/ingress\/0\/from is what an admission webhook/,
        ),
      ],
    });
  });

  it("says that the server could not be asked for its opinion", async () => {
    const { cluster, scan, records, kubernetes } = stage();
    edit(cluster, CLOSED, { ingress: [{ from: OPEN }] });
    const refused = {
      ...kubernetes,
      dryRunApply: (path: string) => Promise.reject(forbidden("PATCH", path)),
    };
    expect((await scanPolicies({ ...scan, kubernetes: refused }, records)).findings).toMatchObject([
      { class: "modified", upgradeRepairs: true, proved: false },
    ]);
  });

  it.each([
    [
      "gone",
      (cluster: StoredObjects, name: string) => void cluster.objects.delete(`/api/v1/namespaces/${name}`),
    ],
    [
      "on its way out",
      (cluster: StoredObjects, name: string) => putNamespace(cluster, name, { deletionTimestamp: WHEN }),
    ],
  ])("makes a shared namespace that is %s one finding; that of a tenant is its own", async (_, lose) => {
    const { cluster, scan, records, written } = stage();
    for (const policy of written) cluster.objects.delete(objectPath(policy));
    for (const name of ["acme", "clearml"]) lose(cluster, name);
    const { findings } = await scanPolicies(scan, records);
    expect(findings).toMatchObject([
      { class: "missing", object: { kind: "Namespace", name: "clearml" }, upgradeRepairs: true },
    ]);
  });

  it.each<[string, (records: Records, agent: ComponentUse, gateway: ComponentUse) => unknown]>([
    ["has no record", (records, _, gateway) => records.delete(gateway)],
    [
      "has failed",
      (records, _, gateway) => records.set(gateway, record("gw", { status: "failed", manifest: MORE })),
    ],
    [
      "is being upgraded",
      (records, agent) => records.set(agent, record("agent", { status: "pending-upgrade" })),
    ],
  ])("says nothing of what hangs on a release that %s", async (_, breaking) => {
    const { cluster, scan, records, uses } = stage();
    const [agent, gateway] = uses;
    if (agent && gateway) breaking(records, agent, gateway);
    // Made for its Services, which nobody knows now: neither missing nor left over.
    expect(await scanPolicies(scan, records)).toEqual({ findings: [], unread: [], notes: [] });
    edit(cluster, CLOSED, { ingress: [{ from: OPEN }] });
    expect((await scanPolicies(scan, records)).findings).toMatchObject([{ object: ID }]);
  });

  it("leaves open who calls a control plane while a caller has no record", async () => {
    const { cluster, scan, records, shared } = stage();
    const caller = { ...use("custom-events"), namespace: "elsewhere" };
    const components = [...shared.filter(({ id }) => id !== "custom-events"), caller];
    const environment = { ...scan.environment, components };
    const uses = [...components, ...scan.tenants.flatMap((tenant) => tenant.components)];
    const moved = { ...scan, environment, uses };
    // With its record its namespace is one that calls.
    records.set(caller, record("clearml-custom-events", { manifest: "" }));
    expect((await scanPolicies(moved, records)).findings).toMatchObject([
      { object: { name: "allow-clearml-ingress" }, expected: expect.stringMatching(/elsewhere/) },
    ]);
    for (const policy of expectedPolicies(moved, shared[2] as ComponentUse, records).policies)
      cluster.put(objectPath(policy), live(policy));
    expect((await scanPolicies(moved, records)).findings).toEqual([]);
    records.delete(caller);
    expect((await scanPolicies(moved, records)).findings).toEqual([]);
  });

  it("notes what nothing asks for any more", async () => {
    const { cluster, scan, records } = stage();
    const policy = (name: string, labels: object) => ({
      ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec: { podSelector: {} } },
      metadata: { name, namespace: "acme", labels },
    });
    const put = (name: string, labels: object) =>
      cluster.put(`/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies/${name}`, policy(name, labels));
    put("allow-old-gw", { "app.kubernetes.io/managed-by": "clearml-actions" });
    put("of-somebody", {});
    expect((await scanPolicies(scan, records)).notes).toEqual([
      expect.stringMatching(/kubectl -n acme delete networkpolicy allow-old-gw$/),
    ]);
  });

  it("asks for each namespace where the account may not list all, and says which it may not read", async () => {
    const { cluster, scan, records, kubernetes } = stage();
    cluster.objects.delete(CLOSED);
    const confined: Kubernetes = {
      ...kubernetes,
      list: async (path, query) => {
        if (path.includes("/namespaces/acme/")) return kubernetes.list(path, query);
        throw forbidden("GET", path);
      },
    };
    const scanned = await scanPolicies({ ...scan, kubernetes: confined }, records);
    expect(scanned.findings).toMatchObject([{ class: "missing", object: ID }]);
    expect(scanned.unread).toMatchObject([{ scope: "network policies of namespace clearml" }]);
  });
});

function forbidden(method: "GET" | "PATCH", path: string) {
  return refusal({ method, path }, { code: 403, reason: "Forbidden", message: "forbidden", details: {} });
}

const OWN = (cidr: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: mine}
spec:
  podSelector: {}
  ingress: [{from: [{ipBlock: {cidr: "${cidr}"}}]}]
`;

describe("the user's own policies", () => {
  const MINE = "/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies/mine";

  it("are compared too", async () => {
    const { cluster, scan, records } = stage({ own: [OWN("10.0.0.0/8")] });
    expect((await scanPolicies(scan, records)).findings).toEqual([]);
    edit(cluster, MINE, { ingress: [] });
    expect((await scanPolicies(scan, records)).findings).toMatchObject([
      { path: "/spec/ingress", object: { name: "mine" } },
    ]);
  });

  it("are left alone where they hang on a secret that the step was not given", async () => {
    const own = [OWN("${ALLOWED}")];
    const { scan, records } = stage({ own, secrets: { ALLOWED: "10.9.0.0/16" } });
    const changed = { ...scan, secrets: new Map([["ALLOWED", "10.8.0.0/16"]]) };
    const { findings } = await scanPolicies(changed, records);
    expect(findings).toMatchObject([
      { object: { name: "mine" }, expected: expect.stringMatching(/secret, tag/) },
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/10\.[89]\.0\.0/);
    expect(await scanPolicies({ ...scan, secrets: new Map() }, records)).toEqual({
      findings: [],
      unread: [],
      notes: [],
    });
  });

  it("that are none are said to be unread", async () => {
    const { scan, records } = stage();
    const broken = tenantOf("acme", [use("network-isolation", "acme", ["kind: Other"])]);
    const uses = [...scan.environment.components, ...broken.components];
    const scanned = await scanPolicies({ ...scan, tenants: [broken], uses }, records);
    expect(scanned.unread).toMatchObject([
      { scope: "network policies of tenant acme", reason: expect.stringMatching(/0\.yaml:1/) },
    ]);
    expect(scanned.findings).toEqual([]);
    expect(scanned.notes).toEqual([]);
  });
});
