import { gunzipSync, gzipSync } from "node:zlib";
import { UserError } from "../core/errors.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import type { ReleaseRecord } from "./record.ts";
import { recordOf } from "./stored-release.ts";

export { repairPending } from "../lock/repair.ts";

/** Helm's words for an operation that has begun and not ended. Helm refuses to work on a release in the first three. */
const PENDING = new Set(["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"]);

/** Helm lists the description of a revision; a long one makes the list unreadable. */
const LONGEST_DESCRIPTION = 400;

/** Whether an operation on a release has begun and not ended: Helm is at work on it, or was killed. */
export function isPending({ status }: Pick<ReleaseRecord, "status">): boolean {
  return PENDING.has(status);
}

/** The Secret a record was read from, as it is now; undefined when it was deleted. */
export function readSecret(
  kubernetes: Pick<Kubernetes, "get">,
  { namespace, secret }: Pick<ReleaseRecord, "namespace" | "secret">,
): Promise<KubernetesObject | undefined> {
  return kubernetes.get(resourcePath("v1", "Secret", namespace, secret));
}

/**
 * Marks a pending revision as failed, from which Helm can go on. The Secret is written only as it was read, and never
 * deleted; a revision that is no longer pending is left as it is.
 * @param read version of the Secret the decision rests on; a later one is marked too when left out
 * @returns the record as it is then
 * @throws UserError when the Secret is gone, or keeps changing
 */
export async function markFailed(
  kubernetes: Pick<Kubernetes, "get" | "replace">,
  record: ReleaseRecord,
  reason: string,
  read?: string,
): Promise<ReleaseRecord> {
  const path = resourcePath("v1", "Secret", record.namespace, record.secret);
  for (let tried = 1; ; tried++) {
    const secret = await kubernetes.get(path);
    if (!secret) throw gone(record);
    const found = recordOf(secret);
    if (!isPending(found)) return found;
    if (read !== undefined && secret.metadata.resourceVersion !== read) throw atWork(found);
    try {
      return recordOf(await kubernetes.replace(path, failedSecret(secret, reason, new Date())));
    } catch (thrown) {
      const conflict = thrown instanceof RefusedError && thrown.status === 409;
      if (!conflict || tried === 2) throw thrown;
    }
  }
}

/** The Secret with its revision marked failed, as Helm itself would write it. */
export function failedSecret(secret: KubernetesObject, reason: string, now: Date): KubernetesObject {
  const stored = unpack((secret.data as { release: string }).release);
  const info = { ...stored.info, status: "failed", description: reason.slice(0, LONGEST_DESCRIPTION) };
  const { metadata } = secret;
  const modifiedAt = String(Math.floor(now.getTime() / 1000));
  return {
    ...secret,
    metadata: { ...metadata, labels: { ...metadata.labels, status: "failed", modifiedAt } },
    data: { ...(secret.data as object), release: pack({ ...stored, info }) },
  };
}

/** Numbers are doubles to Helm as well, so nothing is lost on the way. */
function unpack(data: string): { info: Record<string, unknown> } {
  const packed = Buffer.from(Buffer.from(data, "base64").toString("latin1"), "base64");
  const json = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed;
  return JSON.parse(json.toString()) as { info: Record<string, unknown> };
}

function pack(stored: object): string {
  const packed = gzipSync(JSON.stringify(stored), { level: 9 });
  return Buffer.from(packed.toString("base64")).toString("base64");
}

function gone({ namespace, release, revision }: ReleaseRecord): UserError {
  return new UserError(
    {
      message: `revision ${revision} of release ${namespace}/${release} was deleted while it was looked at`,
      hint: "somebody else works on this release: run this again when they are done",
    },
    { kind: "busy" },
  );
}

function atWork({ namespace, release, revision, status }: ReleaseRecord): UserError {
  return new UserError(
    {
      message: `release ${namespace}/${release} is being worked on: revision ${revision} (${status}) has just been written`,
      hint: "run this again when that is done",
    },
    { kind: "busy" },
  );
}
