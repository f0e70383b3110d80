import type { KubernetesObject } from "../kubernetes/objects.ts";
import { isMap } from "../overrides/merge.ts";
import { valueAt } from "../overrides/values.ts";
import {
  EVERYWHERE,
  ingressPolicy,
  namespaceNamed,
  type Peer,
  type Port,
  SHARED_NAMESPACES,
} from "./peers.ts";

/** Policies that let through what a chart's own manifest says must be reached from outside its namespace. */

interface ServiceSpec {
  type?: string;
  selector?: Record<string, string>;
  externalIPs?: readonly string[];
  ports?: readonly { name?: string; protocol?: string; port: number; targetPort?: number | string }[];
}

interface Service {
  name: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  selector: Readonly<Record<string, string>>;
  /** It has a port of its own on nodes or a load balancer. */
  isOutside: boolean;
  ports: NonNullable<ServiceSpec["ports"]>;
}

/** How a release is opened. */
export interface Opening {
  namespace: string;
  release: string;
  manifest: readonly KubernetesObject[];
  ingressNamespace: string;
}

/**
 * Opens the pods of a release where its Services say so, and nothing else of it: what has a port on nodes or a load
 * balancer to everybody, what an Ingress or a route names to the ingress controller, webhooks to everybody (the API
 * server calls them from a node), and what says it is scraped to the namespaces that are no tenant's.
 */
export function servicePolicies(opening: Opening): KubernetesObject[] {
  const { namespace, manifest, ingressNamespace } = opening;
  const routed = routedServices(manifest);
  const called = calledServices(manifest, namespace);
  return servicesOf(manifest).flatMap((service) => {
    const isRouted = routed.has(service.name);
    const controller = isRouted ? [namespaceNamed(ingressNamespace)] : [];
    const scraped = scrapedPorts(service, manifest);
    return [
      ...(service.isOutside || called.has(service.name)
        ? [opened(opening, service, "outside", [...EVERYWHERE, ...controller])]
        : isRouted
          ? [opened(opening, service, "ingress", controller)]
          : []),
      ...(scraped.length > 0 ? [opened(opening, service, "metrics", [SHARED_NAMESPACES], scraped)] : []),
    ];
  });
}

/**
 * Opens a gateway: its whole purpose is to be reached. What has no port of its own is reached through the ingress
 * controller, whether or not the chart makes the Ingress.
 */
export function gatewayPolicies(
  namespace: string,
  release: string,
  manifest: readonly KubernetesObject[],
  ingressNamespace: string,
): KubernetesObject[] {
  const opening = { namespace, release, manifest, ingressNamespace };
  const routed = routedServices(manifest);
  return servicesOf(manifest).map((service) => {
    const controller = namespaceNamed(ingressNamespace);
    if (!service.isOutside) return opened(opening, service, "ingress", [controller]);
    const from = routed.has(service.name) ? [...EVERYWHERE, controller] : EVERYWHERE;
    return opened(opening, service, "streams", from);
  });
}

function opened(
  { namespace, release }: Opening,
  service: Service,
  purpose: string,
  from: readonly Peer[],
  ports = service.ports,
): KubernetesObject {
  const name = `allow-${release}-${purpose}-${service.name}`;
  return ingressPolicy(
    name,
    namespace,
    { matchLabels: service.selector },
    { from, ports: targetPorts(ports) },
  );
}

/** The Services of a manifest that select pods. */
export function servicesOf(manifest: readonly KubernetesObject[]): Service[] {
  return manifest
    .filter(({ kind }) => kind === "Service")
    .flatMap(({ metadata, spec }) => {
      const { selector, type = "ClusterIP", externalIPs = [], ports = [] } = (spec ?? {}) as ServiceSpec;
      if (!selector || type === "ExternalName") return [];
      const { name, labels = {}, annotations = {} } = metadata;
      const isOutside = type !== "ClusterIP" || externalIPs.length > 0;
      return [{ name, labels, annotations, selector, isOutside, ports }];
    });
}

/** Names of the Services that an Ingress or a route sends traffic to. */
function routedServices(manifest: readonly KubernetesObject[]): Set<string> {
  return new Set(
    manifest.flatMap(({ kind, spec }) => {
      if (kind === "Ingress") return textsAt(spec, "service", "name");
      // Of the Gateway API, and OpenShift's own.
      if (/^(HTTP|GRPC|TLS|TCP|UDP)Route$/.test(kind)) return textsAt(spec, "backendRefs", "name");
      return kind === "Route"
        ? [...textsAt(spec, "to", "name"), ...textsAt(spec, "alternateBackends", "name")]
        : [];
    }),
  );
}

/** Names of the Services that the API server calls: webhooks, conversions of resources, APIs of its own. */
function calledServices(manifest: readonly KubernetesObject[], namespace: string): Set<string> {
  const callers =
    /^(MutatingWebhookConfiguration|ValidatingWebhookConfiguration|CustomResourceDefinition|APIService)$/;
  return new Set(
    manifest
      .filter(({ kind }) => callers.test(kind))
      .flatMap((object) => mapsAt(object, "service"))
      .flatMap(({ name, namespace: place }) =>
        typeof name === "string" && (place === undefined || place === namespace) ? [name] : [],
      ),
  );
}

/** The ports of a Service that monitoring reads: said by an annotation of its own or its pods, or by a monitor. */
function scrapedPorts(service: Service, manifest: readonly KubernetesObject[]): Service["ports"] {
  const pods = manifest.filter((object) => {
    const labels = valueAt(object, ["spec", "template", "metadata", "labels"]);
    return isMap(labels) && isWithin(service.selector, labels);
  });
  const annotations = pods.map((pod) => valueAt(pod, ["spec", "template", "metadata", "annotations"]));
  const said = [service.annotations, ...annotations.filter(isMap)].filter(
    (each) => each["prometheus.io/scrape"] === "true",
  );
  const numbers = new Set(said.map((each) => Number(each["prometheus.io/port"])));
  const names = new Set(manifest.flatMap((object) => monitoredPorts(object, service)));
  return service.ports.filter(({ name = "", port, targetPort }) => {
    return numbers.has(Number.NaN) || numbers.has(port) || numbers.has(Number(targetPort)) || names.has(name);
  });
}

/** Names of the ports that a ServiceMonitor or PodMonitor reads of a Service. */
function monitoredPorts({ kind, spec }: KubernetesObject, service: Service): string[] {
  const selector = valueAt(spec, ["selector", "matchLabels"]);
  const labels =
    kind === "ServiceMonitor" ? service.labels : kind === "PodMonitor" ? service.selector : undefined;
  if (labels === undefined || (isMap(selector) && !isWithin(selector, labels))) return [];
  return [...textsAt(spec, "endpoints", "port"), ...textsAt(spec, "podMetricsEndpoints", "port")];
}

function isWithin(
  part: Readonly<Record<string, unknown>>,
  whole: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(part).every(([key, value]) => whole[key] === value);
}

/** Every map below a value that stands at `key`, alone or in a list. */
function mapsAt(value: unknown, key: string): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap((each) => mapsAt(each, key));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    ...(name === key ? [each].flat().filter(isMap) : []),
    ...mapsAt(each, key),
  ]);
}

function textsAt(value: unknown, key: string, field: string): string[] {
  return mapsAt(value, key).flatMap((each) => (typeof each[field] === "string" ? [each[field]] : []));
}

/** A policy speaks of the pods' ports, not of the Service's. Neighbouring numbers are joined to a range. */
function targetPorts(ports: Service["ports"]): Port[] {
  const named: Port[] = [];
  const numbers = new Map<string, number[]>();
  for (const { protocol = "TCP", port, targetPort = port } of ports) {
    if (typeof targetPort === "string") named.push({ protocol, port: targetPort });
    else numbers.set(protocol, [...(numbers.get(protocol) ?? []), targetPort]);
  }
  const ranges = [...numbers].flatMap(([protocol, each]) =>
    joinNumbers(each).map(([port, endPort]) => ({ protocol, port, ...(endPort > port ? { endPort } : {}) })),
  );
  return [...named, ...ranges];
}

/** Sorted, neighbouring numbers as ranges with both ends. */
export function joinNumbers(numbers: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
