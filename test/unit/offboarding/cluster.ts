/** A cluster that only answers: objects, their kinds, selectors. */
import { gzipSync } from "node:zlib";
import { UserError } from "../../../src/core/errors.ts";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import { apiPath, type KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { refusal } from "../../../src/kubernetes/refusals.ts";

/** Plural name, kind, and whether it stands in a namespace. */
const SERVED: Readonly<Record<string, readonly (readonly [string, string, boolean])[]>> = {
  v1: [
    ["namespaces", "Namespace", false],
    ["persistentvolumes", "PersistentVolume", false],
    ["persistentvolumeclaims", "PersistentVolumeClaim", true],
    ["pods", "Pod", true],
    ["configmaps", "ConfigMap", true],
    ["secrets", "Secret", true],
    ["resourcequotas", "ResourceQuota", true],
    ["events", "Event", true],
  ],
  "networking.k8s.io/v1": [["networkpolicies", "NetworkPolicy", true]],
  "rbac.authorization.k8s.io/v1": [["clusterroles", "ClusterRole", false]],
};
const VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"];

export type Given = Partial<Omit<KubernetesObject, "metadata">> & {
  kind: string;
  metadata: KubernetesObject["metadata"] & { finalizers?: string[]; managedFields?: object[] };
};

/** @param forbidden paths that are answered with 403 */
export function clusterOf(objects: readonly Given[], forbidden: RegExp = /^$/): Kubernetes {
  const answer = (path: string) => {
    if (forbidden.test(path)) {
      const status = { code: 403, reason: "Forbidden", message: "no", details: {} };
      throw refusal({ method: "GET", path }, status);
    }
  };
  const all = async (path: string, query = "") => {
    answer(path);
    return objects.filter((each) => isIn(each, path) && matches(each, query)).map(stored);
  };
  return {
    async get(path: string) {
      answer(path);
      return discovery(path) ?? objects.map(stored).find((each) => pathOf(each) === path);
    },
    list: all,
    listMetadata: all,
    async *pages(path: string, query?: string) {
      yield await all(path, query);
    },
  } as unknown as Kubernetes;
}

function discovery(path: string): unknown {
  const groups = Object.keys(SERVED).filter((each) => each !== "v1");
  if (path === "/apis") {
    return {
      groups: groups.map((groupVersion) => ({
        versions: [{ groupVersion }],
        preferredVersion: { groupVersion },
      })),
    };
  }
  const apiVersion = Object.keys(SERVED).find((each) => path === rootOf(each));
  if (!apiVersion) return undefined;
  const resources = (SERVED[apiVersion] ?? []).map(([name, kind, namespaced]) => {
    return { name, kind, namespaced, verbs: VERBS };
  });
  const status = { name: "pods/status", kind: "Pod", namespaced: true, verbs: VERBS };
  const metrics = { name: "usages", kind: "Usage", namespaced: true, verbs: ["get", "list"] };
  return { resources: [...resources, status, metrics] };
}

function rootOf(apiVersion: string): string {
  return apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
}

function servedAs(kind: string): [apiVersion: string, resource: string] {
  for (const [apiVersion, kinds] of Object.entries(SERVED)) {
    const found = kinds.find(([, each]) => each === kind);
    if (found) return [apiVersion, found[0]];
  }
  throw new Error(`no ${kind} here`);
}

function stored(each: Given): KubernetesObject {
  const [apiVersion] = servedAs(each.kind);
  return {
    ...each,
    apiVersion,
    metadata: { uid: `${each.kind} ${each.metadata.name}`, resourceVersion: "1", ...each.metadata },
  };
}

function pathOf({ kind, metadata }: KubernetesObject): string {
  const [apiVersion, resource] = servedAs(kind);
  return apiPath(apiVersion, resource, metadata.namespace, metadata.name);
}

function isIn({ kind, metadata }: Given, path: string): boolean {
  const [apiVersion, resource] = servedAs(kind);
  return path === apiPath(apiVersion, resource) || path === apiPath(apiVersion, resource, metadata.namespace);
}

function matches({ metadata: { labels = {} } }: Given, query: string): boolean {
  const [, selector = ""] = /labelSelector=([^&]*)/.exec(query) ?? [];
  return decodeURIComponent(selector)
    .split(",")
    .filter((term) => term !== "")
    .every((term) => {
      const [, name = "", operator, value] = /^(.*?)(!?=)(.*)$/.exec(term) ?? [];
      return (labels[name] === value) === (operator === "=");
    });
}

/** The error that some work ends with, which must be one for the user. */
export async function refused(work: Promise<unknown>): Promise<UserError> {
  const thrown = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  if (thrown instanceof UserError) return thrown;
  throw thrown;
}

export const OWN = { "clearml-actions/tenant": "acme", "clearml-actions/environment": "test" };
export const MADE_HERE = { ...OWN, "app.kubernetes.io/managed-by": "clearml-actions" };

export function namespace(name: string, labels: Record<string, string> = MADE_HERE): Given {
  return { kind: "Namespace", metadata: { name, labels } };
}

export interface GivenRelease {
  namespace?: string;
  name: string;
  chart: string;
  status?: string;
  /** Default: as a deployment writes it. */
  description?: string;
  manifest?: string;
}

/** Helm's Secret of a release's only revision. */
export function release(given: GivenRelease): Given {
  const { namespace: place = "acme", name, chart, status = "deployed", manifest = "" } = given;
  const { description = `chart sha256:${"0a".repeat(32)} by somebody` } = given;
  const content = {
    ...{ name, namespace: place, version: 1, manifest },
    info: { status, description },
    chart: { metadata: { name: chart, version: "1.2.3" } },
  };
  const packed = Buffer.from(gzipSync(JSON.stringify(content)).toString("base64")).toString("base64");
  return {
    kind: "Secret",
    metadata: {
      name: `sh.helm.release.v1.${name}.v1`,
      namespace: place,
      labels: { owner: "helm", name, status, version: "1" },
    },
    data: { release: packed },
  };
}
