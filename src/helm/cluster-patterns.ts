import type { FailurePattern } from "./failure-patterns.ts";

const IMMUTABLE =
  /(?<kind>[A-Z]\w+)(?:\.[a-z0-9.]+)? \\?"(?<name>[^"\\]+)\\?" is invalid: (?<why>.*(?:field is immutable|updates to statefulset spec for fields other than|field can not be less than|may not change once set|cannot be changed).*)/;

/** What the cluster says to what a chart asks of it. */
export const CLUSTER_PATTERNS: readonly FailurePattern[] = [
  {
    words: /[Kk]ubernetes cluster unreachable: (?<why>.*)/,
    kind: "cluster",
    explain: ({ use, groups }) => ({
      message: `component \`${use.id}\`: Helm does not reach the cluster: ${groups.why}`,
      hint: "check KUBECONFIG, the network between the runner and the cluster, and that the API server is up",
    }),
  },
  {
    words:
      /(?<kind>\w+) "(?<name>[^"]+)" in namespace "(?<namespace>[^"]*)" exists and cannot be imported into the current release: (?<why>.*)/,
    kind: "cluster",
    explain: ({ use, groups }) => explainOwner(use, groups),
  },
  {
    words: IMMUTABLE,
    kind: "cluster",
    explain: ({ use, groups: { kind = "", name = "", why } }) => ({
      message: `component \`${use.id}\`: ${kind} \`${name}\` cannot be changed in place: ${why}`,
      hint: immutableHint(use.namespace, kind, name),
    }),
  },
  {
    words:
      /conflict occurred while applying object \S+ \S+ Kind=(?<kind>\w+): Apply failed with \d+ conflicts?: (?<why>.*)/,
    kind: "cluster",
    explain: ({ use, groups: { kind, why }, line }) => ({
      message: `component \`${use.id}\`: somebody else has taken over fields of ${kind} \`${/object \S+?\/(\S+)/.exec(line)?.[1] ?? ""}\`: ${why}`,
      hint: "put what they changed into the override file, or undo it (`kubectl edit`) so that their field manager gives the field up; `kubectl get --show-managed-fields` shows who holds what",
    }),
  },
  {
    words:
      /(?<field>\.\S+): (?<why>field not declared in schema|duplicate entries for key \S+|expected \w+ .*)|unknown field "(?<unknown>[^"]+)"|strict decoding error: (?<strict>.*)/,
    kind: "input",
    explain: ({ use, groups: { field, why, unknown, strict }, line }) => ({
      message: `component \`${use.id}\`: Kubernetes refuses ${field ? `\`${field}\`` : unknown ? `the unknown field \`${unknown}\`` : "a field"}${why ? ` (${why})` : strict ? ` (${strict})` : ""}: ${line}`,
      hint: "correct the override that prints it; Helm 4 sends objects in the strict form, where unknown fields and names given twice are errors",
    }),
  },
  {
    words: /exceeded quota: (?<quota>[^,]+), (?<why>requested: .*)/,
    kind: "cluster",
    explain: ({ use, groups }) => ({
      message: `component \`${use.id}\`: quota \`${groups.quota}\` of namespace ${use.namespace} is used up: ${groups.why}`,
      hint: "raise the ResourceQuota, or ask for less",
    }),
  },
  {
    words: /admission webhook "(?<webhook>[^"]+)" denied the request:? ?(?<why>.*)/,
    kind: "cluster",
    explain: ({ use, groups }) => ({
      message: `component \`${use.id}\`: a policy of this cluster (webhook \`${groups.webhook}\`) refuses an object: ${groups.why}`,
      hint: "do as the policy asks in the override file, or have the namespace excepted from it",
    }),
  },
  {
    words: /failed calling webhook "(?<webhook>[^"]+)":? ?(?<why>.*)/,
    kind: "cluster",
    explain: ({ use, groups }) => ({
      message: `component \`${use.id}\`: webhook \`${groups.webhook}\` of this cluster does not answer: ${groups.why}`,
      hint: "bring the program behind it up, or remove its webhook configuration when the program is gone",
    }),
  },
  {
    words:
      /is invalid: data: Too long|may not be more than 1048576 bytes|request is too large|Request entity too large/i,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: it is larger than Kubernetes stores: ${line}`,
      hint: "Helm keeps chart, values and manifest in one Secret of at most 1 MiB: move large files out of the values, and out of the chart's folder with .helmignore",
    }),
  },
  {
    words: /(?:(?<what>\S+ "[^"]+") is forbidden: )?User "(?<user>[^"]+)" cannot (?<right>.*?)(?: &&|$)/m,
    kind: "cluster",
    explain: ({ use, groups: { user, right, what } }) => ({
      message: `component \`${use.id}\`: user \`${user}\` of this kubeconfig may not ${right}${what ? ` (${what})` : ""}`,
      hint: "give that account the right, or use another kubeconfig",
    }),
  },
  {
    words: /namespaces "(?<namespace>[^"]+)" not found/,
    kind: "cluster",
    explain: ({ use, groups }) => ({
      message: `component \`${use.id}\`: namespace \`${groups.namespace}\` is not there`,
      hint: "something has removed it since it was made; run this again",
    }),
  },
  {
    words: /because it is being terminated/,
    kind: "cluster",
    explain: ({ use }) => ({
      message: `component \`${use.id}\`: namespace \`${use.namespace}\` is being deleted`,
      hint: `wait until it is gone; \`kubectl get namespace ${use.namespace} -o yaml\` says what holds it up`,
    }),
  },
  {
    words: /no matches for kind "(?<kind>[^"]+)" in version "(?<version>[^"]+)"/,
    kind: "cluster",
    explain: ({ use, groups }) => ({
      message: `component \`${use.id}\`: the cluster does not know ${groups.kind} (${groups.version})`,
      hint: "install what brings its resource definition first, and name it in `needs`; Helm installs `crds/` of a chart with its first installation only",
    }),
  },
  {
    words:
      /failed (?<event>(?:pre|post)-\w+): .*?(?:\* job (?<job3>\S+) failed: (?<why3>\S+)|resource Job\/[^/]+\/(?<job4>\S+) not ready\. status: Failed, message: (?<why4>.*))/s,
    kind: "cluster",
    explain: ({ use, groups: { event, job3, job4, why3, why4 } }) => ({
      message: `component \`${use.id}\`: ${event} hook: Job \`${job3 ?? job4}\` failed (${(why3 ?? why4)?.trim()})`,
      hint: `\`kubectl -n ${use.namespace} logs job/${job3 ?? job4}\` says why`,
    }),
  },
  {
    words:
      /failed (?<event>(?:pre|post)-\w+): (?:.*resource (?<kind>\w+)\/[^/]+\/(?<name>\S+) not ready)?.*(?:timed out waiting for the condition|context deadline exceeded)/s,
    kind: "cluster",
    explain: ({ use, groups: { event, kind, name } }) => ({
      message: `component \`${use.id}\`: its ${event} hook${kind ? ` (${kind} \`${name}\`)` : ""} did not end in time`,
      hint: `\`kubectl -n ${use.namespace} get pods,jobs\` shows what it waits for; a longer \`timeout\` of the component gives it more time`,
    }),
  },
  {
    words: /timed out waiting for the condition|context deadline exceeded/,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: Helm gave up waiting: ${line}`,
      hint: "a longer `timeout` of the component gives it more time",
    }),
  },
  {
    words: /no such host|connection refused|i\/o timeout|network is unreachable/i,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: a server does not answer: ${line}`,
      hint: "check that the runner reaches the chart registry and the cluster",
    }),
  },
  {
    words: /too many requests/i,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: the API server is too busy: ${line}`,
      hint: "run this again when it has less to do; priority and fairness of the API server decide who waits",
    }),
  },
  {
    words: /connection reset by peer|unexpected EOF|: EOF\b|connection lost|TLS handshake timeout/i,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: the connection to the cluster broke off: ${line}`,
      hint: "run this again: it goes on from what is there",
    }),
  },
  {
    words: /etcdserver: |internal error occurred|the server is currently unable|service unavailable/i,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: the API server could not do it: ${line}`,
      hint: "look at the health of the control plane (etcd, API server), then run this again",
    }),
  },
  {
    words: /the object has been modified/i,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: somebody else writes the same objects: ${line}`,
      hint: "find out who does (`kubectl get … -o yaml --show-managed-fields`), then run this again",
    }),
  },
  {
    words: /(?<kind>[A-Z]\w+)(?:\.[a-z0-9.]+)? "(?<name>[^"]+)" is invalid: (?<why>.*)/,
    kind: "input",
    explain: ({ use, groups: { kind, name, why } }) => ({
      message: `component \`${use.id}\`: Kubernetes refuses ${kind} \`${name}\`: ${why}`,
      hint: "correct the override that prints it",
    }),
  },
  {
    words: /cannot be handled as a \w+: (?<why>.*)/,
    kind: "input",
    explain: ({ use, groups, line }) => ({
      message: `component \`${use.id}\`: Kubernetes refuses an object: ${groups.why ?? line}`,
      hint: "correct the type of the value in the override file; lint-overrides names it",
    }),
  },
];

type Groups = Parameters<FailurePattern["explain"]>[0]["groups"];

/** An object that is there already: of another release, or of nobody's. */
function explainOwner(
  use: Parameters<FailurePattern["explain"]>[0]["use"],
  { kind = "", name = "", namespace = "", why = "" }: Groups,
) {
  const owner = /"meta\.helm\.sh\/release-name" must equal "[^"]*": current value is "([^"]+)"/.exec(
    why,
  )?.[1];
  const home = /"meta\.helm\.sh\/release-namespace" must equal "[^"]*": current value is "([^"]+)"/.exec(
    why,
  )?.[1];
  const place = namespace ? ` in namespace \`${namespace}\`` : "";
  const object = `-n ${namespace || use.namespace} ${kind.toLowerCase()} ${name}`;
  const message = `component \`${use.id}\`: ${kind} \`${name}\`${place} is there already and`;
  if (owner !== undefined || home !== undefined) {
    return {
      message: `${message} belongs to release ${home ?? use.namespace}/${owner ?? use.release}`,
      hint: "give one of the two releases another `release` name, or remove the other release first",
    };
  }
  return {
    message: `${message} was not made by Helm`,
    hint: `remove it, or let the release take it over: \`kubectl label ${object} app.kubernetes.io/managed-by=Helm\` and \`kubectl annotate ${object} meta.helm.sh/release-name=${use.release} meta.helm.sh/release-namespace=${use.namespace}\``,
  };
}

function immutableHint(namespace: string, kind: string, name: string): string {
  const back = "bring the value back";
  // Without it the data would be gone.
  if (/^PersistentVolume/.test(kind)) return `${back}: removing the object removes its data`;
  const remove = `kubectl -n ${namespace} delete ${kind.toLowerCase()} ${name}`;
  const object =
    kind === "StatefulSet" ? `${remove} --cascade=orphan\`; pods and claims stay` : `${remove}\``;
  return `${back}, or remove the object first (\`${object}) and run this again`;
}
