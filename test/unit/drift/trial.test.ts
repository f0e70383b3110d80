import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/drift/model.ts";
import type { WantedObject } from "../../../src/drift/objects/model.ts";
import { refusedUpgrades } from "../../../src/drift/trial.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { refusal } from "../../../src/kubernetes/refusals.ts";

const REASONS: Readonly<Record<number, string>> = { 403: "Forbidden", 409: "Conflict", 422: "Invalid" };
const CONFLICT =
  'Apply failed with 1 conflict: conflict with "kube-controller-manager" with subresource "scale" using apps/v1: .spec.replicas';
const SHRUNK =
  'PersistentVolumeClaim "data" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than status.capacity';

function wanted(kind: string, name: string, more: { tenant?: string; client?: true } = {}): WantedObject {
  const object = { apiVersion: "v1", kind, metadata: { name, namespace: "acme" } };
  const use = { id: "agent", tenant: more.tenant ?? "acme" };
  const record = { applyMethod: more.client ? "client" : "server" };
  return { use, record, object, identity: `/${kind}/acme/${name}` } as unknown as WantedObject;
}

function finding(more: Partial<Finding> = {}): Finding {
  return {
    class: "missing",
    component: "agent",
    tenant: "acme",
    upgradeRepairs: true,
    message: "m",
    ...more,
  };
}

/** A server that refuses objects by name. */
function server(refuses: Readonly<Record<string, [status: number, message: string]>>) {
  const asked: string[] = [];
  return {
    asked,
    pathOf: async ({ kind, metadata }: Pick<KubernetesObject, "kind" | "metadata">) =>
      `/${kind}/${metadata.name}`,
    async dryRunApply(path: string, object: KubernetesObject, _: string, { force = true } = {}) {
      asked.push(`${path}${force ? " by force" : ""}`);
      const [status, message] = refuses[object.metadata.name] ?? [];
      if (status === undefined || message === undefined) return object;
      const request = { method: "PATCH" as const, path: `/api/v1/namespaces/acme${path}` };
      throw refusal(request, { code: status, reason: REASONS[status] ?? "", message, details: {} });
    },
  };
}

async function reasonsOf(
  objects: readonly WantedObject[],
  refuses: Parameters<typeof server>[0],
  findings: readonly Finding[] = [finding()],
) {
  const asking = server(refuses);
  return { reasons: [...(await refusedUpgrades(asking, findings, objects))], asked: asking.asked };
}

describe("an upgrade that is tried out", () => {
  it("is refused for what a controller holds in any object of the release", async () => {
    const objects = [wanted("ConfigMap", "gone"), wanted("Deployment", "web")];
    const { reasons, asked } = await reasonsOf(objects, { web: [409, CONFLICT] });
    expect(asked).toEqual(["/ConfigMap/gone", "/Deployment/web"]);
    expect(reasons).toEqual([
      [
        "acme/agent",
        'conflict with "kube-controller-manager" with subresource "scale" using apps/v1: .spec.replicas (Deployment web)',
      ],
    ]);
  });

  it("on the client is refused what the server does not take, and nothing for who holds it", async () => {
    const objects = [
      wanted("Deployment", "web", { client: true }),
      wanted("PersistentVolumeClaim", "data", { client: true }),
    ];
    const { reasons, asked } = await reasonsOf(objects, { data: [422, SHRUNK] });
    expect(asked).toEqual(["/Deployment/web by force", "/PersistentVolumeClaim/data by force"]);
    expect(reasons).toEqual([
      [
        "acme/agent",
        "PersistentVolumeClaim data, which does not take spec.resources.requests.storage any more",
      ],
    ]);
  });

  it.each<[string, Finding[]]>([
    ["another release", [finding({ tenant: "globex" })]],
    [
      "what no upgrade repairs",
      [finding({ upgradeRepairs: false }), finding({ upgradeRepairs: "conflict" })],
    ],
    ["keys, which no upgrade of a release brings", [finding({ class: "credential" })]],
  ])("is not asked about for %s", async (_, findings) => {
    expect(await reasonsOf([wanted("Deployment", "web")], { web: [409, CONFLICT] }, findings)).toEqual({
      reasons: [],
      asked: [],
    });
  });

  it("is tried for twenty releases at most, those first that have lost something", async () => {
    const tenants = Array.from({ length: 30 }, (_, index) => `t${index}`);
    const objects = tenants.map((tenant) => wanted("Deployment", `web-${tenant}`, { tenant }));
    const findings = tenants.map((tenant) =>
      finding({ tenant, class: tenant === "t29" ? "missing" : "release" }),
    );
    const { asked } = await reasonsOf(objects, {}, findings);
    expect(asked).toHaveLength(20);
    expect(asked).toContain("/Deployment/web-t29");
    expect(asked).not.toContain("/Deployment/web-t28");
  });

  it("is refused by a rule of the cluster", async () => {
    const words = 'admission webhook "deny.example.com" denied the request: no';
    const { reasons } = await reasonsOf([wanted("Deployment", "web")], { web: [403, words] });
    expect(reasons).toEqual([["acme/agent", expect.stringContaining("deny.example.com")]]);
  });

  it("is not called refused where the server may not be asked", async () => {
    const { reasons } = await reasonsOf([wanted("Deployment", "web")], { web: [403, "no right"] });
    expect(reasons).toEqual([]);
  });
});
