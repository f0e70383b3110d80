import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { resourcePath } from "../../kubernetes/objects.ts";
import { valueAt } from "../../overrides/values.ts";
import { readable } from "../../readiness/surroundings.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import type { Service } from "./services.ts";

const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";
const LEGACY_CLASS = "kubernetes.io/ingress.class";

export interface IngressSpec {
  ingressClassName?: string;
  tls?: readonly { hosts?: readonly string[]; secretName?: string }[];
  rules?: readonly { host?: string; http?: { paths?: readonly { backend?: Backend }[] } }[];
  defaultBackend?: Backend;
}

interface Backend {
  service?: { name: string; port?: { number?: number; name?: string } };
}

export const ingress = insideCheck({
  name: "ingress",
  proves:
    "The Ingress is for the gateway's host, leads to its Service, has a class that exists, and an address.",
  async run(gateway, { target }) {
    if (target.nodePort)
      return { status: "skip", detail: "the gateway is reached at a port of the nodes, without an Ingress" };
    const [ingresses, services, classes] = await Promise.all([
      gateway.ingresses(),
      gateway.services(),
      readable(gateway.kubernetes.list(resourcePath("networking.k8s.io/v1", "IngressClass"))),
    ]);
    const host = hostOf(target.url);
    const isWanted = valueAt(target.values, ["ingress", "enabled"]) === true;
    return judgeIngress({ ingresses, services, classes, host, isWanted, namespace: gateway.namespace });
  },
});

/** The host of an address, an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

interface Found {
  ingresses: readonly KubernetesObject[];
  services: readonly Service[];
  /** Undefined when they may not be read. */
  classes: readonly KubernetesObject[] | undefined;
  host: string;
  /** The values switch it on. */
  isWanted: boolean;
  namespace: string;
}

export function judgeIngress({
  ingresses,
  services,
  classes,
  host,
  isWanted,
  namespace,
}: Found): SmokeResult {
  if (ingresses.length === 0) return noIngress(isWanted, namespace);
  const [serving] = ingresses.filter((each) => isFor(specOf(each), host));
  if (!serving) {
    const hosts = ingresses.flatMap((each) => specOf(each).rules?.map((rule) => rule.host ?? "*") ?? []);
    return {
      status: "fail",
      detail: `no Ingress of the gateway is for ${host}: it is for ${hosts.join(", ") || "no host"}`,
      hint: `set \`ingress.hostName\` of the gateway to \`${host}\`, or correct the address it is tested at, then deploy the tenant`,
    };
  }
  const name = `Ingress ${namespace}/${serving.metadata.name}`;
  const lack =
    classLack(serving, classes) ?? backendLack(specOf(serving), services, host) ?? addressLack(serving);
  if (lack) return { status: "fail", detail: `${name} ${lack.words}`, hint: lack.hint };
  return { status: "pass", detail: `${name} is for ${host}, at ${addressesOf(serving).join(", ")}` };
}

function noIngress(isWanted: boolean, namespace: string): SmokeResult {
  if (isWanted) {
    return {
      status: "fail",
      detail: `the values switch \`ingress\` on, but the gateway has no Ingress in namespace ${namespace}`,
      hint: "somebody has deleted it: deploy the tenant again",
    };
  }
  return {
    status: "skip",
    detail:
      "the gateway has no Ingress (`ingress.enabled` is not true): something else leads to it, such as an HTTPRoute",
  };
}

export function specOf({ spec }: KubernetesObject): IngressSpec {
  return (spec ?? {}) as IngressSpec;
}

/** Whether it answers for a host; a rule without one, or a default, answers for all. */
export function isFor({ rules = [], defaultBackend }: IngressSpec, host: string): boolean {
  return defaultBackend !== undefined || rules.some((rule) => covers(rule.host, host));
}

/** Whether a host of an Ingress, perhaps with a star, means a host. */
export function covers(pattern: string | undefined, host: string): boolean {
  if (!pattern) return true;
  if (!pattern.startsWith("*.")) return pattern === host;
  // A star is for one label.
  return host.slice(host.indexOf(".")) === pattern.slice(1);
}

interface Lack {
  words: string;
  hint: string;
}

function classLack(
  object: KubernetesObject,
  classes: readonly KubernetesObject[] | undefined,
): Lack | undefined {
  const named = specOf(object).ingressClassName;
  if (!classes || (!named && object.metadata.annotations?.[LEGACY_CLASS])) return undefined;
  const names = classes.map(({ metadata }) => metadata.name);
  const choice =
    names.length > 0
      ? `one that is there (${names.join(", ")})`
      : "that of an ingress controller, which has to be installed first";
  const hint = `set \`ingress.ingressClassName\` of the gateway to ${choice}`;
  if (named)
    return names.includes(named)
      ? undefined
      : { words: `names the class \`${named}\`, which the cluster does not have`, hint };
  if (classes.some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true")) return undefined;
  return { words: "names no class, and the cluster has no default one: no controller serves it", hint };
}

function backendLack(spec: IngressSpec, services: readonly Service[], host: string): Lack | undefined {
  const hint = "deploy the tenant again, which brings both back in accord";
  for (const { name, port = {} } of backendsOf(spec, host)) {
    const service = services.find(({ metadata }) => metadata.name === name);
    if (!service)
      return { words: `leads to the Service \`${name}\`, which is not one of the gateway's`, hint };
    const isThere = service.spec?.ports?.some(
      (each) => each.port === port.number || (port.name !== undefined && each.name === port.name),
    );
    if (!isThere)
      return {
        words: `leads to port ${port.number ?? port.name} of Service \`${name}\`, which has no such port`,
        hint,
      };
  }
  return undefined;
}

/** What an Ingress leads to; for one host, or for all. */
export function backendsOf(
  { rules = [], defaultBackend }: IngressSpec,
  host?: string,
): NonNullable<Backend["service"]>[] {
  const meant = rules.filter((rule) => host === undefined || covers(rule.host, host));
  const paths = meant.flatMap(({ http }) => http?.paths ?? []);
  return [...paths.map(({ backend }) => backend), defaultBackend].flatMap((each) => each?.service ?? []);
}

function addressLack(object: KubernetesObject): Lack | undefined {
  if (addressesOf(object).length > 0) return undefined;
  return {
    words: "has no address: no controller has taken it",
    hint: "see to it that the ingress controller of its class runs, and that its own Service has an address (a load balancer, or `--publish-status-address`)",
  };
}

function addressesOf({ status }: KubernetesObject): string[] {
  const { loadBalancer } = (status ?? {}) as {
    loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
  };
  return (loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
}
