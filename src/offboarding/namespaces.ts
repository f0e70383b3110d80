import type { Context } from "../core/context.ts";
import { type Problem, UserError } from "../core/errors.ts";
import { shortList } from "../core/short-list.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { readNamespace } from "../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { type FoundObject, finalizersOf, nameOf, namespaceContents } from "./contents.ts";
import type { ServedKinds } from "./kinds.ts";
import { waitUntilGone } from "./waiting.ts";

/** Remaining objects named in an error. */
const NAMED = 10;

/**
 * Waits until namespaces are gone.
 * @throws UserError (kind cluster) that names what keeps each of them, and who has set its finalizers
 */
export async function waitForNamespaces(
  context: Pick<Context, "log" | "signal">,
  kubernetes: Kubernetes,
  served: ServedKinds,
  names: readonly string[],
  timeoutMs: number,
): Promise<void> {
  const there = async () => {
    const found = await Promise.all(names.map((name) => readNamespace(kubernetes, name)));
    return found.flatMap((each) => each ?? []);
  };
  const reasons = async () => {
    const remaining = await Promise.all((await there()).map((each) => remainsOf(kubernetes, served, each)));
    return remaining.flatMap(({ objects, own }) => [...objects.map(withFinalizers), ...own]);
  };
  const left = async () => (await there()).map(({ metadata }) => metadata.name);
  const title = `namespace ${names.join(", ")}`;
  const stuck = await waitUntilGone(context, { title, left, reasons }, timeoutMs);
  if (stuck.length === 0) return;
  const remaining = await Promise.all((await there()).map((each) => remainsOf(kubernetes, served, each)));
  if (remaining.length === 0) return;
  throw new UserError(
    remaining.map((each) => stuckProblem(each, timeoutMs)),
    { kind: "cluster" },
  );
}

interface Remains {
  name: string;
  objects: readonly FoundObject[];
  /** What keeps the namespace itself, in words. */
  own: readonly string[];
}

async function remainsOf(
  kubernetes: Kubernetes,
  served: ServedKinds,
  namespace: KubernetesObject,
): Promise<Remains> {
  const { name } = namespace.metadata;
  const { objects } = await namespaceContents(kubernetes, served, name);
  const finalizers = finalizersOf({ metadata: namespace.metadata });
  const own = [
    ...finalizers.map((each) => `namespace ${name}: finalizer ${each}`),
    ...conditionsOf(namespace),
  ];
  const nothing = objects.length === 0 && own.length === 0;
  return { name, objects, own: nothing ? [`namespace ${name} itself`] : own };
}

/** What the cluster says about a deletion that fails: a group of its API that does not answer, for one. */
function conditionsOf({ metadata, status }: KubernetesObject): string[] {
  const { conditions = [] } = (status ?? {}) as {
    conditions?: { type: string; status: string; message?: string }[];
  };
  return conditions
    .filter(({ type, status: holds }) => holds === "True" && /Failure$/.test(type))
    .map(({ type, message = "" }) => `namespace ${metadata.name}: ${type}: ${message.slice(0, 300)}`);
}

function withFinalizers(object: FoundObject): string {
  const finalizers = finalizersOf(object);
  return finalizers.length === 0
    ? nameOf(object)
    : `${nameOf(object)} with finalizer ${finalizers.join(", ")}`;
}

function stuckProblem({ name, objects, own }: Remains, timeoutMs: number): Problem {
  const held = objects.filter((each) => finalizersOf(each).length > 0);
  // What has a finalizer keeps the others from being told apart.
  const named = [...(held.length > 0 ? held : objects).map(withFinalizers), ...own];
  const [first] = held;
  const byForce = first
    ? `; only if that will never run again, take the finalizer away by hand: kubectl -n ${name} patch ${first.resource} ${first.metadata.name} --type=merge -p '{"metadata":{"finalizers":null}}'`
    : "";
  return {
    message: `namespace ${name} is still being deleted after ${Math.round(timeoutMs / 1000)} s; what remains (${kindCounts(objects)}): ${shortList(named, NAMED)}`,
    hint: `whoever has set a finalizer must take it away: see that it runs${byForce}; then run this again, it goes on here`,
  };
}

/** `2 pods, 1 configmaps` */
function kindCounts(objects: readonly FoundObject[]): string {
  const counts = new Map<string, number>();
  for (const { resource } of objects) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return [...counts].map(([resource, count]) => `${count} ${resource}`).join(", ") || "no objects";
}
