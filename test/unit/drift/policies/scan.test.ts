import { describe, expect, it } from "vitest";
import { expectedPolicies } from "../../../../src/drift/policies/expected.ts";
import { scanPolicies } from "../../../../src/drift/policies/scan.ts";
import type { ComponentUse } from "../../../../src/environment/model.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { type KubernetesObject, objectPath } from "../../../../src/kubernetes/objects.ts";
import { type StoredObjects, storedObjects } from "../../deploy/stored-objects.ts";
import {
  CLOSED,
  edit,
  forbidden,
  ID,
  live,
  MORE,
  OPEN,
  putNamespace,
  type Records,
  stage,
  WHEN,
} from "./stage.ts";
import { record, scanOf, use } from "./support.ts";

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
