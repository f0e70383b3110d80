/** A cluster that keeps what is written to it, behind the operations that the deployment uses. */
import { UserError } from "../../../src/core/errors.ts";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import { type KubernetesObject, kindOf } from "../../../src/kubernetes/objects.ts";
import { operations } from "../../../src/kubernetes/operations.ts";
import { refusal } from "../../../src/kubernetes/refusals.ts";
import type { ApiAnswer, ApiRequest } from "../../../src/kubernetes/send.ts";

export interface StoredObjects {
  kubernetes: Kubernetes;
  /** By API path. */
  objects: Map<string, KubernetesObject>;
  /** Method and path of every request so far. */
  requests: string[];
  /** Puts an object there as somebody else. */
  put(path: string, object: object): void;
}

type Answer = Omit<ApiAnswer, "headers" | "resent">;

const REASONS: Readonly<Record<number, string>> = { 404: "NotFound", 409: "Conflict" };

/** An empty cluster. It knows versions of objects and preconditions, and no more of the API's rules. */
export function storedObjects(): StoredObjects {
  const objects = new Map<string, KubernetesObject>();
  const requests: string[] = [];
  let version = 0;
  const store = (path: string, object: KubernetesObject): Answer => {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    objects.set(path, stored);
    return { status: 200, text: JSON.stringify(stored) };
  };
  const read = (path: string): Answer => {
    const found = objects.get(path);
    if (found) return { status: 200, text: JSON.stringify(found) };
    if (!isCollection(path)) return { status: 404, text: "{}" };
    const items = [...objects].filter(([each]) => isIn(each, path)).map(([, object]) => object);
    return { status: 200, text: JSON.stringify({ items, metadata: {} }) };
  };
  const write: Record<string, (path: string, object: KubernetesObject) => Answer> = {
    POST: (path, object) => {
      const own = `${path}/${object.metadata.name}`;
      return objects.has(own) ? { status: 409, text: "{}" } : store(own, object);
    },
    PUT: (path, object) => {
      const found = objects.get(path);
      if (!found) return { status: 404, text: "{}" };
      const { resourceVersion } = object.metadata;
      const isStale = resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion;
      return isStale ? { status: 409, text: "{}" } : store(path, object);
    },
    PATCH: store,
    DELETE: (path) => ({ status: objects.delete(path) ? 200 : 404, text: "{}" }),
  };
  const send = async (request: ApiRequest): Promise<ApiAnswer> => {
    const { method, body = "{}", answers = [] } = request;
    const [path = ""] = request.path.split("?");
    requests.push(`${method} ${path}`);
    const answer = write[method]?.(path, JSON.parse(String(body)) as KubernetesObject) ?? read(path);
    if (answer.status < 300 || answers.includes(answer.status))
      return { ...answer, headers: {}, resent: false };
    const reason = REASONS[answer.status] ?? "";
    throw refusal(request, { code: answer.status, reason, message: reason, details: {} });
  };
  return {
    kubernetes: { server: "https://cluster", version: "v1.35.4", calls: 0, ...operations(send) },
    objects,
    requests,
    put: (path, object) => void store(path, object as KubernetesObject),
  };
}

function isCollection(path: string): boolean {
  const apiVersion = /^\/apis\/([^/]+\/[^/]+)\//.exec(path)?.[1] ?? "v1";
  return kindOf(apiVersion, path.split("/").at(-1) ?? "") !== undefined;
}

/** Whether an object lies in a collection, be it of one namespace or of all. */
function isIn(path: string, collection: string): boolean {
  const [root = "", plural = ""] = [
    collection.slice(0, collection.lastIndexOf("/")),
    collection.split("/").at(-1),
  ];
  return path.startsWith(`${root}/`) && path.split("/").at(-2) === plural;
}

/** The user's error that a promise ends with. */
export async function refused(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UserError) return error;
  throw error ?? new Error("nothing was refused");
}
