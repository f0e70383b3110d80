import type { ClearmlApi, Credentials } from "../clearml/api.ts";
import { type ListedCredentials, listCredentials, revokeCredentials } from "../clearml/credentials.ts";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import { plural } from "../core/plural.ts";
import { credentialLabel, type TenantMemory, type WantedTenant, withKey } from "./model.ts";

export interface RetireWork {
  context: Pick<Context, "log"> & Partial<Pick<Context, "signal">>;
  api: ClearmlApi;
  memory: TenantMemory;
  wanted: Pick<WantedTenant, "name" | "namespace">;
}

export interface RetireOptions {
  /** The key pair that stays. */
  kept: Credentials;
  /** Whether the kept key must first be seen in use by somebody else than this program. */
  prove: boolean;
  /** How long that is waited for. */
  timeoutMs: number;
  /** Pause between two looks. Default: 2 s. */
  intervalMs?: number;
}

const INTERVAL_MS = 2_000;

/**
 * Revokes the older keys of a consumer, and ends the exchange of its key in the record.
 * @returns the number of revoked keys
 * @throws UserError (kind incomplete) when nobody used the kept key in time, (kind cluster) when it is gone from the
 * server: nothing was revoked then
 */
export async function retireOlderKeys(
  work: RetireWork,
  admin: string,
  consumer: string,
  options: RetireOptions,
): Promise<number> {
  const { api, context, wanted } = work;
  const label = credentialLabel(consumer, wanted.namespace);
  const keys = await seenKeys(work, admin, label, options);
  const older = keys.filter((key) => key.label === label && key.accessKey !== options.kept.accessKey);
  for (const { accessKey } of older) await revokeCredentials(api, admin, accessKey);
  await endExchange(work.memory, consumer);
  if (older.length > 0)
    context.log.info(`tenant ${wanted.name}: ${plural(older.length, "older key")} of ${label} revoked`);
  return older.length;
}

/** The administrator's keys, once the kept one is seen in use where that is asked for. */
async function seenKeys(
  { api, context, wanted }: RetireWork,
  admin: string,
  label: string,
  { kept, prove, timeoutMs, intervalMs = INTERVAL_MS }: RetireOptions,
): Promise<ListedCredentials[]> {
  const signal = context.signal ?? new AbortController().signal;
  const end = Date.now() + timeoutMs;
  for (let look = 1; ; look++) {
    const keys = await listCredentials(api, admin);
    const found = keys.find(({ accessKey }) => accessKey === kept.accessKey);
    if (!found) throw keptIsGone(wanted.name, label);
    if (!prove || found.usedByOthers) return keys;
    if (signal.aborted || Date.now() >= end) throw notInUse(wanted.name, label, timeoutMs);
    if (look === 1) context.log.info(`tenant ${wanted.name}: waiting until the new key of ${label} is used`);
    await pause(Math.min(intervalMs, Math.max(0, end - Date.now())), signal);
  }
}

/** Releases of one tenant end side by side; what one writes must not take back what another has written. */
const turns = new WeakMap<TenantMemory, Promise<void>>();

function endExchange(memory: TenantMemory, consumer: string): Promise<void> {
  const before = turns.get(memory) ?? Promise.resolve();
  const turn = before.then(async () => {
    const record = await memory.load();
    if (record?.keys?.[consumer]) await memory.save(withKey(record, consumer, undefined));
  });
  turns.set(
    memory,
    turn.catch(() => undefined),
  );
  return turn;
}

function keptIsGone(tenant: string, label: string): UserError {
  return new UserError(
    {
      message: `tenant ${tenant}: the new key of ${label} is no longer on the server; no older key was revoked`,
      hint: "somebody revoked it meanwhile; run again to get another one",
    },
    { kind: "cluster" },
  );
}

function notInUse(tenant: string, label: string, timeoutMs: number): UserError {
  return new UserError(
    {
      message: `tenant ${tenant}: nobody used the new key of ${label} within ${Math.round(timeoutMs / 1000)} s; the older keys were not revoked`,
      hint: "look at the log of the pods that should use it (401 means they have another key); run again once they do: the rotation goes on from there",
    },
    { kind: "incomplete" },
  );
}
