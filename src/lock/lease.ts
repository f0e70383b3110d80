import { createHash } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "../core/json.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { describeHolder, type Holder, parseHolder } from "./holder.ts";

/** Leases of every environment of a cluster are in one place, whichever namespaces its releases are in. */
const NAMESPACE = "default";
const API_VERSION = "coordination.k8s.io/v1";
export const LEASES = resourcePath(API_VERSION, "Lease", NAMESPACE);
export const LEASE_SECONDS = 30;

const LONGEST_NAME = 253;
const HOLDER = "clearml-actions/holder";
const RUN = "clearml-actions/run";
const UNFINISHED_SINCE = "clearml-actions/unfinished-since";
const UNFINISHED = "clearml-actions/unfinished";

/** What runs that did not end cleanly may have left behind. */
export interface Unfinished {
  /** The last of them. */
  holder: string;
  /** Start of the first of them. */
  since: Date;
  /** Since when none of them can have been at work any more. */
  until: Date;
  /** How it is known that they are gone, in words. */
  proof: string;
  /** Whether all of them are gone for certain. */
  certain: boolean;
}

/** A lease as it was read. */
export interface Lease {
  object: KubernetesObject;
  /** Undefined when nobody holds it. */
  holder?: { identity: string; known?: Holder };
  durationMs: number;
  acquired: Date;
  renewed: Date;
  unfinished?: Unfinished;
}

/** Name of the lease for the MIG mode of a cluster's nodes: no environment's can be the same. */
export const NODES_LEASE = "clearml-actions.gpu-nodes";

/** Name of the lease of an environment, or of one tenant in it: as it is where Kubernetes takes it. */
export function leaseName(environment: string, tenant?: string): string {
  const parts = [environment, tenant].filter((each) => each !== undefined);
  const wanted = `clearml-actions-${parts.join(".")}`;
  // A dot stands between environment and tenant only, so that no two of them can meet.
  const name = `clearml-actions-${parts.map(labelOf).join(".")}`;
  if (name === wanted && name.length <= LONGEST_NAME) return name;
  const hash = createHash("sha256")
    .update(JSON.stringify([environment, tenant]))
    .digest("hex")
    .slice(0, 10);
  return `${name.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`;
}

function labelOf(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return label === "" ? "x" : label;
}

export function leasePath(name: string): string {
  return resourcePath(API_VERSION, "Lease", NAMESPACE, name);
}

interface Spec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

const unfinishedSchema = z.object({
  holder: z.string(),
  until: z.coerce.date(),
  proof: z.string(),
  certain: z.boolean(),
});

/** Reads a lease, also one whose annotations somebody has damaged. */
export function readLease(object: KubernetesObject): Lease {
  const spec = (object.spec ?? {}) as Spec;
  const annotations = object.metadata.annotations ?? {};
  const renewed = new Date(spec.renewTime ?? spec.acquireTime ?? object.metadata.creationTimestamp ?? 0);
  const known = parseHolder(annotations[HOLDER]);
  const since = new Date(annotations[UNFINISHED_SINCE] ?? "");
  const { data: left } = unfinishedSchema.safeParse(jsonOf(annotations[UNFINISHED] ?? ""));
  return {
    object,
    ...(spec.holderIdentity
      ? { holder: { identity: spec.holderIdentity, ...(known ? { known } : {}) } }
      : {}),
    durationMs: (spec.leaseDurationSeconds ?? LEASE_SECONDS) * 1000,
    acquired: new Date(spec.acquireTime ?? renewed),
    renewed,
    ...(left && !Number.isNaN(since.getTime()) ? { unfinished: { since, ...left } } : {}),
  };
}

export function isHeldBy(lease: Lease, holder: Holder): boolean {
  return lease.holder?.known?.id === holder.id;
}

/** The lease as its new holder writes it, over the one that was there. */
export function takenLease(
  name: string,
  holder: Holder,
  now: Date,
  found?: KubernetesObject,
  unfinished?: Unfinished,
): KubernetesObject {
  const transitions = ((found?.spec ?? {}) as Spec).leaseTransitions ?? 0;
  return {
    apiVersion: API_VERSION,
    kind: "Lease",
    metadata: {
      ...(found?.metadata ?? { name, namespace: NAMESPACE }),
      annotations: {
        ...foreignAnnotations(found),
        [HOLDER]: JSON.stringify(holder),
        ...(holder.run ? { [RUN]: holder.run } : {}),
        ...unfinishedAnnotations(unfinished),
      },
    },
    spec: {
      holderIdentity: describeHolder(holder),
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: microTime(now),
      renewTime: microTime(now),
      leaseTransitions: found ? transitions + 1 : transitions,
    },
  };
}

export function renewedLease(held: KubernetesObject, now: Date): KubernetesObject {
  return { ...held, spec: { ...(held.spec as Spec), renewTime: microTime(now) } };
}

/** The lease given back; what may be left behind, and other notes, stay in it. */
export function releasedLease(
  held: KubernetesObject,
  now: Date,
  { unfinished, notes }: { unfinished?: Unfinished | undefined; notes?: Notes | undefined } = {},
): KubernetesObject {
  const { holderIdentity: _, ...spec } = held.spec as Spec;
  const annotations = { ...foreignAnnotations(held), ...notes, ...unfinishedAnnotations(unfinished) };
  return {
    ...held,
    metadata: { ...held.metadata, annotations },
    spec: { ...spec, renewTime: microTime(now) },
  };
}

/** Annotations that are not the lock's own; they go from holder to holder. */
export type Notes = Readonly<Record<string, string>>;

export function foreignAnnotations(found?: KubernetesObject): Notes {
  const ours = [HOLDER, RUN, UNFINISHED_SINCE, UNFINISHED];
  return Object.fromEntries(
    Object.entries(found?.metadata.annotations ?? {}).filter(([key]) => !ours.includes(key)),
  );
}

function unfinishedAnnotations(unfinished?: Unfinished): Record<string, string> {
  if (!unfinished) return {};
  const { since, ...rest } = unfinished;
  return { [UNFINISHED_SINCE]: since.toISOString(), [UNFINISHED]: JSON.stringify(rest) };
}

/** Kubernetes takes exactly six digits after the second. */
function microTime(time: Date): string {
  return time.toISOString().replace("Z", "000Z");
}
