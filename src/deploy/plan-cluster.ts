import pLimit from "p-limit";
import type { ComponentUse } from "../environment/model.ts";
import { clusterId } from "../kubernetes/cluster-id.ts";
import { type KubernetesObject, objectPath } from "../kubernetes/objects.ts";
import type { ClusterPlan } from "../plan/digest.ts";
import type { ObjectsPlan, PlannedObject, ReleasePlan } from "../plan/model.ts";
import { keptObjects, planManifest, planObjects } from "../plan/objects.ts";
import { makeRedactor } from "../plan/redact.ts";
import { releaseDangers } from "../plan/release.ts";
import { type KeyedTag, valuesDigest } from "../plan/tags.ts";
import type { Manifests } from "./cluster-policies.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { parallelReleases } from "./schedule.ts";
import type { ClusterSession } from "./session.ts";
import { upgradeRequest } from "./upgrade-request.ts";

/** Plain objects of a component, as they should be. */
export interface DesiredManifests {
  use: ComponentUse;
  objects: readonly KubernetesObject[];
}

/** What the plan rests on beside the plan itself. */
export interface PlannedCluster {
  plan: ClusterPlan;
  manifests: readonly DesiredManifests[];
}

/**
 * Everything that applying would do, object by object. Asks the cluster and Helm what they would make of it, and
 * writes nothing. Unchanged releases cost nothing here.
 */
export async function planCluster(
  cluster: ClusterSession,
  releases: readonly PlannedRelease[],
  manifestsFor: (manifests: Manifests) => Promise<readonly DesiredManifests[]>,
  tag: KeyedTag,
): Promise<PlannedCluster> {
  const slot = pLimit(parallelReleases());
  const { kubernetes } = cluster;
  const rendered = new Map<PlannedRelease, string>();
  const [releasePlans, id] = await Promise.all([
    Promise.all(releases.map((each) => slot(() => releasePlan(cluster, each, tag, rendered)))),
    clusterId(kubernetes),
  ]);
  // What the releases look like decides which policies they need.
  const manifests = await manifestsFor(rendered);
  const plan = {
    environment: cluster.environment.name,
    cluster: { server: kubernetes.server, id },
    releases: releasePlans,
    manifests: await Promise.all(manifests.map((each) => objectsPlan(cluster, each, tag))),
    tenants: [],
  };
  return { plan, manifests };
}

async function releasePlan(
  cluster: ClusterSession,
  planned: PlannedRelease,
  tag: KeyedTag,
  rendered: Map<PlannedRelease, string>,
): Promise<ReleasePlan> {
  const { use, action, reasons, chart, chartName, chartVersion, current, values } = planned;
  const digest = chart?.digest ?? current?.chartDigest;
  const known = {
    component: use.id,
    ...(use.tenant ? { tenant: use.tenant } : {}),
    namespace: use.namespace,
    release: use.release,
    action,
    reasons,
    chart: chartName,
    chartVersion,
    ...(digest ? { chartDigest: digest } : {}),
    valuesDigest: valuesDigest(values, tag.key),
    baseRevision: current?.revision ?? 0,
  };
  rendered.set(planned, current?.manifest ?? "");
  if (action === "none" || !chart) return { ...known, dangers: [], objects: [], notices: [] };
  const preview = await cluster.helm.preview(use, upgradeRequest(cluster, planned), values);
  rendered.set(planned, preview.manifest);
  const redact = makeRedactor(tag, {
    secrets: cluster.secrets,
    values: [values, ...(current ? [current.values] : [])],
    definition: use.definition,
  });
  const change = {
    before: current?.manifest ?? "",
    after: [preview.manifest, preview.crds].filter((text) => text !== "").join("\n---\n"),
    hooksBefore: current?.hooks ?? "",
    hooksAfter: preview.hooks,
    namespace: use.namespace,
  };
  const objects = planObjects(change, tag, { redact });
  const facts = { use, chart: { name: chartName, version: chartVersion }, values, objects };
  const kept = keptObjects(change).map(
    ({ kind, name }) => `${kind.toLowerCase()}/${name} leaves the release and stays in the cluster`,
  );
  return {
    ...known,
    dangers: releaseDangers({ ...facts, ...(current ? { current } : {}) }, tag),
    objects,
    notices: [...preview.notices, ...kept],
  };
}

async function objectsPlan(
  { kubernetes }: ClusterSession,
  { use, objects }: DesiredManifests,
  tag: KeyedTag,
): Promise<ObjectsPlan> {
  const planned = await Promise.all(
    objects.map(async (object) => planManifest(await kubernetes.get(objectPath(object)), object, { tag })),
  );
  return {
    component: use.id,
    ...(use.tenant ? { tenant: use.tenant } : {}),
    objects: planned.filter((each): each is PlannedObject => each !== undefined),
  };
}
