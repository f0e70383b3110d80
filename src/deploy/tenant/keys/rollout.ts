import type { ComponentUse } from "../../../environment/model.ts";
import type { Kubernetes } from "../../../kubernetes/api.ts";
import { type KubernetesObject, objectPath } from "../../../kubernetes/objects.ts";
import { valueAt } from "../../../overrides/values.ts";
import { nameOf } from "../../../readiness/model.ts";
import { waitUntilReady } from "../../../readiness/watch.ts";
import type { ClusterSession } from "../../session.ts";

/** On the pod templates of a release: fingerprint of the key its pods were started with. */
export const CREDENTIALS_ANNOTATION = "clearml-actions/credentials";

const WORKLOADS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
const TEMPLATE_ANNOTATION = ["spec", "template", "metadata", "annotations", CREDENTIALS_ANNOTATION];

/** A release whose pods run with a key, with the objects of its manifest. */
export interface RolledRelease {
  use: ComponentUse;
  objects: readonly KubernetesObject[];
}

/**
 * Makes the pods of a release start anew with a changed key, and waits until they are ready. Writes one annotation of
 * the pod templates and owns nothing else of them.
 * @returns false when they had it
 */
export async function rollOut(
  cluster: Pick<ClusterSession, "context" | "kubernetes" | "timeoutMs">,
  { use, objects }: RolledRelease,
  fingerprint: string,
): Promise<boolean> {
  const { context, kubernetes, timeoutMs } = cluster;
  const { release, namespace } = use;
  const workloads = objects
    .filter(({ apiVersion, kind }) => apiVersion === "apps/v1" && WORKLOADS.has(kind))
    .map((object) => ({ ...object, metadata: { namespace, ...object.metadata } }));
  const stamped = await Promise.all(workloads.map((each) => stamp(kubernetes, each, fingerprint)));
  const names = workloads.filter((_, index) => stamped[index]).map(nameOf);
  if (names.length > 0) context.log.info(`${use.id}: ${names.join(", ")} start anew with the new key`);
  await waitUntilReady(
    context,
    kubernetes,
    { release, namespace, objects: workloads },
    use.timeoutMs ?? timeoutMs,
  );
  return names.length > 0;
}

/** Writes the annotation where it is another one. What has gone is not made anew here: waiting for it names it. */
async function stamp(
  kubernetes: Kubernetes,
  object: KubernetesObject,
  fingerprint: string,
): Promise<boolean> {
  const live = await kubernetes.get(objectPath(object));
  if (!live || valueAt(live, TEMPLATE_ANNOTATION) === fingerprint) return false;
  await kubernetes.apply(annotated(object, fingerprint));
  return true;
}

/** The annotation alone. */
function annotated({ apiVersion, kind, metadata }: KubernetesObject, fingerprint: string): KubernetesObject {
  const { name, namespace } = metadata;
  const template = { metadata: { annotations: { [CREDENTIALS_ANNOTATION]: fingerprint } } };
  const place = namespace === undefined ? {} : { namespace };
  return { apiVersion, kind, metadata: { name, ...place }, spec: { template } };
}
