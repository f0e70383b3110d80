/** Reports of runs, for what is made of them. */
import type { DriftClass, Finding, ObjectId } from "../../../../src/drift/model.ts";
import type { DriftReport, IgnoredUse } from "../../../../src/drift/report/model.ts";

export const APISERVER: ObjectId = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  namespace: "clearml",
  name: "clearml-apiserver",
};

/** A finding of a class, with the rest as usual. */
export function finding(of: DriftClass, parts: Partial<Finding> = {}): Finding {
  return {
    class: of,
    component: "control-plane",
    upgradeRepairs: true,
    message: `control-plane: something is ${of}`,
    ...parts,
  };
}

export function modified(parts: Partial<Finding> = {}): Finding {
  return finding("modified", {
    object: APISERVER,
    path: "/spec/replicas",
    expected: "2",
    actual: "3",
    manager: "kubectl-edit",
    since: "2026-11-20T14:03:05Z",
    message: "control-plane: spec.replicas of Deployment clearml/clearml-apiserver is not as deployed",
    ...parts,
  });
}

export function added(parts: Partial<Finding> = {}): Finding {
  return finding("foreign-added", {
    object: APISERVER,
    path: "/metadata/labels/team.example.com~1owner",
    actual: '"search"',
    manager: "kubectl-label",
    since: "2026-11-20T14:03:05Z",
    upgradeRepairs: false,
    message: "control-plane: Deployment clearml/clearml-apiserver has a label that no manifest says",
    ...parts,
  });
}

export function ignoredUse(parts: Partial<IgnoredUse> = {}): IgnoredUse {
  return {
    at: { file: "drift-ignore.yaml", line: 3, column: 5 },
    reason: "the search team labels its pods",
    until: "2027-01-31",
    uses: 2,
    expired: false,
    ...parts,
  };
}

export function report(findings: readonly Finding[], parts: Partial<DriftReport> = {}): DriftReport {
  return {
    environment: "production",
    complete: true,
    scanned: { releases: 12, objects: 340, calls: 41 },
    findings,
    ignored: [],
    partial: [],
    notes: [],
    ...parts,
  };
}

/** A bit of everything: the cluster, two tenants, something unread, ignored and noted. */
export function mixed(): DriftReport {
  return report(
    [
      modified(),
      modified({
        path: "/spec/template/spec/containers/name=web/image",
        upgradeRepairs: "conflict",
        expected: '"a:1"',
        actual: '"a:2"',
      }),
      added(),
      finding("missing", {
        object: { apiVersion: "v1", kind: "Service", namespace: "acme", name: "gateway" },
        component: "app-gateway",
        tenant: "acme",
        message: "app-gateway of acme: Service acme/gateway is gone",
      }),
      finding("credential", {
        component: "app-gateway",
        tenant: "globex",
        upgradeRepairs: false,
        message: "the certificate in Secret `globex/tls` ends in 3 days",
        hint: "renew it, or have cert-manager issue it",
      }),
      finding("tenant", {
        component: "tenant",
        tenant: "globex",
        message: "queue `gpu` of tenant globex is not there",
      }),
    ],
    {
      complete: false,
      partial: [{ scope: "Secrets of namespace initech", reason: "secrets is forbidden for user `ci`" }],
      ignored: [
        ignoredUse(),
        ignoredUse({ uses: 0, at: { file: "drift-ignore.yaml", line: 9, column: 5 } }),
        ignoredUse({ uses: 0, expired: true }),
      ],
      notes: ["a hook is left over: Job clearml/migrate"],
    },
  );
}
