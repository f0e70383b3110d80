import { describe, expect, it } from "vitest";
import { lostAnswer, refusal } from "../../../src/kubernetes/refusals.ts";
import { statusOf } from "../../../src/kubernetes/status.ts";
import { describeRequest } from "../../../src/kubernetes/target.ts";

const POD = { method: "POST", path: "/api/v1/namespaces/shop/pods?fieldManager=x", name: "web" };

/** Words of real API servers (1.34) and what is to be done. */
const HINTS: readonly [status: number, words: string, hint: RegExp][] = [
  [
    403,
    'secrets is forbidden: User "system:serviceaccount:ci:deployer" cannot list resource "secrets" in API group "" at the cluster scope',
    /^the account system:serviceaccount:ci:deployer lacks the right `list` on `secrets` in the whole cluster: an administrator gives it with a ClusterRole and ClusterRoleBinding$/,
  ],
  [
    403,
    'deployments.apps "web" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
    /the right `patch` on `deployments\.apps` in namespace `shop`.* Role and RoleBinding$/,
  ],
  [
    403,
    "forbidden by the gateway",
    /^the account of this kubeconfig lacks the right `create` on `pods` in namespace `shop`/,
  ],
  [
    403,
    'pods "web" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3',
    /^raise the ResourceQuota small of namespace shop/,
  ],
  [
    403,
    'pods "web" is forbidden: violates PodSecurity "restricted:latest": privileged (container "a" must not set securityContext.privileged=true)',
    /^meet the standard restricted:latest/,
  ],
  [
    403,
    'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    /^it is being deleted: wait/,
  ],
  [
    403,
    'roles.rbac.authorization.k8s.io "r" is forbidden: user "ci" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held: ...',
    /`escalate`/,
  ],
  [
    400,
    'admission webhook "check.example.com" denied the request: no tag',
    /a rule of this cluster \(check\.example\.com\)/,
  ],
  [
    422,
    "pods \"web\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'b' denied request: failed expression",
    /a rule of this cluster \(no-latest\)/,
  ],
  [413, "Request entity too large: limit is 3145728", /1 MiB/],
  [
    400,
    'Pod in version "v1" cannot be handled as a Pod: strict decoding error',
    /^correct what the message names/,
  ],
  [500, "Internal error occurred: etcdserver: leader changed", /its log says why/],
];

describe("a refusal", () => {
  it.each(HINTS)("%i %s", (code, message, hint) => {
    const text = JSON.stringify({ kind: "Status", message, reason: "Any" });
    const error = refusal(POD, statusOf({ status: code, headers: {}, text }));
    expect(error.message).toBe(`the cluster refused to create Pod shop/web (${code}): ${message}`);
    expect(error.problems[0]?.hint).toMatch(hint);
    expect(error).toMatchObject({ status: code, reason: "Any", kind: "cluster" });
  });

  it("names every field once", () => {
    const causes = ["spec.a", "spec.b", "spec.a"].map((field) => ({ field, message: "wrong" }));
    const text = JSON.stringify({ message: "Pod is invalid", reason: "Invalid", details: { causes } });
    const error = refusal(POD, statusOf({ status: 422, headers: {}, text }));
    expect(error.problems[0]?.hint).toBe("correct `spec.a`, `spec.b` in the values or the chart");
  });

  it("in plain words is passed on in them, at most a thousand", () => {
    const text = "x".repeat(5_000);
    const error = refusal(POD, statusOf({ status: 502, headers: {}, text }));
    expect(error.message).toBe(`the cluster refused to create Pod shop/web (502): ${"x".repeat(1_000)}`);
    expect(statusOf({ status: 502, headers: {}, text: "" }).message).toBe("no reason given");
    expect(statusOf({ status: 502, headers: {}, text: "null" }).message).toBe("null");
  });
});

describe("a lost answer", () => {
  it("says so, and whether something may have been done", () => {
    const write = lostAnswer(POD, "https://c", "EOF", "ConnectionLost");
    expect(write.message).toBe(
      "the cluster at https://c does not answer when asked to create Pod shop/web: EOF",
    );
    expect(write.problems[0]?.hint).toMatch(/may have been carried out/);
    const read = lostAnswer({ method: "GET", path: "/version" }, "https://c", "EOF", "ConnectionLost");
    expect(read.problems[0]?.hint).not.toMatch(/may have been carried out/);
  });
});

describe("a request in words", () => {
  it.each([
    ["GET", "/version", "read /version"],
    ["GET", "/api/v1/namespaces", "list namespaces"],
    ["GET", "/api/v1/namespaces/shop", "read Namespace shop"],
    ["GET", "/api/v1/namespaces/shop/secrets?limit=500", "list secrets in namespace shop"],
    ["GET", "/api/v1/namespaces/shop/pods/web/log?tailLines=5", "read the log of Pod shop/web"],
    ["PUT", "/apis/apps/v1/namespaces/shop/deployments/web", "replace Deployment shop/web"],
    [
      "PATCH",
      "/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All",
      "apply Deployment shop/web (dry run)",
    ],
    ["DELETE", "/apis/example.com/v1/widgets/a%20b", "delete widgets a b"],
    ["POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "create selfsubjectaccessreviews"],
  ])("%s %s", (method, path, words) => {
    expect(describeRequest({ method, path })).toBe(words);
  });
});
