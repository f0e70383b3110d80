/** An API server in memory, behind the same requests that a real one gets. */
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { operations } from "../../../../src/kubernetes/operations.ts";
import { refusal } from "../../../../src/kubernetes/refusals.ts";
import type { ApiRequest, Send } from "../../../../src/kubernetes/send.ts";
import { type Target, targetOf } from "../../../../src/kubernetes/target.ts";
import { isMap } from "../../../../src/overrides/merge.ts";

/** Kinds by the paths of their collections; those in no namespace say so. */
const RESOURCES: Readonly<Record<string, string>> = {
  "v1/ConfigMap": "configmaps",
  "v1/Secret": "secrets",
  "v1/Service": "services",
  "v1/ServiceAccount": "serviceaccounts",
  "v1/PersistentVolumeClaim": "persistentvolumeclaims",
  "v1/Namespace": "!namespaces",
  "apps/v1/Deployment": "deployments",
  "batch/v1/Job": "jobs",
  "autoscaling/v2/HorizontalPodAutoscaler": "horizontalpodautoscalers",
  "networking.k8s.io/v1/NetworkPolicy": "networkpolicies",
  "rbac.authorization.k8s.io/v1/Role": "roles",
  "rbac.authorization.k8s.io/v1/RoleBinding": "rolebindings",
  "rbac.authorization.k8s.io/v1/ClusterRole": "!clusterroles",
  "test.example/v1/Widget": "widgets",
  "test.example/v2/Widget": "widgets",
  "policy/v1/PodDisruptionBudget": "poddisruptionbudgets",
  "keda.sh/v1alpha1/ScaledObject": "scaledobjects",
};

export interface Refused {
  code: number;
  message?: string;
  reason?: string;
}

export interface ServerOptions {
  objects: readonly KubernetesObject[];
  /** Kinds beside those that every cluster has. */
  custom?: readonly string[];
  /** Refuses what it has an answer for; counts from 1. */
  refuse?: (target: Target, request: ApiRequest, number: number) => Refused | undefined;
  /** What a dry run of an apply makes of an object. Default: what is applied wins, the rest stays. */
  predict?: (wanted: KubernetesObject, live: KubernetesObject) => KubernetesObject;
  /** What admission makes of an object that is written whole. Default: nothing. */
  admit?: (object: KubernetesObject) => KubernetesObject;
  /** Kinds that the server serves and does not name when asked for all. */
  hidden?: readonly string[];
  /** Objects of a page at most, whatever is asked for. */
  page?: number;
}

export interface FakeServer {
  kubernetes: Kubernetes;
  /** `GET /api/v1/…`, in order. */
  asked: string[];
  /** Objects by path; may be changed while requests come. */
  objects: Map<string, KubernetesObject>;
}

export function fakeServer({
  objects,
  custom = [],
  refuse,
  predict = merged,
  admit = (object) => object,
  page = 500,
  hidden = [],
}: ServerOptions): FakeServer {
  const served = Object.entries(RESOURCES).filter(
    ([kind]) => !/^(test|keda)/.test(kind) || custom.includes(kind),
  );
  const stored = new Map([...namespacesOf(objects), ...objects].map((object) => [pathOf(object), object]));
  const asked: string[] = [];
  const send: Send = async (request) => {
    const number = asked.push(`${request.method} ${request.path}`);
    const target = targetOf(request);
    const refused = refuse?.(target, request, number);
    const answer = (body: unknown) => ({
      status: 200,
      headers: {},
      text: JSON.stringify(body),
      resent: false,
    });
    const no = ({ code, message = "no", reason = "" }: Refused) => {
      throw refusal(request, { code, reason, message, details: {} });
    };
    if (refused) no(refused);
    const [path = "", query = ""] = request.path.split("?");
    if (path === "/api" || path === "/apis")
      return answer(
        discovered(
          served.filter(([kind]) => !hidden.includes(kind)),
          path,
        ),
      );
    const versions = served.flatMap(([kind]) => kind.slice(0, kind.lastIndexOf("/")));
    const ofGroup = versions.filter((version) => path === `/apis/${version.split("/")[0]}`);
    if (ofGroup.length > 0) return answer({ versions: ofGroup.map((groupVersion) => ({ groupVersion })) });
    const kinds = served.filter(([kind]) => target.apiVersion === kind.slice(0, kind.lastIndexOf("/")));
    if (target.resource === undefined && kinds.length > 0) return answer(plainList(kinds));
    const found = stored.get(path);
    if (request.method === "PATCH")
      return found ? answer(predict(JSON.parse(request.body ?? ""), found)) : no({ code: 404 });
    if (request.method === "PUT")
      return found ? answer(admit(JSON.parse(request.body ?? ""))) : no({ code: 404 });
    const kind = kinds.find(([, resource]) => resource.replace("!", "") === target.resource)?.[0];
    if (target.verb === "list" && kind) return answer(list([...stored], kind, { path, query, page }));
    if (found && kind) return answer(found);
    if (request.answers?.includes(404)) return { ...answer({}), status: 404 };
    return no({ code: 404 });
  };
  const kubernetes = { ...operations(send), server: "https://fake", version: "v1.35.0", calls: 0 };
  return { kubernetes, asked, objects: stored };
}

/** An object has a namespace around it. */
function namespacesOf(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const names = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  return [...names].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
}

/** Where an object is. */
export function pathOf({ apiVersion, kind, metadata: { namespace, name } }: KubernetesObject): string {
  const resource = RESOURCES[`${apiVersion}/${kind}`] ?? "unknown";
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${resource.replace("!", "")}/${name}`;
}

function discovered(served: readonly (readonly [string, string])[], root: string) {
  const items = served
    .filter(([kind]) => kind.split("/").length === (root === "/api" ? 2 : 3))
    .map(([kind, resource]) => {
      const [name, group = "", version = group] = kind.split("/").toReversed();
      const [first] = kind.split("/");
      const scope = resource.startsWith("!") ? "Cluster" : "Namespaced";
      const resources = [{ resource: resource.replace("!", ""), responseKind: { kind: name }, scope }];
      return root === "/api"
        ? { metadata: {}, versions: [{ version: first, resources }] }
        : { metadata: { name: version }, versions: [{ version: group, resources }] };
    });
  return { kind: "APIGroupDiscoveryList", items };
}

function plainList(kinds: readonly (readonly [string, string])[]) {
  return {
    resources: kinds.map(([kind, resource]) => ({
      name: resource.replace("!", ""),
      kind: kind.split("/").at(-1),
      namespaced: !resource.startsWith("!"),
    })),
  };
}

function list(
  stored: readonly (readonly [string, KubernetesObject])[],
  kind: string,
  { path, query, page }: { path: string; query: string; page: number },
) {
  const parameters = new URLSearchParams(query);
  const selects = selectorOf(parameters.get("labelSelector") ?? "");
  const items = stored
    .filter(([, { apiVersion, kind: of }]) => `${apiVersion}/${of}` === kind)
    .filter(([at]) => at.startsWith(`${path}/`) || !path.includes("/namespaces/"))
    .filter(([, { metadata }]) => selects(metadata.labels ?? {}))
    .map(([, { apiVersion: _, kind: __, ...object }]) => object);
  const start = Number(parameters.get("continue") ?? 0);
  const end = start + Math.min(page, Number(parameters.get("limit") ?? page));
  return { items: items.slice(start, end), metadata: end < items.length ? { continue: String(end) } : {} };
}

/** Items of lists by their names, as far as the tests have any. */
function merged<T>(wanted: T, live: unknown): T {
  if (Array.isArray(wanted) && Array.isArray(live) && wanted.every((item) => isMap(item) && item.name)) {
    const rest = live.filter((item) => !wanted.some(({ name }) => name === item.name));
    return [
      ...wanted.map((item) =>
        merged(
          item,
          live.find(({ name }) => name === item.name),
        ),
      ),
      ...rest,
    ] as T;
  }
  if (!isMap(wanted) || !isMap(live)) return wanted;
  const all = Object.keys({ ...live, ...wanted });
  return Object.fromEntries(
    all.map((key) => [key, Object.hasOwn(wanted, key) ? merged(wanted[key], live[key]) : live[key]]),
  ) as T;
}

/** `a=b`, `a!=b` and `a in (b,c)`, joined by commas. */
function selectorOf(text: string): (labels: Record<string, string>) => boolean {
  const terms = text.match(/[^,()]+(\([^)]*\))?/g) ?? [];
  return (labels) =>
    terms.every((term) => {
      const [, key = "", list] = /^(\S+) in \((.*)\)$/.exec(term) ?? [];
      if (list !== undefined) return list.split(",").includes(labels[key] ?? "");
      const [name = "", value] = term.split(/!?=/);
      return (labels[name] === value) !== term.includes("!=");
    });
}
