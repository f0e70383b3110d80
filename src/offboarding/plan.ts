import { plural } from "../core/plural.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { ReleaseRecord } from "../helm/record.ts";
import { documentsIn, isKnownClusterWide, type ManifestObject, objectsIn } from "../plan/manifest.ts";
import type { Danger, Plan, PlannedObject, ReleasePlan } from "../plan/model.ts";
import { keptObjects } from "../plan/objects.ts";
import type { ServerRemoval } from "../tenant/offboard.ts";
import type { FoundObject } from "./contents.ts";
import type { TenantInCluster } from "./look.ts";
import { keptData, type TenantVolume } from "./volumes.ts";

/** Everything that would go with a tenant, as a plan. */
export function removalPlan(found: TenantInCluster, server: ServerRemoval | undefined): Plan {
  const { place, releases, belongings, others, volumes } = found;
  const gone = place.namespaces.filter(({ stays }) => !stays);
  const objects = [
    ...belongings.map(plannedObject),
    // Pods come and go while a plan waits for its approval.
    ...others.filter(({ kind }) => kind !== "Pod").map(plannedObject),
    ...gone.map(({ name }) => deletion({ apiVersion: "v1", kind: "Namespace", name })),
    ...volumes.map(plannedVolume),
  ];
  return {
    environment: place.environment,
    tenant: place.name,
    releases: releases.map(({ use, record }) => releasePlan(use, record, place.name)),
    manifests: objects.length > 0 ? [{ component: "tenant", tenant: place.name, objects }] : [],
    tenants: [{ name: place.name, steps: serverSteps(server) }],
  };
}

/** What would be done on the server, in words. */
export function serverSteps(server: ServerRemoval | undefined): { action: string; what: string }[] {
  // Without a user to act as nothing can be done there, and nothing was looked up.
  if (server?.admin === undefined) return [];
  const { company, users, queues, domains, whitelist } = server;
  const where = company ? ` of company "${company.name}"` : "";
  const emails = plural(whitelist.length, "e-mail address", "e-mail addresses");
  return [
    // In one order, whatever the server's: an approved plan must be the same when it is made again.
    ...users.toSorted(byName).map(({ name, id, keys }) => ({
      action: "revoke",
      what: `${plural(keys.length, "key")} of user ${name || id}${where}`,
    })),
    ...queues.toSorted(byName).map(({ name, entries }) => ({
      action: "delete",
      what: `queue ${name}${entries > 0 ? ` with ${plural(entries, "waiting task")}` : ""}${where}`,
    })),
    ...(domains?.length === 0
      ? []
      : [
          {
            action: "clear",
            what: `domains ${domains?.join(", ") ?? "(the server does not tell which)"}${where}`,
          },
        ]),
    ...(whitelist.length > 0 ? [{ action: "clear", what: `${emails} of those let in${where}` }] : []),
  ];
}

function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
  return a.name.localeCompare(b.name, "en") || a.id.localeCompare(b.id, "en");
}

function releasePlan(use: ComponentUse, record: ReleaseRecord, tenant: string): ReleasePlan {
  const { namespace, release, chart, chartVersion, chartDigest, manifest, revision } = record;
  const change = { before: manifest, after: "", namespace };
  const kept = keptObjects(change);
  const isKept = new Set(kept.map(({ identity }) => identity));
  const objects = documentsIn(manifest).flatMap((each) => objectsIn(each, namespace, isKnownClusterWide));
  return {
    ...{ component: use.id, tenant, namespace, release, action: "uninstall" },
    reasons: [`tenant ${tenant} is to be removed`],
    ...{ chart, chartVersion, ...(chartDigest ? { chartDigest } : {}) },
    ...{ valuesDigest: "", baseRevision: revision, dangers: [] },
    objects: objects.filter(({ identity }) => !isKept.has(identity)).map(ofManifest),
    notices: kept.map(({ kind, name }) => `the chart tells Helm to keep ${kind} ${name}`),
  };
}

function ofManifest({ apiVersion, kind, namespace, name }: ManifestObject): PlannedObject {
  return deletion({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
}

function plannedObject({ apiVersion, kind, metadata: { name, namespace } }: FoundObject): PlannedObject {
  const dangers = kind === "PersistentVolumeClaim" ? [CLAIM_DELETED] : [];
  return deletion({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }), dangers });
}

/** Said, not asked: whoever removes a tenant confirms it by name. */
const CLAIM_DELETED: Danger = {
  rule: "volume-claim-deleted",
  severity: "note",
  message: "the claim goes with the tenant, and its data with it where the volume's policy is Delete",
};

function plannedVolume(volume: TenantVolume): PlannedObject {
  const message = keptData(volume) ?? `the data of volume ${volume.name} (claim ${volume.claim}) is deleted`;
  const dangers: Danger[] = [{ rule: "volume-deleted", severity: "note", message }];
  return deletion({ apiVersion: "v1", kind: "PersistentVolume", name: volume.name, dangers });
}

function deletion(
  object: Pick<PlannedObject, "apiVersion" | "kind" | "name"> & Partial<PlannedObject>,
): PlannedObject {
  return { dangers: [], diff: "", ...object, action: "delete" };
}
