import type { Eviction, Kubernetes } from "./api.ts";
import { createDiscovery } from "./discovery.ts";
import { type KubernetesObject, objectPath, resourcePath } from "./objects.ts";
import { createPages } from "./pages.ts";
import { refusal } from "./refusals.ts";
import type { ApiAnswer, ApiRequest, Send } from "./send.ts";
import { type Status, statusOf } from "./status.ts";
import { holds } from "./subset.ts";

/** Field manager of everything written here. */
export const FIELD_MANAGER = "clearml-actions";
const SERVER_SIDE_APPLY = "application/apply-patch+yaml";
const MERGE_PATCH = "application/merge-patch+json";

/** What can be done with a cluster's API, on top of single requests. */
export function operations(send: Send): Omit<Kubernetes, "server" | "version" | "calls"> {
  const get: Kubernetes["get"] = async (path) => {
    const answer = await send({ method: "GET", path, repeatable: true, answers: [404] });
    return answer.status === 404 ? undefined : objectOf(answer);
  };
  return {
    get,
    ...createPages(send),
    pathOf: createDiscovery(send),
    async apply(object) {
      const path = objectPath(object);
      const before = await get(path);
      const after = await serverSideApply(send, path, object, FIELD_MANAGER);
      if (!before) return "created";
      return before.metadata.resourceVersion === after.metadata.resourceVersion ? "unchanged" : "changed";
    },
    dryRunApply: (path, object, manager, { force = true } = {}) =>
      serverSideApply(send, path, object, manager, { force, dryRun: true }),
    create: (collection, object, options = {}) => create(send, get, collection, object, options),
    replace: (path, object, options = {}) => replace(send, get, path, object, options),
    merge: async (path, patch) =>
      objectOf(
        await send({
          method: "PATCH",
          path: `${path}?fieldManager=${FIELD_MANAGER}`,
          body: JSON.stringify(patch),
          contentType: MERGE_PATCH,
          repeatable: true,
        }),
      ),
    evict: (pod) => evict(send, pod),
    remove: (path, options = {}) => remove(send, get, path, options),
    text: async (path) => (await send({ method: "GET", path, accept: "*/*", repeatable: true })).text,
  };
}

type Get = Kubernetes["get"];

async function serverSideApply(
  send: Send,
  path: string,
  object: KubernetesObject,
  manager: string,
  { force = true, dryRun = false } = {},
): Promise<KubernetesObject> {
  return objectOf(
    await send({
      method: "PATCH",
      path: `${path}?fieldManager=${encodeURIComponent(manager)}&force=${force}${dryRun ? "&dryRun=All" : ""}`,
      body: JSON.stringify(object),
      contentType: SERVER_SIDE_APPLY,
      repeatable: true,
    }),
  );
}

async function create(
  send: Send,
  get: Get,
  collection: string,
  object: KubernetesObject,
  { dryRun = false }: { dryRun?: boolean },
): Promise<KubernetesObject> {
  // Reviews have no metadata; of a name that the server makes up there would be two.
  const { name, generateName } = (object.metadata ?? {}) as { name?: string; generateName?: string };
  const request: ApiRequest = {
    method: "POST",
    path: `${collection}?fieldManager=${FIELD_MANAGER}${dryRun ? "&dryRun=All" : ""}`,
    ...(name === undefined ? {} : { name }),
    body: JSON.stringify(object),
    repeatable: dryRun || generateName === undefined,
    answers: [409],
  };
  const answer = await send(request);
  if (answer.status !== 409) return objectOf(answer);
  return wasDone(request, answer, async () => {
    const found = await get(`${collection}/${encodeURIComponent(name ?? "")}`);
    return found && holds(found, object) ? found : undefined;
  });
}

async function replace(
  send: Send,
  get: Get,
  path: string,
  object: KubernetesObject,
  { dryRun = false }: { dryRun?: boolean },
): Promise<KubernetesObject> {
  const request: ApiRequest = {
    method: "PUT",
    path: `${path}?fieldManager=${FIELD_MANAGER}${dryRun ? "&dryRun=All" : ""}`,
    body: JSON.stringify(object),
    repeatable: true,
    answers: [409],
  };
  const answer = await send(request);
  if (answer.status !== 409) return objectOf(answer);
  return wasDone(request, answer, async () => {
    const found = await get(path);
    return found && holds(found, object) ? found : undefined;
  });
}

async function evict(send: Send, { metadata }: KubernetesObject): Promise<Eviction> {
  const { name, namespace, uid } = metadata;
  const answer = await send({
    method: "POST",
    path: `${resourcePath("v1", "Pod", namespace, name)}/eviction`,
    name,
    body: JSON.stringify({
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace },
      deleteOptions: { ...(uid ? { preconditions: { uid } } : {}) },
    }),
    repeatable: true,
    answers: [404, 409, 429],
  });
  // A conflict: a pod of this name is there, but not this one.
  if (answer.status === 404 || answer.status === 409) return { result: "gone" };
  if (answer.status === 429) return { result: "refused", words: refusedWords(statusOf(answer)) };
  return { result: "accepted" };
}

/** The message says that a budget forbids it, its causes say which one. */
function refusedWords({ message, details }: Status): string {
  const causes = (details.causes ?? []).flatMap((cause) => (cause.message ? [cause.message] : []));
  return [message.replace(/\.$/, ""), ...causes].join(": ");
}

async function remove(
  send: Send,
  get: Get,
  path: string,
  { resourceVersion, propagation }: NonNullable<Parameters<Kubernetes["remove"]>[1]>,
): Promise<boolean> {
  const options = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...(resourceVersion ? { preconditions: { resourceVersion } } : {}),
    ...(propagation ? { propagationPolicy: propagation } : {}),
  };
  const request: ApiRequest = {
    method: "DELETE",
    path,
    body: JSON.stringify(options),
    repeatable: true,
    answers: [404, 409],
  };
  const answer = await send(request);
  // After a lost answer: it was there, and is gone.
  if (answer.status === 404) return answer.resent;
  if (answer.status !== 409) return true;
  return wasDone(request, answer, async () => {
    const found = await get(path);
    return !found || found.metadata.deletionTimestamp ? true : undefined;
  });
}

/**
 * What a conflict means: after a lost answer perhaps that the first try was carried out, which `look` finds out.
 * @throws RefusedError when it was not
 */
async function wasDone<T>(
  request: ApiRequest,
  answer: ApiAnswer,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const done = answer.resent ? await look() : undefined;
  if (done !== undefined) return done;
  throw refusal(request, statusOf(answer));
}

function objectOf({ text }: ApiAnswer): KubernetesObject {
  return JSON.parse(text) as KubernetesObject;
}
