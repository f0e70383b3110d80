import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Values } from "../overrides/values.ts";
import { valueAt } from "../overrides/values.ts";
import { EVERYWHERE, ingressPolicy, namespaceNamed, type Peer, SAME_NAMESPACE, TENANTS } from "./peers.ts";

/**
 * The policies of single components. They limit what comes in and nothing that goes out: name resolution, the
 * Kubernetes API, registries and package indexes need no rule. Pods of one namespace reach each other, so jobs that
 * Helm runs at its events do too. Nodes reach their own pods with every network plug-in, so probes work.
 *
 * An ingress controller is known by its namespace. One in the network of its node (`hostNetwork`, a DaemonSet on the
 * node's ports) has the node's address instead, which no selector names and which overlay networks change on the way:
 * it reaches what is open to everybody (the servers, and Services with ports of their own), but not a gateway behind
 * an Ingress. A policy of your own beside these, for the addresses your nodes show, lets it in.
 */

const REDIS_PORT = 6379;
/** Label that the agent puts on the pods of sessions, and the port in them that port mode publishes. */
const SESSION_LABEL = "ai.allegro.agent.serial";
const SESSION_PORT = 10022;

/** Where the ingress controller is taken to be when the environment does not say. */
export const DEFAULT_INGRESS_NAMESPACE = "ingress-nginx";

export { gatewayPolicies, joinNumbers } from "./services.ts";

/** Closes a namespace to everything but its own pods. */
export function defaultDeny(namespace: string): KubernetesObject {
  return ingressPolicy("default-deny-ingress", namespace, {}, { from: [SAME_NAMESPACE] });
}

/**
 * Policies of the control plane's namespace: closed, except the servers, which anybody may reach.
 * @param fullname the chart's name for its objects; its pods carry it as `app.kubernetes.io/name`
 * @param consumers namespaces whose pods call the servers within the cluster
 */
export function controlPlanePolicies(
  namespace: string,
  fullname: string,
  ingressNamespace: string,
  consumers: readonly string[] = [],
): KubernetesObject[] {
  const from = [...EVERYWHERE, namespaceNamed(ingressNamespace), TENANTS, ...consumers.map(namespaceNamed)];
  const pods = { matchLabels: { "app.kubernetes.io/name": fullname } };
  return [defaultDeny(namespace), ingressPolicy("allow-clearml-ingress", namespace, pods, { from })];
}

/** The billing services take connections from the control plane alone. */
export function billingPolicies(namespace: string, controlPlaneNamespace: string): KubernetesObject[] {
  const from = [SAME_NAMESPACE, namespaceNamed(controlPlaneNamespace)];
  return [ingressPolicy("allow-clearml-ingress", namespace, {}, { from })];
}

/**
 * The shared Redis takes connections from tenants and the control plane, on its port alone.
 * @param pods which pods are Redis; all of a namespace of its own
 */
export function redisPolicies(
  namespace: string,
  controlPlaneNamespace: string,
  values: Values = {},
  pods: Peer = {},
): KubernetesObject[] {
  const given = valueAt(values, ["master", "containerPorts", "redis"]);
  const ports = [{ protocol: "TCP", port: typeof given === "number" ? given : REDIS_PORT }];
  const from = [TENANTS, namespaceNamed(controlPlaneNamespace)];
  return [defaultDeny(namespace), ingressPolicy("allow-redis", namespace, pods, { from, ports })];
}

/**
 * Opens the sessions of an agent in port mode: each is reached through a node port, from anywhere. The agent makes
 * their Services and pods as they are asked for, so the label tells them, not a manifest.
 */
export function sessionPolicies(
  namespace: string,
  release: string,
  values: Values,
  ingressNamespace: string,
): KubernetesObject[] {
  if (valueAt(values, ["sessions", "portModeEnabled"]) !== true) return [];
  const isInternal = valueAt(values, ["sessions", "svcType"]) === "ClusterIP";
  const from = isInternal ? [namespaceNamed(ingressNamespace)] : EVERYWHERE;
  const pods = { matchExpressions: [{ key: SESSION_LABEL, operator: "Exists" }] };
  const ports = [{ protocol: "TCP", port: SESSION_PORT }];
  return [ingressPolicy(`allow-${release}-sessions`, namespace, pods, { from, ports })];
}

/** Whether a Service is that of a session, which `sessionPolicies` opens. */
export function isSessionSelector(selector: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(selector, SESSION_LABEL);
}
