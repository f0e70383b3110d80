import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { UserError } from "../../../core/errors.ts";
import type { Kubernetes } from "../../../kubernetes/api.ts";
import {
  hasLabels,
  ownedMetadata,
  ownerLabels,
  TENANT_LABEL,
  type TenantOwner,
} from "../../../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../../../kubernetes/objects.ts";
import { RefusedError } from "../../../kubernetes/refusals.ts";
import type { TenantMemory, TenantRecord } from "../../../tenant/model.ts";

/** The Secret with what is known about a tenant on the server: ids, and how far its keys are; no key itself. */
export const STATE_SECRET = "clearml-tenant";
export const STATE_TYPE = "clearml-actions/tenant";
const KEY = "record.json";

const id = z.string().min(1);
const keySchema = z.looseObject({ rotating: id.optional(), replacing: z.literal(true).optional() });
/** Fields of later versions stay as they are. */
const recordSchema = z.looseObject({
  companyId: id,
  adminUserId: id.optional(),
  creatingAdmin: id.optional(),
  helperUserId: id.optional(),
  keys: z.record(z.string(), keySchema).optional(),
});

/**
 * A tenant's record in the Secret of its namespace. What is written stands on what was read: a record that somebody
 * else has changed in between is not overwritten.
 */
export function tenantState(
  kubernetes: Kubernetes,
  owner: TenantOwner,
): Pick<TenantMemory, "load" | "save" | "place" | "byHand"> {
  /** The Secret as it was read or written last; undefined when there was none. */
  let known: KubernetesObject | undefined;
  let isRead = false;
  const read = async () => {
    isRead = true;
    known = await kubernetes.get(resourcePath("v1", "Secret", owner.namespace, STATE_SECRET));
    return recordIn(known);
  };
  const write = async (record: TenantRecord) => {
    const secret = stateSecret(owner, record, known);
    known = known
      ? await kubernetes.replace(statePath(owner.namespace), secret)
      : await kubernetes.create(resourcePath("v1", "Secret", owner.namespace), secret);
  };
  return {
    place: placeOf(owner.namespace),
    byHand(record) {
      const json = JSON.stringify(record).replaceAll("'", "'\\''");
      return `kubectl -n ${owner.namespace} create secret generic ${STATE_SECRET} --type=${STATE_TYPE} --from-literal=${KEY}='${json}' --dry-run=client -o yaml | kubectl apply -f -`;
    },
    load: read,
    async save(record) {
      const base = isRead ? recordIn(known) : await read();
      if (known && same(base, record) && hasLabels(known, ownerLabels(owner))) return;
      try {
        await write(record);
      } catch (thrown) {
        if (!isConflict(thrown)) throw thrown;
        const now = await read();
        if (same(now, record)) return;
        // Somebody has touched the labels, not the record.
        if (same(now, base)) return write(record);
        throw overtaken(owner, now);
      }
    },
  };
}

/** A tenant's record with the namespace it lies in. */
export interface TenantStateSecret {
  namespace: string;
  tenant: string;
  record: TenantRecord;
}

/** The records of all tenants in the cluster; damaged ones are left out. */
export async function readAllStates(kubernetes: Kubernetes): Promise<TenantStateSecret[]> {
  const query = `fieldSelector=${encodeURIComponent(`type=${STATE_TYPE}`)}`;
  const secrets = await kubernetes.list("/api/v1/secrets", query);
  return secrets.flatMap((secret) => {
    const { namespace = "", labels } = secret.metadata;
    const record = parsed(secret);
    return record ? [{ namespace, tenant: labels?.[TENANT_LABEL] ?? namespace, record }] : [];
  });
}

/** API path of a tenant's state Secret. */
export function statePath(namespace: string): string {
  return resourcePath("v1", "Secret", namespace, STATE_SECRET);
}

function stateSecret(
  owner: TenantOwner,
  record: TenantRecord,
  known: KubernetesObject | undefined,
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: ownedMetadata(owner, STATE_SECRET, known),
    type: STATE_TYPE,
    data: { [KEY]: Buffer.from(JSON.stringify(record)).toString("base64") },
  };
}

/**
 * The record of a state Secret; undefined without one.
 * @throws UserError when it is damaged, or the Secret somebody else's
 */
export function recordIn(secret: KubernetesObject | undefined): TenantRecord | undefined {
  if (!secret) return undefined;
  const record = parsed(secret);
  if (record) return record;
  const { namespace = "" } = secret.metadata;
  throw new UserError(
    {
      message: `${placeOf(namespace)} is damaged: ${secret.type === STATE_TYPE ? `its key \`${KEY}\` does not hold the record of a tenant` : `its type is ${String(secret.type)}, not ${STATE_TYPE}`}`,
      hint: `delete it (kubectl -n ${namespace} delete secret ${STATE_SECRET}) and run again: what it held is read from the server anew, as far as the server tells it`,
    },
    { kind: "cluster" },
  );
}

function parsed(secret: KubernetesObject): TenantRecord | undefined {
  if (secret.type !== STATE_TYPE) return undefined;
  const text = (secret.data as Record<string, string> | undefined)?.[KEY] ?? "";
  try {
    const result = recordSchema.safeParse(JSON.parse(Buffer.from(text, "base64").toString()));
    return result.success ? (result.data as TenantRecord) : undefined;
  } catch {
    return undefined;
  }
}

function overtaken(owner: TenantOwner, now: TenantRecord | undefined): UserError {
  return new UserError(
    {
      message: `tenant ${owner.tenant}: somebody else has changed ${placeOf(owner.namespace)} meanwhile; ${now ? `it says company ${now.companyId}, administrator ${now.adminUserId ?? "unknown"} now` : "it is gone now"}`,
      hint: "see that no other run works on this tenant, then run again: it starts from what is there",
    },
    { kind: "cluster" },
  );
}

/** The state Secret of a namespace, for messages. */
export function placeOf(namespace: string): string {
  return `Secret ${STATE_SECRET} in namespace ${namespace}`;
}

/** Whether the Secret is another one than the one that was read, or gone. */
function isConflict(thrown: unknown): boolean {
  return thrown instanceof RefusedError && (thrown.status === 409 || thrown.status === 404);
}

/** Whether two records say the same; a field without a value is not written. */
function same(a: TenantRecord | undefined, b: TenantRecord | undefined): boolean {
  return isDeepStrictEqual(written(a), written(b));
}

function written(record: TenantRecord | undefined): unknown {
  return record && JSON.parse(JSON.stringify(record));
}
