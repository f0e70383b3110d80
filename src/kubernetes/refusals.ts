import { UserError } from "../core/errors.ts";
import type { Status } from "./status.ts";
import { describeRequest, rbacName, type Target, targetOf } from "./target.ts";

/** How an answer got lost: never sent, sent and not answered in time, sent and the connection broke. */
export type Loss = "Unreachable" | "Timeout" | "ConnectionLost";

/** A request that the API server refused, or whose answer got lost. */
export class RefusedError extends UserError {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The server's word (Conflict, Forbidden, Invalid, AlreadyExists, Expired, …), or a `Loss`. */
  readonly reason: string;
  /** Where a list that came too late can go on. */
  readonly continue: string | undefined;

  constructor(problem: { message: string; hint: string }, status: number, reason: string, next?: string) {
    super(problem, { kind: "cluster" });
    this.name = "RefusedError";
    this.status = status;
    this.reason = reason;
    this.continue = next;
  }
}

type Request = Parameters<typeof describeRequest>[0];

/** The error for a request that the server answered with a refusal. */
export function refusal(request: Request, status: Status): RefusedError {
  const message = `the cluster refused to ${describeRequest(request)} (${status.code}): ${status.message}`;
  const hint = hintFor(status, targetOf(request));
  return new RefusedError({ message, hint }, status.code, status.reason, status.continue);
}

/** The error for a request without an answer. */
export function lostAnswer(request: Request, server: string, words: string, loss: Loss): RefusedError {
  const asked = loss === "Unreachable" ? "" : ` when asked to ${describeRequest(request)}`;
  const message = `the cluster at ${server} does not answer${asked}: ${words}`;
  const reads = ["get", "list"].includes(targetOf(request).verb);
  const hint =
    loss === "Unreachable"
      ? "check KUBECONFIG, the network between the runner and the cluster, and that the API server is up"
      : `check the network and the load of the API server, then run again${reads ? "" : "; the request may have been carried out all the same, which the next run sees"}`;
  return new RefusedError({ message, hint }, 0, loss);
}

interface Advice {
  codes?: readonly number[];
  words?: RegExp;
  hint: (status: Status, target: Target, match: RegExpExecArray | undefined) => string;
}

/** What can be done, by what the server says; first match wins. */
const ADVICE: readonly Advice[] = [
  {
    words: /admission webhook "([^"]+)" denied|ValidatingAdmissionPolicy '([^']+)'/,
    hint: (_, __, match) =>
      `a rule of this cluster (${match?.[1] ?? match?.[2]}) forbids it: change what it names, or ask whoever keeps the rule`,
  },
  {
    words: /failed calling webhook "([^"]+)"/,
    hint: (_, __, match) =>
      `the admission webhook ${match?.[1]} does not work: repair its service, or remove its configuration if nobody uses it`,
  },
  {
    words: /is being terminated/,
    hint: () => "it is being deleted: wait until it is gone, then run again",
  },
  {
    words: /exceeded quota: ([^,]+)/,
    hint: (_, { namespace }, match) =>
      `raise the ResourceQuota ${match?.[1]} of namespace ${namespace}, or ask for less in the values`,
  },
  {
    words: /violates PodSecurity "([^"]+)"/,
    hint: (_, { namespace }, match) =>
      `meet the standard ${match?.[1]} in the values (securityContext), or relax the pod-security labels of namespace ${namespace}`,
  },
  {
    words: /attempting to grant RBAC permissions not currently held/,
    hint: () =>
      "nobody may hand out rights they do not have: give the account these rights, or `escalate` and `bind` on roles",
  },
  {
    codes: [401],
    hint: () => "the login in the kubeconfig is not valid (any more): log in again before this step",
  },
  { codes: [403], hint: missingRight },
  { codes: [404], hint: notThere },
  {
    codes: [409],
    hint: ({ reason }) =>
      reason === "AlreadyExists"
        ? "it was made by somebody else meanwhile: look whose it is, then run again"
        : "it was changed by somebody else meanwhile: run again, which starts from what is there now",
  },
  { codes: [410], hint: () => "the list changed too much while it was read: run again" },
  { codes: [413], hint: () => "it is too large for one request: Secrets and ConfigMaps hold 1 MiB at most" },
  {
    codes: [422],
    words: /immutable|may not be changed|updates to .* are forbidden|Forbidden: updates/i,
    hint: (status) =>
      `${fields(status)} cannot be changed in place: the object has to be deleted first, or keep the value it has`,
  },
  { codes: [400, 415, 422], hint: (status) => `correct ${fields(status)} in the values or the chart` },
  {
    codes: [429],
    hint: () =>
      "the API server has too much to do, or limits this account: run again later, with fewer runs at a time",
  },
  {
    codes: [503, 504],
    hint: () =>
      "the API server or what it needs is not up: run again when `kubectl get --raw /readyz` says ok",
  },
  { hint: () => "the API server failed: its log says why, and those of the admission webhooks" },
];

function hintFor(status: Status, target: Target): string {
  for (const { codes, words, hint } of ADVICE) {
    const match = words?.exec(status.message) ?? undefined;
    if (codes && !codes.includes(status.code)) continue;
    if (words && !match) continue;
    return hint(status, target, match);
  }
  return "";
}

/** The right behind a 403, as the server says it, or else as the request would take it. */
function missingRight({ message }: Status, target: Target): string {
  const said =
    /User "([^"]*)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/.exec(
      message,
    );
  const [, user = "", verb = target.verb, resource = target.resource ?? "", group = target.group, spoken] =
    said ?? [];
  const namespace = said ? spoken : target.namespace;
  const account = user === "" ? "the account of this kubeconfig" : `the account ${user}`;
  const where = namespace ? `in namespace \`${namespace}\`` : "in the whole cluster";
  const kinds = namespace ? "Role and RoleBinding" : "ClusterRole and ClusterRoleBinding";
  if (!resource) return `${account} lacks the right for it: an administrator can give it`;
  return `${account} lacks the right \`${verb}\` on \`${rbacName(resource, group)}\` ${where}: an administrator gives it with a ${kinds}`;
}

function notThere({ details }: Status, { resource, apiVersion, namespace, verb }: Target): string {
  if (details.kind === "namespaces" && namespace) return `create the namespace ${namespace} first`;
  if (details.name && verb !== "create") return "it is gone: run again, which starts from what is there now";
  return `the cluster does not serve ${resource ?? "this path"}${resource ? ` of ${apiVersion}` : ""}: install what brings this kind (its custom resource definition), or correct its apiVersion`;
}

/** The fields the server complains about. */
function fields({ details }: Status): string {
  const named = (details.causes ?? []).flatMap(({ field }) => (field ? [`\`${field}\``] : []));
  return [...new Set(named)].join(", ") || "what the message names";
}
