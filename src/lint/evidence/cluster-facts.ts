import pLimit from "p-limit";
import { errorMessage } from "../../core/errors.ts";
import { decodeRecord } from "../../helm/stored-release.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { type DaemonSet, policyEngine } from "./policy-engines.ts";

/** What rules may know of a cluster; read once, with read-only rights. A part that may not be read is left out. */
export interface ClusterFacts {
  /** As the API server tells it, such as `v1.34.2-eks-1`. */
  kubernetesVersion: string;
  ingressClasses?: readonly ClassOfCluster[];
  storageClasses?: readonly ClassOfCluster[];
  /** The program known to enforce NetworkPolicies that runs there, such as `calico`; null when none was seen. */
  networkPolicyEngine?: string | null;
  /** Newest revision of each release. */
  releases?: readonly LiveRelease[];
  /** Node ports that are taken. */
  nodePorts?: readonly TakenPort[];
  /** What could not be read, and why: one sentence each. */
  notRead?: readonly string[];
}

/** An IngressClass or StorageClass. */
export interface ClassOfCluster {
  name: string;
  isDefault: boolean;
}

/** A release as Helm recorded it. */
export interface LiveRelease {
  name: string;
  namespace: string;
  chart: string;
  chartVersion: string;
  /** Helm's word: deployed, failed, pending-upgrade, … */
  status: string;
}

export interface TakenPort {
  port: number;
  namespace: string;
  service: string;
}

const PARALLEL = 8;
/** Records of releases that are read at most, each with a request; those of ClearML come first. */
const MAX_RECORDS = 300;

/** Reads what the rules want to know of a cluster; writes nothing. What may not be read is left out and said. */
export async function readClusterFacts(kubernetes: Kubernetes): Promise<ClusterFacts> {
  const notRead: string[] = [];
  const attempt = async <T>(what: string, read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (thrown) {
      notRead.push(`${what} could not be read: ${errorMessage(thrown)}`);
      return undefined;
    }
  };
  const [ingressClasses, storageClasses, engine, nodePorts, releases] = await Promise.all([
    attempt(
      "ingress classes",
      readClasses(kubernetes, "networking.k8s.io/v1/ingressclasses", "ingressclass"),
    ),
    attempt("storage classes", readClasses(kubernetes, "storage.k8s.io/v1/storageclasses", "storageclass")),
    attempt("daemon sets", readEngine(kubernetes)),
    attempt("services", readNodePorts(kubernetes)),
    attempt("releases of Helm", readReleases(kubernetes, notRead)),
  ]);
  return {
    kubernetesVersion: kubernetes.version,
    ...(ingressClasses ? { ingressClasses } : {}),
    ...(storageClasses ? { storageClasses } : {}),
    ...(engine === undefined ? {} : { networkPolicyEngine: engine }),
    ...(nodePorts ? { nodePorts } : {}),
    ...(releases ? { releases } : {}),
    ...(notRead.length > 0 ? { notRead: notRead.sort() } : {}),
  };
}

async function readClasses(kubernetes: Kubernetes, path: string, kind: string): Promise<ClassOfCluster[]> {
  const classes = await kubernetes.listMetadata(`/apis/${path}`);
  return classes.map(({ metadata: { name, annotations } }) => ({
    name,
    isDefault: DEFAULTS.some((group) => annotations?.[`${kind}.${group}/is-default-class`] === "true"),
  }));
}

/** Groups whose annotation marks a default class. */
const DEFAULTS = ["kubernetes.io", "beta.kubernetes.io"];

async function readEngine(kubernetes: Kubernetes): Promise<string | null> {
  const sets = await kubernetes.list("/apis/apps/v1/daemonsets");
  return policyEngine(sets as unknown as readonly DaemonSet[], kubernetes.version) ?? null;
}

/** The node ports that Services have. */
export async function readNodePorts(kubernetes: Kubernetes): Promise<TakenPort[]> {
  const services = await kubernetes.list("/api/v1/services");
  return services.flatMap(({ metadata: { name, namespace = "" }, spec }) => {
    const { ports = [], healthCheckNodePort } = spec as {
      ports?: { nodePort?: number }[];
      healthCheckNodePort?: number;
    };
    return [...ports.map(({ nodePort }) => nodePort), healthCheckNodePort].flatMap((port) =>
      port ? [{ port, namespace, service: name }] : [],
    );
  });
}

/**
 * The newest revision of every release. The list carries labels alone: the records are large, and hold the values of
 * every revision. Only the newest is read.
 */
async function readReleases(kubernetes: Kubernetes, notRead: string[]): Promise<LiveRelease[]> {
  const query = `labelSelector=${encodeURIComponent("owner=helm")}`;
  const newest = newestOf(await kubernetes.listMetadata("/api/v1/secrets", query));
  if (newest.length > MAX_RECORDS)
    notRead.push(`${newest.length - MAX_RECORDS} of ${newest.length} releases of Helm were not read`);
  const limit = pLimit(PARALLEL);
  const records = await Promise.all(
    newest.slice(0, MAX_RECORDS).map(({ metadata: { name, namespace = "" } }) =>
      limit(async (): Promise<LiveRelease[]> => {
        const secret = await kubernetes.get(`/api/v1/namespaces/${namespace}/secrets/${name}`);
        const data = (secret?.data as { release?: string } | undefined)?.release;
        if (data === undefined) return [];
        const { release, chart, chartVersion, status } = decodeRecord(data);
        return [{ name: release, namespace, chart, chartVersion, status }];
      }),
    ),
  );
  return records.flat();
}

type Revision = Pick<KubernetesObject, "metadata">;

/** The newest revision of each release that is still installed, those with ClearML in their name first. */
function newestOf(revisions: readonly Revision[]): Revision[] {
  const newest = new Map<string, Revision>();
  for (const revision of revisions) {
    const { namespace, labels } = revision.metadata;
    const key = `${namespace}/${labels?.name}`;
    const known = newest.get(key);
    if (!known || numberOf(revision) > numberOf(known)) newest.set(key, revision);
  }
  return [...newest.values()]
    .filter(({ metadata }) => metadata.labels?.status !== "uninstalled")
    .sort((a, b) => Number(isClearml(b)) - Number(isClearml(a)));
}

function numberOf({ metadata }: Revision): number {
  return Number(metadata.labels?.version ?? 0);
}

function isClearml({ metadata }: Revision): boolean {
  return /clearml/.test(metadata.labels?.name ?? "");
}
