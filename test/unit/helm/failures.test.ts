import { describe, expect, it } from "vitest";
import { ToolError } from "../../../src/core/errors.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import { explainHelmFailure, isHookRace } from "../../../src/helm/failures.ts";

const use = {
  id: "agent",
  namespace: "acme",
  release: "clearml-agent",
  at: { file: "a.yaml", line: 4, column: 3 },
} as ComponentUse;
const reference = { chart: "oci://r.example/clearml/clearml-enterprise-agent", version: "9.9.9" };

/** Name, what Helm 3.21 or 4.2 prints, kind, a part of the message, a part of the repair. */
type Case = readonly [string, string, "input" | "cluster", string, string | undefined];

const OWNED = `Error: unable to continue with install: Deployment "d" in namespace "acme" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-name" must equal "cf": current value is "dep"`;
const UNOWNED = `Error: Unable to continue with install: ConfigMap "r-plain" in namespace "acme" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; annotation validation error: missing key "meta.helm.sh/release-name": must be set to "r"; annotation validation error: missing key "meta.helm.sh/release-namespace": must be set to "acme"`;

const CHARTS: readonly Case[] = [
  [
    "wrong version",
    "Error: r.example/clearml/x:9.9.9: not found",
    "input",
    "is not there",
    "correct `version`",
  ],
  [
    "no login",
    "Error: basic credential not found",
    "input",
    "refused the login for oci://",
    "`dockerhub-token`",
  ],
  ["unknown repository", "Error: repo charts not found", "input", "no repository `charts`", "`repositories`"],
  [
    "Kubernetes window",
    "Error: chart requires kubeVersion: <1.33.0-0 which is incompatible with Kubernetes v1.35.4",
    "input",
    "does not accept this cluster",
    "kubeVersion window",
  ],
  [
    "missing dependencies",
    "Error: An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: common",
    "input",
    "lacks its dependencies: common",
    "helm dependency build",
  ],
  [
    "a chart that refuses",
    "Error: INSTALLATION FAILED: execution error at (x/templates/d.yaml:3:4): apiKey is required",
    "input",
    "apiKey is required",
    "override",
  ],
  [
    "pending",
    "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress",
    "cluster",
    "unfinished Helm operation",
    "rollback",
  ],
  [
    "two at a time",
    'Error: create: failed to create: secrets "sh.helm.release.v1.r.v2" already exists',
    "cluster",
    "somebody else is changing release acme/clearml-agent",
    "one run",
  ],
  [
    "nothing to build upon",
    'Error: UPGRADE FAILED: "r" has no deployed releases',
    "cluster",
    "has never been deployed",
    "helm -n acme history",
  ],
  ["something new", "Error: something new", "cluster", "something new", undefined],
];

const OBJECTS: readonly Case[] = [
  [
    "another release's",
    OWNED,
    "cluster",
    "Deployment `d` in namespace `acme` is there already and belongs to release acme/dep",
    "another `release`",
  ],
  [
    "nobody's",
    UNOWNED,
    "cluster",
    "was not made by Helm",
    "kubectl label -n acme configmap r-plain app.kubernetes.io/managed-by=Helm",
  ],
  [
    "immutable, Helm 4",
    'level=WARN msg="upgrade failed" name=dep error="x is invalid"\nError: UPGRADE FAILED: server-side apply failed for object acme/d apps/v1, Kind=Deployment: Deployment.apps "d" is invalid: spec.selector: Invalid value: {"matchLabels":{"a":"two"}}: field is immutable',
    "cluster",
    "Deployment `d` cannot be changed in place: spec.selector",
    "kubectl -n acme delete deployment d",
  ],
  [
    "immutable, Helm 3",
    `Error: UPGRADE FAILED: cannot patch "s" with kind StatefulSet: StatefulSet.apps "s" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden`,
    "cluster",
    "StatefulSet `s` cannot be changed in place",
    "--cascade=orphan",
  ],
  [
    "a claim made smaller",
    'Error: UPGRADE FAILED: cannot patch "data" with kind PersistentVolumeClaim: PersistentVolumeClaim "data" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    "cluster",
    "PersistentVolumeClaim `data` cannot be changed in place",
    "removes its data",
  ],
  [
    "taken over",
    'Error: UPGRADE FAILED: conflict occurred while applying object acme/d apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.template.spec.containers[name="c"].image',
    "cluster",
    'fields of Deployment `d`: conflict with "kubectl-edit"',
    "override file",
  ],
  [
    "an unknown field",
    "Error: server-side apply failed for object acme/strict apps/v1, Kind=Deployment: failed to create typed patch object (acme/strict; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema",
    "input",
    "`.spec.replica` (field not declared in schema)",
    "strict form",
  ],
  [
    "a name given twice",
    'Error: server-side apply failed for object acme/strict apps/v1, Kind=Deployment: failed to create typed patch object (acme/strict; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="c"].env: duplicate entries for key [name="A"]',
    "input",
    '(duplicate entries for key [name="A"])',
    "strict form",
  ],
  [
    "a wrong type, Helm 4",
    "Error: server-side apply failed for object acme/typ apps/v1, Kind=Deployment: failed to create typed patch object (acme/typ; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string",
    "input",
    "`.spec.replicas` (expected numeric",
    "override",
  ],
  [
    "a wrong type, Helm 3",
    'Error: 1 error occurred:\n\t* Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32\n\n',
    "input",
    "cannot unmarshal string",
    "type of the value",
  ],
  [
    "an invalid object",
    'Error: 1 error occurred:\n\t* Service "Inv_X" is invalid: [metadata.name: Invalid value: "Inv_X": a DNS-1035 label must consist of lower case]\n',
    "input",
    "Kubernetes refuses Service `Inv_X`: [metadata.name",
    "override",
  ],
  [
    "too large",
    'Error: create: failed to create: Secret "sh.helm.release.v1.big2.v1" is invalid: data: Too long: may not be more than 1048576 bytes',
    "cluster",
    "larger than Kubernetes stores",
    ".helmignore",
  ],
];

const CLUSTERS: readonly Case[] = [
  [
    "out of reach",
    'Error: kubernetes cluster unreachable: Get "http://localhost:8080/version": dial tcp 127.0.0.1:8080: connect: connection refused',
    "cluster",
    "Helm does not reach the cluster",
    "KUBECONFIG",
  ],
  [
    "no right",
    'Error: query: failed to query with labels: secrets is forbidden: User "nobody" cannot list resource "secrets" in API group "" in the namespace "default"',
    "cluster",
    'user `nobody` of this kubeconfig may not list resource "secrets"',
    "the right",
  ],
  [
    "quota, Helm 3",
    'Error: 1 error occurred:\n\t* configmaps "one" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1\n',
    "cluster",
    "quota `q` of namespace acme is used up: requested: configmaps=1",
    "raise",
  ],
  [
    "a policy",
    'Error: admission webhook "validate.kyverno.svc-fail" denied the request: policy disallow-latest: use a tag',
    "cluster",
    "policy disallow-latest: use a tag",
    "as the policy asks",
  ],
  [
    "a policy that does not answer",
    'Error: Internal error occurred: failed calling webhook "x.example": failed to call webhook: Post "https://x.ns.svc:443/": dial tcp 10.0.0.1:443: connect: connection refused',
    "cluster",
    "webhook `x.example` of this cluster does not answer",
    "webhook configuration",
  ],
  [
    "no namespace",
    'Error: create: failed to create: namespaces "acme" not found',
    "cluster",
    "namespace `acme` is not there",
    "again",
  ],
  [
    "a namespace that goes",
    'Error: configmaps "x" is forbidden: unable to create new content in namespace acme because it is being terminated',
    "cluster",
    "namespace `acme` is being deleted",
    "kubectl get namespace acme",
  ],
  [
    "an unknown kind",
    'Error: UPGRADE FAILED: unable to build kubernetes objects from current release manifest: resource mapping not found for name: "w" namespace: "" from "": no matches for kind "Widget" in version "test.example/v1"\nensure CRDs are installed first',
    "cluster",
    "does not know Widget (test.example/v1)",
    "`needs`",
  ],
];

const HOOKS: readonly Case[] = [
  [
    "failed, Helm 3",
    "Error: failed pre-install: 1 error occurred:\n\t* job migrate failed: BackoffLimitExceeded\n\n",
    "cluster",
    "pre-install hook: Job `migrate` failed (BackoffLimitExceeded)",
    "kubectl -n acme logs job/migrate",
  ],
  [
    "failed, Helm 4",
    "Error: failed pre-install: resource Job/acme/migrate not ready. status: Failed, message: Job Failed. failed: 1/1",
    "cluster",
    "pre-install hook: Job `migrate` failed (Job Failed. failed: 1/1)",
    "kubectl -n acme logs job/migrate",
  ],
  [
    "too slow, Helm 3",
    "Error: UPGRADE FAILED: failed post-upgrade: 1 error occurred:\n\t* timed out waiting for the condition\n",
    "cluster",
    "its post-upgrade hook did not end in time",
    "`timeout`",
  ],
  [
    "too slow, Helm 4",
    "Error: failed post-install: resource Job/acme/slow not ready. status: InProgress, message: Job in progress\ncontext deadline exceeded",
    "cluster",
    "its post-install hook (Job `slow`) did not end in time",
    "`timeout`",
  ],
];

function explained(stderr: string) {
  return explainHelmFailure(new ToolError("helm", 1, stderr), use, reference);
}

describe.each([
  ["charts", CHARTS],
  ["objects", OBJECTS],
  ["clusters", CLUSTERS],
  ["hooks", HOOKS],
])("Helm's words about %s", (_, cases) => {
  it.each(cases)("%s", (_name, stderr, kind, message, hint) => {
    const error = explained(stderr);
    expect(error.kind).toBe(kind);
    expect(error.problems[0]?.message).toContain(message);
    expect(error.problems[0]?.at).toEqual(use.at);
    if (hint) expect(error.problems[0]?.hint).toContain(hint);
  });
});

describe("explainHelmFailure", () => {
  it("heeds the error alone, not warnings before it", () => {
    const error = explained("level=WARN msg=unauthorized\nError: something new");
    expect(error.message).toBe(
      "component `agent`: helm failed for release acme/clearml-agent: something new",
    );
  });
});

describe("isHookRace", () => {
  it.each([
    [
      "a hook still being deleted",
      'Error: UPGRADE FAILED: pre-upgrade hooks failed: warning: Hook pre-upgrade x/templates/j.yaml failed: object is being deleted: jobs.batch "migrate" already exists',
      true,
    ],
    ["a hook that fails", "Error: failed pre-install: 1 error occurred:\n\t* job migrate failed", false],
    ["the record of another", 'Error: create: failed to create: secrets "sh.helm" already exists', false],
  ])("%s", (_, stderr, is) => expect(isHookRace(new ToolError("helm", 1, stderr))).toBe(is));
});
