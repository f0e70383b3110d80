import { plural } from "../../core/plural.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { conditionOf, type LiveObject } from "../../readiness/model.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { selects } from "./policy-rules.ts";
import { type Service, selecting, selectorText } from "./services.ts";

export const endpoints = insideCheck({
  name: "endpoints",
  proves: "Every Service of the gateway leads to pods that are ready.",
  after: ["release", "log", "restarts", "api-from-pod", "deployment"],
  async run(gateway) {
    const [services, slices, pods] = await Promise.all([
      gateway.services(),
      gateway.slices(),
      gateway.pods(),
    ]);
    return judgeEndpoints({ services, slices, pods, namespace: gateway.namespace });
  },
});

interface Found {
  services: readonly Service[];
  slices: readonly KubernetesObject[];
  /** Of the gateway. */
  pods: readonly LiveObject[];
  namespace: string;
}

export function judgeEndpoints({ services, slices, pods, namespace }: Found): SmokeResult {
  const judged = selecting(services);
  if (judged.length === 0) {
    return {
      status: "fail",
      detail: `the gateway has no Service in namespace ${namespace}: nothing leads to its pods`,
      hint: "deploy the tenant again, which brings back what was deleted",
    };
  }
  const lacks = judged.flatMap((service) => lackOf(service, slices, pods) ?? []);
  const [first] = lacks;
  if (first) return { status: "fail", detail: lacks.map(({ words }) => words).join("; "), hint: first.hint };
  const counts = judged.map(
    ({ metadata: { name } }) => `${name}: ${plural(readyOf(name, slices).size, "pod")}`,
  );
  return { status: "pass", detail: counts.join(", ") };
}

function lackOf(
  { metadata: { name, namespace }, spec }: Service,
  slices: readonly KubernetesObject[],
  pods: readonly LiveObject[],
): { words: string; hint: string } | undefined {
  if (readyOf(name, slices).size > 0) return portLack(name, spec, slices);
  const selector = spec?.selector ?? {};
  const start = `Service ${namespace}/${name} has no ready endpoint`;
  const selected = pods.filter(({ metadata }) => selects({ matchLabels: selector }, metadata.labels));
  if (selected.length === 0) {
    const [pod] = pods;
    const differing = pod ? differences(selector, pod) : "the gateway has no pods";
    return {
      words: `${start}: its selector ${selectorText(selector)} fits none of the gateway's ${plural(pods.length, "pod")} (${differing})`,
      hint: "somebody has changed the Service, or the labels of the pods: deploy the tenant again, and look at `labels`, `nameOverride` and `fullnameOverride` of the gateway's values",
    };
  }
  const unready = selected.filter((pod) => conditionOf(pod, "Ready")?.status !== "True");
  const names = unready.map(({ metadata }) => metadata.name).join(", ");
  return {
    words: `${start}: it selects ${plural(selected.length, "pod")}, of which ${unready.length === 0 ? "none is listed yet" : `${names} ${unready.length === 1 ? "is" : "are"} not ready`}`,
    hint: `see why with \`kubectl -n ${namespace} describe pods -l ${selectorText(selector)}\``,
  };
}

/** A port of the Service that no pod has a port for: one with a name that no container uses. */
function portLack(
  name: string,
  spec: Service["spec"],
  slices: readonly KubernetesObject[],
): { words: string; hint: string } | undefined {
  const known = slicesOf(name, slices).flatMap(
    ({ ports }) => (ports as { port?: number | null }[] | null) ?? [],
  );
  const named = spec?.ports?.find(({ targetPort }) => typeof targetPort === "string");
  if (known.length > 0 || !named) return undefined;
  return {
    words: `Service ${name}: port ${named.port} leads to the container port \`${named.targetPort}\`, which no container of its pods has`,
    hint: "deploy the tenant again: the Service and the pods are of different versions of the chart",
  };
}

interface Endpoint {
  addresses?: readonly string[];
  conditions?: { ready?: boolean | null; terminating?: boolean | null };
}

function readyOf(service: string, slices: readonly KubernetesObject[]): Set<string> {
  const endpointsOf = slicesOf(service, slices).flatMap(
    (slice) => (slice.endpoints as readonly Endpoint[] | null | undefined) ?? [],
  );
  // A condition that is not said counts as ready. With two address families a pod stands in two slices.
  const ready = endpointsOf.filter(({ conditions }) => conditions?.ready !== false);
  return new Set(ready.map((each) => podName(each) ?? each.addresses?.[0] ?? ""));
}

function podName(endpoint: Endpoint): string | undefined {
  return (endpoint as { targetRef?: { name?: string } }).targetRef?.name;
}

function slicesOf(service: string, slices: readonly KubernetesObject[]): KubernetesObject[] {
  return slices.filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service);
}

function differences(selector: Readonly<Record<string, string>>, { metadata }: LiveObject): string {
  const { labels = {}, name } = metadata;
  const parts = Object.entries(selector)
    .filter(([key, value]) => labels[key] !== value)
    .map(([key]) => (labels[key] === undefined ? `no ${key}` : `${key}=${labels[key]}`));
  return `pod ${name} has ${parts.join(", ")}`;
}
