import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { namespaceVerbs, rights, tellMissing } from "../../../src/preflight/checks/rights.ts";
import type { Look } from "../../../src/preflight/model.ts";
import { namespacedNeeds } from "../../../src/preflight/rights/needs.ts";
import { missingOf, type ResourceRule } from "../../../src/preflight/rights/rules.ts";
import { lookAt, use } from "./cluster.ts";

const LOGS = { group: "", resource: "pods/log", verbs: ["get"], severity: "warning" } as const;
const SECRETS = { group: "", resource: "secrets", verbs: ["get", "create"], severity: "error" } as const;
const DEPLOYMENTS = { group: "apps", resource: "deployments", verbs: ["create"], severity: "error" } as const;

describe("rules", () => {
  const all = ["*"];
  it.each<[string, ResourceRule[], (string | string[])[][]]>([
    ["everything", [{ verbs: all, apiGroups: all, resources: all }], []],
    [
      "nothing",
      [],
      [
        ["pods/log", ["get"]],
        ["secrets", ["get", "create"]],
        ["deployments", ["create"]],
      ],
    ],
    [
      "a verb of two",
      [{ verbs: ["get"], apiGroups: [""], resources: ["secrets", "*/log"] }],
      [
        ["secrets", ["create"]],
        ["deployments", ["create"]],
      ],
    ],
    [
      "a resource is not its subresource",
      [{ verbs: all, apiGroups: [""], resources: ["pods", "secrets"] }],
      [
        ["pods/log", ["get"]],
        ["deployments", ["create"]],
      ],
    ],
    [
      "of another group",
      [{ verbs: all, apiGroups: ["extensions"], resources: all }],
      [
        ["pods/log", ["get"]],
        ["secrets", ["get", "create"]],
        ["deployments", ["create"]],
      ],
    ],
    [
      "of certain names",
      [
        { verbs: all, apiGroups: ["", "apps"], resources: ["pods/log", "deployments"] },
        { verbs: all, apiGroups: [""], resources: ["secrets"], resourceNames: ["mine"] },
      ],
      [["secrets", ["get", "create"]]],
    ],
    [
      "rules without groups",
      [{ verbs: all, apiGroups: null, resources: null }],
      [
        ["pods/log", ["get"]],
        ["secrets", ["get", "create"]],
        ["deployments", ["create"]],
      ],
    ],
  ])("%s", (_, rules, expected) => {
    const missing = missingOf([LOGS, SECRETS, DEPLOYMENTS], rules);
    expect(missing.map(({ resource, verbs }) => [resource, verbs])).toEqual(expected);
  });
});

describe("a missing right", () => {
  it("is told with a role to copy", () => {
    const account = "system:serviceaccount:ci:deployer";
    const found = tellMissing({ namespace: "acme", missing: [SECRETS, LOGS, DEPLOYMENTS] }, account, "apply");
    expect(found).toMatchObject({
      severity: "error",
      message: `in namespace acme the account ${account} may not get/create secrets; get pods/log; create deployments.apps`,
    });
    const [role, binding] = documents(found.snippet);
    expect(role).toMatchObject({
      kind: "Role",
      metadata: { namespace: "acme" },
      rules: [
        { apiGroups: [""], resources: ["secrets"], verbs: ["get", "create"] },
        { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
        { apiGroups: ["apps"], resources: ["deployments"], verbs: ["create"] },
      ],
    });
    expect(binding).toMatchObject({
      kind: "RoleBinding",
      subjects: [{ kind: "ServiceAccount", name: "deployer", namespace: "ci" }],
    });
  });

  it("stops only a run that writes, and only where it is needed", () => {
    expect(tellMissing({ missing: [SECRETS] }, undefined, "plan").severity).toBe("warning");
    expect(tellMissing({ missing: [LOGS] }, undefined, "apply").severity).toBe("warning");
    const found = tellMissing({ missing: [SECRETS] }, undefined, "apply");
    expect(found).toMatchObject({
      severity: "error",
      message: expect.stringMatching(/^in the whole cluster/),
    });
    expect(documents(found.snippet).map(({ kind }) => kind)).toEqual(["ClusterRole", "ClusterRoleBinding"]);
  });
});

function documents(snippet: string | undefined): KubernetesObject[] {
  const parsed = parseAllDocuments(snippet ?? "");
  return Array.isArray(parsed) ? parsed.map((each) => each.toJS() as KubernetesObject) : [];
}

describe("namespaces", () => {
  const acme = (labels: object) =>
    new Map([["acme", { metadata: { name: "acme", labels } } as KubernetesObject]]);
  const uses = [use("agent", { tenant: "acme", namespace: "acme" })];
  it.each<[string, ReadonlyMap<string, KubernetesObject> | undefined, string[]]>([
    ["cannot be read", undefined, ["get"]],
    ["have to be made", new Map(), ["create", "patch"]],
    ["have to be labelled", acme({}), ["patch"]],
    ["are as they should be", acme({ "clearml-actions/tenant": "acme" }), []],
  ])("%s", (_, live, verbs) => {
    expect(namespaceVerbs({ uses, environment: lookAt({}).environment }, live)).toEqual(verbs);
  });
});

describe("a tenant's quota", () => {
  it.each<[object | undefined, string[]]>([
    [undefined, ["get"]],
    [{ pods: "10" }, ["get", "create", "update", "patch", "delete"]],
  ])("%j takes the rights to %j", (quota, verbs) => {
    const { environment } = lookAt({});
    const uses = [use("agent", { tenant: "acme", namespace: "acme" })];
    const tenants = [{ name: "acme", quota }] as unknown as typeof environment.tenants;
    const needs = namespacedNeeds({ uses, environment: { ...environment, tenants } });
    const found = needs.get("acme")?.find(({ resource }) => resource === "resourcequotas");
    expect(found).toMatchObject({ verbs, severity: "error" });
  });

  it("is none of the shared components", () => {
    const needs = namespacedNeeds({ uses: [use("redis")], environment: lookAt({}).environment });
    expect(needs.get("clearml")?.map(({ resource }) => resource)).not.toContain("resourcequotas");
  });
});

describe("where the rules are not told completely, as on EKS", () => {
  type Attributes = { verb: string; resource: string; namespace?: string };

  async function ask(isAllowed: (asked: Attributes) => boolean, incomplete = true) {
    const questions: string[] = [];
    const create = async (path: string, object: KubernetesObject, options?: { dryRun?: boolean }) => {
      expect(options).toEqual({ dryRun: true });
      const asked = (object.spec as { resourceAttributes?: Attributes } | undefined)?.resourceAttributes;
      if (path.endsWith("selfsubjectrulesreviews")) return { status: { resourceRules: [], incomplete } };
      if (!asked) return { status: { userInfo: { username: "me" } } };
      questions.push(`${asked.namespace} ${asked.verb} ${asked.resource}`);
      return { status: { allowed: isAllowed(asked) } };
    };
    const live = new Map([["clearml", { metadata: { name: "clearml" } }]]);
    const look = lookAt({}, { uses: [use("redis")], namespaces: async () => live as never });
    const kubernetes = { ...look.kubernetes, create } as unknown as Look["kubernetes"];
    return { found: await rights.find({ ...look, kubernetes }), questions };
  }

  it("an account that may do everything costs one question for a namespace", async () => {
    const { found, questions } = await ask(() => true);
    expect(found).toEqual([]);
    expect(questions.sort()).toEqual(["clearml * *", "default * *"]);
  });

  it("elsewhere the rules are enough", async () => {
    const { found, questions } = await ask(() => true, false);
    expect(found).toHaveLength(2);
    expect(questions).toEqual([]);
  });

  it("another is asked for every right", async () => {
    const { found, questions } = await ask(
      ({ verb, resource }) => verb !== "*" && `${verb} ${resource}` !== "update leases",
    );
    expect(found.map(({ message }) => message)).toEqual([
      "in namespace default the account me may not update leases.coordination.k8s.io",
    ]);
    expect(questions).toContain("clearml create secrets");
  });
});
