import { createHash } from "node:crypto";
import type { Danger, ObjectsPlan, Plan, PlannedObject, ReleasePlan } from "./model.ts";

/** The cluster a plan is for. */
export interface PlanCluster {
  /** Address of its API server, as the run that made the plan reached it. */
  server: string;
  /** UID of its namespace `kube-system`, which is the same by whatever address it is reached. */
  id?: string | undefined;
}

/** A plan and the cluster it was made for. */
export type ClusterPlan = Plan & { cluster?: PlanCluster };

/**
 * Digest of everything that a plan would do: what an approval is given to. Texts that only tell about it (reasons,
 * diffs, words of dangers) and times are left out, so that the same work has the same digest.
 */
export function planDigest(plan: ClusterPlan): string {
  const work = {
    environment: plan.environment,
    tenant: plan.tenant ?? null,
    cluster: clusterName(plan.cluster) ?? null,
    releases: sorted(plan.releases.map(releaseWork)),
    manifests: sorted(plan.manifests.map(manifestWork)),
    tenants: plan.tenants.map(({ name, steps }) => [name, steps.map(({ action, what }) => [action, what])]),
  };
  return `sha256:${sha256(JSON.stringify(work))}`;
}

/** What tells a cluster from others. */
export function clusterName(cluster: PlanCluster | undefined): string | undefined {
  return cluster?.id ?? cluster?.server;
}

/** What becomes of an object, in a form that can be compared; two that are the same have the same text. */
export function objectWork(object: PlannedObject): string {
  const { apiVersion, kind, namespace, name, action, hook } = object;
  return JSON.stringify([apiVersion, kind, namespace ?? "", name, action, hook ?? false, rules(object)]);
}

/** The same of an object without Helm: nothing but the diff says what would be written. */
export function plainObjectWork(object: PlannedObject): string {
  return JSON.stringify([objectWork(object), sha256(object.diff)]);
}

/** Slugs of the rules of dangers, each once. */
export function rules({ dangers }: { dangers: readonly Danger[] }): string[] {
  return [...new Set(dangers.map(({ rule }) => rule))].sort();
}

function releaseWork(release: ReleasePlan): string {
  const { component, tenant, namespace, release: name, action, baseRevision, valuesDigest } = release;
  const identity = [component, tenant ?? "", namespace, name, action, baseRevision, valuesDigest];
  // The package of a release that is left alone may or may not have been looked at.
  if (action === "none") return JSON.stringify(identity);
  const { chart, chartVersion, chartDigest } = release;
  return JSON.stringify([
    ...identity,
    ...[chart, chartVersion, chartDigest ?? ""],
    ...[rules(release), sorted(release.objects.map(objectWork))],
  ]);
}

function manifestWork({ component, tenant, objects }: ObjectsPlan): string {
  return JSON.stringify([component, tenant ?? "", sorted(objects.map(plainObjectWork))]);
}

function sorted(texts: readonly string[]): string[] {
  return texts.toSorted();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
