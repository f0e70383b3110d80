import { once } from "../../core/once.ts";
import { type ReleaseRecord, readReleases } from "../../helm/record.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { manifestObjects } from "../../kubernetes/manifest.ts";
import { apiPath, type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { podsOf } from "../../readiness/diagnose.ts";
import type { LiveObject } from "../../readiness/model.ts";
import { commonLabels, readSurroundings, type Surroundings } from "../../readiness/surroundings.ts";
import type { Probe } from "../model.ts";
import type { Service } from "./services.ts";

/** What the cluster has of one gateway. Every list is asked for once, by whoever needs it first. */
export interface Gateway {
  kubernetes: Kubernetes;
  namespace: string;
  release: string;
  /** The newest revision that Helm has recorded; undefined when there is none. */
  record(): Promise<ReleaseRecord | undefined>;
  /** What that revision consists of; empty without one. */
  manifest(): Promise<readonly KubernetesObject[]>;
  /** All of the namespace, with those of agents. */
  allDeployments(): Promise<readonly LiveObject[]>;
  deployments(): Promise<readonly LiveObject[]>;
  /** Pods of the Deployments, and what has been said about them. */
  around(): Promise<Surroundings>;
  /** Pods of the newest revision of the Deployments. */
  pods(): Promise<readonly LiveObject[]>;
  services(): Promise<readonly Service[]>;
  ingresses(): Promise<readonly KubernetesObject[]>;
  /** EndpointSlices of the Services. */
  slices(): Promise<readonly KubernetesObject[]>;
}

const KNOWN = new WeakMap<Probe, Gateway | string>();

/** The gateway of a probe, or why there is nothing to look into. */
export function gatewayOf(probe: Probe): Gateway | string {
  const known = KNOWN.get(probe);
  if (known !== undefined) return known;
  const gateway = lookInto(probe);
  KNOWN.set(probe, gateway);
  return gateway;
}

function lookInto({ kubernetes, target: { use } }: Probe): Gateway | string {
  if (!use)
    return "only a gateway of `clearml.yaml` (inputs `config` and `tenant`) can be found in the cluster";
  if (!kubernetes) return "there is no cluster to look into: set KUBECONFIG for this step";
  const { namespace, release } = use;
  const list = (apiVersion: string, kind: string) => async () => {
    const items = await kubernetes.list(resourcePath(apiVersion, kind, namespace));
    // The items of a list do not name their kind.
    return items.map((item) => ({ ...item, apiVersion, kind })) as LiveObject[];
  };
  const own = async <T extends KubernetesObject>(items: Promise<readonly T[]>) =>
    (await items).filter((item) => isOfRelease(item, release));
  const record = once(async () =>
    (await readReleases(kubernetes, namespace, new Set([release]))).get(release),
  );
  const allDeployments = once(list("apps/v1", "Deployment"));
  const deployments = once(() => own(allDeployments()));
  const around = once(async () => {
    const found = await deployments();
    if (found.length === 0) return { pods: [], replicaSets: [], events: [], nodes: undefined };
    return readSurroundings(kubernetes, namespace, commonLabels(found));
  });
  const services = once(() => own(list("v1", "Service")()) as Promise<Service[]>);
  return {
    ...{ kubernetes, namespace, release, record, allDeployments, deployments, around, services },
    manifest: once(async () => manifestObjects((await record())?.manifest ?? "")),
    pods: once(async () => {
      const [found, surroundings] = await Promise.all([deployments(), around()]);
      return found.flatMap((each) => podsOf(each, surroundings)).filter(isStaying);
    }),
    ingresses: once(() => own(list("networking.k8s.io/v1", "Ingress")())),
    slices: once(async () => slicesOf(kubernetes, namespace, await services())),
  };
}

/** Helm writes the name of the release onto everything it makes; what others apply has its label at most. */
export function isOfRelease({ metadata }: Pick<KubernetesObject, "metadata">, release: string): boolean {
  const name = metadata.annotations?.["meta.helm.sh/release-name"];
  if (name !== undefined) return name === release;
  const instance = metadata.labels?.["app.kubernetes.io/instance"];
  return instance === release || (instance?.startsWith(`${release}-`) ?? false);
}

/** Pods that are not on their way out. */
function isStaying({ metadata, status }: LiveObject): boolean {
  const { phase } = (status ?? {}) as { phase?: string };
  return !metadata.deletionTimestamp && phase !== "Succeeded" && phase !== "Failed";
}

async function slicesOf(
  kubernetes: Kubernetes,
  namespace: string,
  services: readonly Service[],
): Promise<KubernetesObject[]> {
  if (services.length === 0) return [];
  const names = services.map(({ metadata }) => metadata.name).join(",");
  const query = `labelSelector=${encodeURIComponent(`kubernetes.io/service-name in (${names})`)}`;
  return kubernetes.list(apiPath("discovery.k8s.io/v1", "endpointslices", namespace), query);
}
