import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { DEFAULT_INGRESS_NAMESPACE, joinNumbers } from "../../network-isolation/policies.ts";
import { ingressNamespace } from "../../preflight/namespaces.ts";
import type { LiveObject } from "../../readiness/model.ts";
import { readable } from "../../readiness/surroundings.ts";
import type { Probe, SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import type { Gateway } from "./gateway.ts";
import { backendsOf, specOf } from "./ingress.ts";
import {
  admits,
  blocksOf,
  holdsPods,
  limiting,
  namedPort,
  namesPods,
  type Peer,
  type Source,
  selects,
} from "./policy-rules.ts";
import { isOutside, type Service, type ServicePort, selecting } from "./services.ts";

export const networkPolicy = insideCheck({
  name: "network-policy",
  proves:
    "The NetworkPolicies of the namespace let the ingress controller in to the gateway, and everybody to its ports on nodes and load balancers.",
  async run(gateway, probe) {
    const path = resourcePath("networking.k8s.io/v1", "NetworkPolicy", gateway.namespace);
    const [policies, pods, services, ingresses] = await Promise.all([
      gateway.kubernetes.list(path),
      gateway.pods(),
      gateway.services(),
      gateway.ingresses(),
    ]);
    const entries = entriesOf(services, ingresses, pods);
    if (entries.length === 0) return { status: "skip", detail: "no Service of the gateway leads to a pod" };
    const limited = entries.filter(({ pod }) => limiting(policies, pod).length > 0);
    if (limited.length === 0)
      return { status: "pass", detail: "no NetworkPolicy limits what comes in to the gateway's pods" };
    return judgePolicies(limited, policies, await controllerOf(gateway, probe, limited));
  },
});

/** One way in: a port of a pod, and who comes that way. */
export interface Entry {
  service: string;
  pod: LiveObject;
  protocol: string;
  port: number;
  /** Through the ingress controller, or from any address by a port of nodes or of a load balancer. */
  from: "controller" | "outside";
}

/** The ways in that the Services of a gateway open. What has no port of its own is reached through the controller. */
export function entriesOf(
  services: readonly Service[],
  ingresses: readonly KubernetesObject[],
  pods: readonly LiveObject[],
): Entry[] {
  const routed = new Set(ingresses.flatMap((each) => backendsOf(specOf(each)).map(({ name }) => name)));
  return selecting(services).flatMap((service) => {
    const { name } = service.metadata;
    const selector = { matchLabels: service.spec?.selector ?? {} };
    const [pod] = pods.filter(({ metadata }) => selects(selector, metadata.labels));
    if (!pod) return [];
    const senders = [
      ...(isOutside(service) ? ["outside" as const] : []),
      ...(routed.has(name) || !isOutside(service) ? ["controller" as const] : []),
    ];
    return (service.spec?.ports ?? []).flatMap((each) => {
      const port = targetOf(each, pod);
      const protocol = each.protocol ?? "TCP";
      return port === undefined ? [] : senders.map((from) => ({ service: name, pod, protocol, port, from }));
    });
  });
}

function targetOf({ port, targetPort = port, protocol }: ServicePort, pod: LiveObject): number | undefined {
  return typeof targetPort === "string" ? namedPort(pod, targetPort, protocol) : targetPort;
}

/** The ingress controller as policies see it; only its name where its namespace is not there. */
type Controller = Source | { namespace: string; absent: true };

async function controllerOf(
  { kubernetes }: Gateway,
  { target: { environment, tenant } }: Probe,
  entries: readonly Entry[],
): Promise<Controller | undefined> {
  if (!entries.some(({ from }) => from === "controller")) return undefined;
  const uses = environment?.tenants.find(({ name }) => name === tenant)?.components ?? [];
  const namespace = environment ? ingressNamespace({ environment, uses }) : DEFAULT_INGRESS_NAMESPACE;
  const [own, pods] = await Promise.all([
    readable(
      kubernetes.get(resourcePath("v1", "Namespace", undefined, namespace)).then((found) => found ?? null),
    ),
    readable(kubernetes.list(resourcePath("v1", "Pod", namespace))),
  ]);
  if (own === null) return { namespace, absent: true };
  return { namespace, namespaceLabels: own?.metadata.labels ?? {}, pods: sendersOf(pods) };
}

/** The pods that may be the controller. Where none runs nobody knows what it will look like. */
export function sendersOf(pods: readonly KubernetesObject[] | undefined): Source["pods"] {
  const running = pods?.filter(({ status }) => (status as PodStatus | undefined)?.phase === "Running") ?? [];
  return running.length > 0 ? running.map(sourcePod) : undefined;
}

interface PodStatus {
  phase?: string;
  podIP?: string;
}

function sourcePod({ metadata, spec, status }: KubernetesObject) {
  const { podIP } = (status ?? {}) as PodStatus;
  const { hostNetwork = false } = (spec ?? {}) as { hostNetwork?: boolean };
  return { labels: metadata.labels ?? {}, hostNetwork, ...(podIP ? { address: podIP } : {}) };
}

/** How somebody gets in, if at all: `block` by an address block that means pods, which some plug-ins do not let pass. */
type Admission = "yes" | "block" | "unknown" | "no";

/** @param entries whose pods some policy limits */
export function judgePolicies(
  entries: readonly Entry[],
  policies: readonly KubernetesObject[],
  controller: Controller | undefined,
): SmokeResult {
  const judged = entries.map((entry) => {
    const limits = limiting(policies, entry.pod);
    const admission =
      entry.from === "outside"
        ? outsideAdmission(entry, limits)
        : controllerAdmission(entry, limits, controller);
    return { entry, limits, admission };
  });
  const cut = judged.filter(({ admission }) => admission === "no");
  const names = (limits: readonly KubernetesObject[][]) =>
    [...new Set(limits.flat().map(({ metadata }) => metadata.name))].join(", ");
  if (cut.length > 0)
    return cutOff(
      cut.map(({ entry }) => entry),
      names(cut.map(({ limits }) => limits)),
      controller,
    );
  const open = judged.find(({ admission }) => admission !== "yes");
  const place = `the ingress controller (namespace ${controller?.namespace})`;
  if (open?.admission === "unknown") {
    return {
      status: "info",
      detail: `the policies (${names([open.limits])}) admit some namespaces alone, and there is no namespace ${controller?.namespace} for the ingress controller to be in`,
      hint: "set `ingressNamespace` of the component `network-isolation` to the namespace of your ingress controller",
    };
  }
  if (open) {
    return {
      status: "info",
      detail: `${place} is let in by an address block alone (${blocksOf(open.limits).join(", ")})`,
      hint: "some network plug-ins (Cilium) do not count pods into address blocks: admit the controller's namespace with a `namespaceSelector` as well",
    };
  }
  return {
    status: "pass",
    detail: `the policies (${names(judged.map(({ limits }) => limits))}) let in ${whoOf(entries, controller)}`,
  };
}

function whoOf(entries: readonly Entry[], controller: Controller | undefined): string {
  const some = (from: Entry["from"]) => entries.some((each) => each.from === from);
  return [
    ...(some("controller") ? [`the ingress controller (namespace ${controller?.namespace})`] : []),
    ...(some("outside") ? ["addresses outside"] : []),
  ].join(" and ");
}

function outsideAdmission({ pod, ...port }: Entry, limits: readonly KubernetesObject[]): Admission {
  // Which addresses may come is up to whoever wrote a smaller block.
  return admits(limits, pod, port, ({ ipBlock }) => ipBlock !== undefined) ? "yes" : "no";
}

function controllerAdmission(
  { pod, ...port }: Entry,
  limits: readonly KubernetesObject[],
  controller: Controller | undefined,
): Admission {
  const isIn = (isMeant: (peer: Peer) => boolean) => admits(limits, pod, port, isMeant);
  if (isIn(() => false)) return "yes";
  if (!controller || "absent" in controller) return "unknown";
  const own = pod.metadata.namespace ?? "";
  if (isIn((peer) => namesPods(peer, controller, own))) return "yes";
  if (!isIn((peer) => namesPods(peer, controller, own) || holdsPods(peer, controller))) return "no";
  // On the network of its node an address is the only thing it is known by.
  return controller.pods?.every(({ hostNetwork }) => hostNetwork) ? "yes" : "block";
}

function cutOff(cut: readonly Entry[], policies: string, controller: Controller | undefined): SmokeResult {
  const [first] = cut as [Entry];
  const same = cut.filter(({ from, service }) => from === first.from && service === first.service);
  const ports = joinNumbers(same.map(({ port }) => port)).map(([start, end]) =>
    start === end ? `${start}` : `${start}-${end}`,
  );
  const list = `${ports.length === 1 && !ports[0]?.includes("-") ? "port" : "ports"} ${ports.join(", ")}`;
  const others = new Set(cut.map(({ service, from }) => `${service} ${from}`)).size - 1;
  const more = others > 0 ? `, and ${others} more` : "";
  if (first.from === "outside") {
    return {
      status: "fail",
      detail: `the policies (${policies}) let no address in to ${list} of the pods behind Service ${first.service}, which nodes or a load balancer lead to${more}`,
      hint: `add a NetworkPolicy with an \`ipBlock\` (0.0.0.0/0, or the addresses of your users and nodes) for ${list}; the tenant's component \`network-isolation\` makes it`,
    };
  }
  const namespace = controller?.namespace;
  const isOnNodes =
    controller &&
    "pods" in controller &&
    controller.pods?.length !== 0 &&
    controller.pods?.every(({ hostNetwork }) => hostNetwork);
  return {
    status: "fail",
    detail: `the policies (${policies}) do not let the ingress controller (namespace ${namespace}) in to ${list} of the pods behind Service ${first.service}${more}`,
    hint: isOnNodes
      ? "its pods are on the network of their nodes, which no selector means: add a NetworkPolicy with an `ipBlock` of your nodes' addresses"
      : `add a NetworkPolicy that admits the namespace ${namespace} (\`namespaceSelector\` with \`kubernetes.io/metadata.name: ${namespace}\`) to these pods; the tenant's component \`network-isolation\` makes it, with its \`ingressNamespace\``,
  };
}
