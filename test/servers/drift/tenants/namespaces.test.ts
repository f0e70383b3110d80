import { describe, expect, it } from "vitest";
import { readNamespaces } from "../../../../src/drift/tenants/namespaces.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { refusal } from "../../../../src/kubernetes/refusals.ts";
import { storedObjects } from "../../../unit/deploy/stored-objects.ts";
import { scanOf, tenantLike } from "./support.ts";

const LABELS = { "clearml-actions/tenant": "acme", "clearml-actions/environment": "prod" };
const OWN = { ...LABELS, "app.kubernetes.io/managed-by": "clearml-actions" };
const WHEN = "2026-11-20T10:00:00Z";

function namespace(labels: Record<string, string>, more: object = {}) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: "acme", labels, ...more } };
}

function quota(hard: Record<string, string>, labels: Record<string, string> = OWN, more: object = {}) {
  const metadata = { name: "clearml-tenant", namespace: "acme", labels, ...more };
  return { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard } };
}

function editedBy(manager: string, fieldsV1: object) {
  return { managedFields: [{ manager, operation: "Update", time: WHEN, fieldsV1 }] };
}

interface Case {
  namespace?: object;
  quota?: object;
  wanted?: Record<string, string>;
}

async function findings({ namespace: of = namespace(LABELS), quota: limits, wanted }: Case) {
  const cluster = storedObjects();
  cluster.put("/api/v1/namespaces/acme", of);
  if (limits) cluster.put("/api/v1/namespaces/acme/resourcequotas/clearml-tenant", limits);
  const tenant = tenantLike(wanted ? { quota: wanted } : {});
  const read = await readNamespaces(scanOf(cluster.kubernetes, [tenant]));
  return read.findings.map(({ message, component, tenant: name, ...rest }) => {
    expect([component, name, message.startsWith("tenant acme: ")]).toEqual(["tenant", "acme", true]);
    return rest;
  });
}

const NAMESPACE = { apiVersion: "v1", kind: "Namespace", name: "acme" };
const QUOTA = { apiVersion: "v1", kind: "ResourceQuota", namespace: "acme", name: "clearml-tenant" };

describe("readNamespaces", () => {
  it.each<[string, Case]>([
    ["a namespace as it was made", {}],
    ["labels of others", { namespace: namespace({ ...LABELS, team: "x" }) }],
    [
      "limits that the server writes otherwise",
      { wanted: { "requests.cpu": "0.5" }, quota: quota({ "requests.cpu": "500m" }) },
    ],
    ["a quota that somebody made by hand where no file asks for one", { quota: quota({ pods: "5" }, {}) }],
  ])("says nothing about %s", async (_, each) => {
    expect(await findings(each)).toEqual([]);
  });

  it.each<[string, Case, object[]]>([
    [
      "a label that is gone",
      { namespace: namespace({ "clearml-actions/environment": "prod" }) },
      [
        {
          class: "tenant",
          object: NAMESPACE,
          path: "/metadata/labels/clearml-actions~1tenant",
          expected: "acme",
          upgradeRepairs: true,
        },
      ],
    ],
    [
      "a label of somebody else's, which a deployment does not touch",
      {
        namespace: namespace(
          { ...LABELS, "clearml-actions/environment": "test" },
          editedBy("kubectl-label", {
            "f:metadata": { "f:labels": { "f:clearml-actions/environment": {} } },
          }),
        ),
      },
      [
        {
          ...{ class: "tenant", object: NAMESPACE, path: "/metadata/labels/clearml-actions~1environment" },
          ...{
            expected: "prod",
            actual: "test",
            manager: "kubectl-label",
            since: WHEN,
            upgradeRepairs: false,
          },
          hint: "kubectl label --overwrite namespace acme clearml-actions/environment=prod",
        },
      ],
    ],
    [
      "a quota that is gone",
      { wanted: { pods: "5" } },
      [{ class: "missing", object: QUOTA, upgradeRepairs: true }],
    ],
    [
      "limits that were changed, taken away and added",
      {
        wanted: { pods: "5", "requests.cpu": "4" },
        quota: quota(
          { pods: "50", services: "1" },
          OWN,
          editedBy("kubectl-edit", { "f:spec": { "f:hard": { "f:pods": {} } } }),
        ),
      },
      [
        {
          class: "tenant",
          object: QUOTA,
          path: "/spec/hard/pods",
          expected: "5",
          actual: "50",
          manager: "kubectl-edit",
          since: WHEN,
          upgradeRepairs: true,
        },
        {
          class: "tenant",
          object: QUOTA,
          path: "/spec/hard/requests.cpu",
          expected: "4",
          upgradeRepairs: true,
        },
        { class: "tenant", object: QUOTA, path: "/spec/hard/services", actual: "1", upgradeRepairs: true },
      ],
    ],
    [
      "a quota without its labels",
      { wanted: { pods: "5" }, quota: quota({ pods: "5" }, {}) },
      [{ class: "tenant", object: QUOTA, path: "/metadata/labels", upgradeRepairs: true }],
    ],
    [
      "a quota that no file asks for any more",
      { quota: quota({ pods: "5" }) },
      [{ class: "tenant", object: QUOTA, upgradeRepairs: true }],
    ],
  ])("finds %s", async (_, each, expected) => {
    expect(await findings(each)).toEqual(expected);
  });

  it("reads the namespaces of all tenants in two requests", async () => {
    const cluster = storedObjects();
    const tenants = Array.from({ length: 100 }, (_, index) =>
      tenantLike({ name: `t${index}`, namespace: `t${index}` }),
    );
    for (const { name } of tenants) {
      const metadata = { name, labels: { ...LABELS, "clearml-actions/tenant": name } };
      cluster.put(`/api/v1/namespaces/${name}`, { apiVersion: "v1", kind: "Namespace", metadata });
    }
    expect(await readNamespaces(scanOf(cluster.kubernetes, tenants))).toEqual({
      findings: [],
      unread: [],
      gone: [],
    });
    expect(cluster.requests).toEqual(["GET /api/v1/namespaces", "GET /api/v1/resourcequotas"]);
  });

  it("tells namespaces that are gone from those that go", async () => {
    const cluster = storedObjects();
    const tenants = ["acme", "globex"].map((name) =>
      tenantLike({ name, namespace: name, quota: { pods: "5" } }),
    );
    cluster.put("/api/v1/namespaces/acme", namespace(LABELS, { deletionTimestamp: WHEN }));
    expect(await readNamespaces(scanOf(cluster.kubernetes, tenants))).toEqual({
      findings: [],
      unread: [],
      gone: [
        { tenant: tenants[0], deleting: WHEN },
        { tenant: tenants[1], deleting: undefined },
      ],
    });
  });

  it("asks for each namespace where the account may not list them, and says which it may not read", async () => {
    const cluster = storedObjects();
    cluster.put("/api/v1/namespaces/acme", namespace({}));
    const tenants = ["acme", "globex"].map((name) => tenantLike({ name, namespace: name }));
    const read = await readNamespaces(scanOf(confined(cluster.kubernetes, "acme"), tenants));
    expect(read.findings.map(({ tenant, path }) => [tenant, path])).toEqual([
      ["acme", "/metadata/labels/clearml-actions~1tenant"],
      ["acme", "/metadata/labels/clearml-actions~1environment"],
    ]);
    expect(read.unread.map(({ scope }) => scope)).toEqual([
      "labels of namespace globex",
      "quotas of namespace globex",
    ]);
    expect(read.gone).toEqual([]);
  });
});

/** The cluster for an account that may read one namespace alone. */
function confined(kubernetes: Kubernetes, namespace: string): Kubernetes {
  const only =
    <T>(read: (path: string, query?: string) => Promise<T>) =>
    async (path: string, query?: string): Promise<T> => {
      if (path.includes(`/namespaces/${namespace}`)) return read(path, query);
      throw refusal(
        { method: "GET", path },
        { code: 403, reason: "Forbidden", message: "forbidden", details: {} },
      );
    };
  return {
    ...kubernetes,
    get: only(kubernetes.get),
    list: only(kubernetes.list),
    listMetadata: only(kubernetes.listMetadata),
  };
}
