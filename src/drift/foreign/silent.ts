import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../overrides/merge.ts";
import { ownEntry, type Values } from "../../overrides/values.ts";

/** Notes that tools leave behind with what they do, as labels or annotations. */
const BOOKKEEPING =
  /^(?:kubectl\.kubernetes\.io\/(?:last-applied-configuration|restartedAt)|deployment\.kubernetes\.io\/.*|deprecated\.daemonset\.template\.generation|kubernetes\.io\/change-cause|(?:[^/]+\.)?cattle\.io\/.*)$/;

/** Defaults, or what they are beside these fields. */
type Defaults = readonly unknown[] | ((beside: Values) => unknown);

/**
 * What the API server fills in where nobody says anything, by the name of the field: whoever applies a whole object that
 * they have read before owns it too.
 */
const DEFAULTS: Readonly<Record<string, Defaults>> = {
  // Pods and their templates.
  dnsPolicy: ["ClusterFirst"],
  restartPolicy: ["Always"],
  schedulerName: ["default-scheduler"],
  terminationGracePeriodSeconds: [30],
  terminationMessagePath: ["/dev/termination-log"],
  terminationMessagePolicy: ["File"],
  imagePullPolicy: ({ image }) =>
    /(?:^[^:]*|\/[^:]*|:latest)$/.test(String(image)) ? "Always" : "IfNotPresent",
  enableServiceLinks: [true],
  preemptionPolicy: ["PreemptLowerPriority"],
  serviceAccountName: ["default"],
  procMount: ["Default"],
  defaultMode: [420],
  optional: [false],
  scheme: ["HTTP"],
  successThreshold: [1],
  failureThreshold: [3],
  periodSeconds: [10],
  protocol: ["TCP"],
  // Of admission webhooks too.
  timeoutSeconds: ({ clientConfig }) => (clientConfig === undefined ? 1 : 10),
  // Workloads.
  replicas: [1],
  minReadySeconds: [0],
  revisionHistoryLimit: [10],
  progressDeadlineSeconds: [600],
  // Those of deployments, and those of daemon sets.
  maxSurge: ({ maxUnavailable }) => (maxUnavailable === 1 ? 0 : "25%"),
  maxUnavailable: ({ maxSurge }) => (maxSurge === 0 ? 1 : "25%"),
  partition: [0],
  podManagementPolicy: ["OrderedReady"],
  whenDeleted: ["Retain"],
  whenScaled: ["Retain"],
  backoffLimit: [6],
  completions: [1],
  parallelism: [1],
  completionMode: ["NonIndexed"],
  podReplacementPolicy: ["TerminatingOrFailed"],
  suspend: [false],
  manualSelector: [false],
  concurrencyPolicy: ["Allow"],
  successfulJobsHistoryLimit: [3],
  failedJobsHistoryLimit: [1],
  minReplicas: [1],
  // Services; the rest is what the cluster gives them.
  sessionAffinity: ["None"],
  internalTrafficPolicy: ["Cluster"],
  externalTrafficPolicy: ["Cluster"],
  allocateLoadBalancerNodePorts: [true],
  // Storage, policies, rights, definitions, webhooks.
  volumeMode: ["Filesystem"],
  reclaimPolicy: ["Delete"],
  volumeBindingMode: ["Immediate"],
  policyTypes: [["Ingress"], ["Ingress", "Egress"]],
  matchPolicy: ["Equivalent"],
  reinvocationPolicy: ["Never"],
  failurePolicy: ["Fail"],
  scope: ["*"],
  apiGroup: ["rbac.authorization.k8s.io", ""],
  strategy: ["None"],
};

/** The usual types, where a field of this name stands that nobody has set. */
const DEFAULT_TYPES: readonly unknown[] = ["RollingUpdate", "ClusterIP", "Opaque"];

/** What the cluster gives an object, or looks after itself. */
const GIVEN = new Set([
  ...["clusterIP", "clusterIPs", "nodePort", "healthCheckNodePort", "ipFamilies", "ipFamilyPolicy"],
  ...["volumeName", "storageClassName", "creationTimestamp", "caBundle"],
  ...["claimRef", "priority", "observedGeneration", "serviceAccount"],
]);

/**
 * What is left of a value that somebody has added, without what says nothing: defaults, what the cluster gives, notes of
 * tools, and what is empty. Undefined when that is all.
 * @param beside the map that the field stands in
 */
export function telling(field: string, value: unknown, beside: Values): unknown {
  if (GIVEN.has(field) || BOOKKEEPING.test(field) || isDefault(field, value, beside)) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (!isMap(value)) return value === null || value === "" ? undefined : value;
  const entries = Object.entries(value).filter(([name, each]) => telling(name, each, value) !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isDefault(field: string, value: unknown, beside: Values): boolean {
  const defaults = field === "type" ? DEFAULT_TYPES : ownEntry(DEFAULTS, field);
  if (typeof defaults === "function") return defaults(beside) === value;
  return defaults?.some((each) => isDeepStrictEqual(each, value)) ?? false;
}
