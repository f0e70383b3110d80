import { isGateway } from "../catalogue/gateways.ts";
import type { ComponentUse } from "../environment/model.ts";
import { fullname } from "../helm/fullname.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Values } from "../overrides/values.ts";
import {
  billingPolicies,
  controlPlanePolicies,
  defaultDeny,
  isSessionSelector,
  redisPolicies,
  sessionPolicies,
} from "./policies.ts";
import { gatewayPolicies, servicePolicies } from "./services.ts";

/** A release that shares the cluster with the policies, deployed in this run or before. */
export interface NeighbourRelease {
  use: ComponentUse;
  /** Name of its chart. */
  chart: string;
  values: Values;
  /** The objects of its manifest; empty where it is not known. */
  objects: readonly KubernetesObject[];
}

/**
 * The policies of the shared namespaces: those of the control plane, the shared Redis and billing are closed; what
 * must be reached in them is open.
 * @param releases enabled components of the cluster
 */
export function sharedPolicies(
  releases: readonly NeighbourRelease[],
  ingressNamespace: string,
): KubernetesObject[] {
  const find = (id: string) => releases.find(({ use }) => use.id === id);
  const [server, redis, billing] = [find("control-plane"), find("redis"), find("billing")];
  const home = server?.use.namespace ?? "clearml";
  const consumers = releases
    .filter(({ use }) => use.definition.needs.includes("control-plane") && use.namespace !== home)
    .map(({ use }) => use.namespace);
  const closed = [server, redis, billing].flatMap((release) => release?.use.namespace ?? []);
  return distinct([
    ...(server
      ? controlPlanePolicies(
          home,
          fullname(server.use.release, server.chart, server.values),
          ingressNamespace,
          [...new Set(consumers)],
        )
      : []),
    // In the control plane's namespace its rules hold for billing too.
    ...(billing && billing.use.namespace !== home ? billingPolicies(billing.use.namespace, home) : []),
    ...(redis ? redisPolicies(redis.use.namespace, home, redis.values, redisPods(redis, releases)) : []),
    ...releases
      .filter((release) => closed.includes(release.use.namespace))
      .flatMap((release) => neighbourPolicies(release, ingressNamespace)),
  ]);
}

/**
 * The policies of a tenant's namespace: closed, except its gateway and what else of its releases is reached from
 * outside.
 * @param releases enabled components of the tenant
 */
export function tenantPolicies(
  namespace: string,
  releases: readonly NeighbourRelease[],
  ingressNamespace: string,
): KubernetesObject[] {
  const inside = releases.filter(({ use }) => use.namespace === namespace);
  return distinct([
    defaultDeny(namespace),
    ...inside.flatMap((release) => neighbourPolicies(release, ingressNamespace)),
  ]);
}

/** What one release needs beside the rules of its namespace. */
function neighbourPolicies(release: NeighbourRelease, ingressNamespace: string): KubernetesObject[] {
  const { use, values, chart, objects } = release;
  const { id, namespace, release: name } = use;
  if (isGateway({ id })) return gatewayPolicies(namespace, name, objects, ingressNamespace);
  // The servers are open as it is.
  const server = id === "control-plane" ? fullname(name, chart, values) : undefined;
  const manifest = objects.filter(({ kind, spec }) => {
    const { selector } =
      ((kind === "Service" ? spec : undefined) as { selector?: Record<string, string> }) ?? {};
    if (!selector) return true;
    const isServer = server !== undefined && selector["app.kubernetes.io/name"] === server;
    return !isServer && !isSessionSelector(selector);
  });
  return [
    ...(id === "agent" ? sessionPolicies(namespace, name, values, ingressNamespace) : []),
    ...servicePolicies({ namespace, release: name, manifest, ingressNamespace }),
  ];
}

/** In a namespace of its own every pod is Redis; among others only those of the release are. */
function redisPods(redis: NeighbourRelease, releases: readonly NeighbourRelease[]) {
  const isAlone = !releases.some(({ use }) => use !== redis.use && use.namespace === redis.use.namespace);
  return isAlone ? {} : { matchLabels: { "app.kubernetes.io/instance": redis.use.release } };
}

/** One policy for each name; components that share a namespace close it once. */
function distinct(policies: readonly KubernetesObject[]): KubernetesObject[] {
  const byPlace = new Map(policies.map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]));
  return [...byPlace.values()];
}
