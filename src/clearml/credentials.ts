import { createHash } from "node:crypto";
import { z } from "zod";
import type { Secrets } from "../core/secrets.ts";
import { type ClearmlApi, type Credentials, WORKER } from "./api.ts";
import { isAnswer, unreadable } from "./errors.ts";
import { isProtected } from "./users.ts";

export interface ListedCredentials {
  accessKey: string;
  label: string;
  /** When somebody last logged in with it; undefined for a key that was never used. */
  lastUsed?: Date;
  /** Whether somebody else than this program was the last who logged in with it. */
  usedByOthers: boolean;
}

const LISTED = z.object({
  credentials: z.array(
    z.object({
      access_key: z.string(),
      label: z.string().default(""),
      // In UTC, without saying so.
      last_used: z.string().optional(),
      // The worker's name, else the address; keys that were never used have none.
      last_used_from: z.string().optional(),
    }),
  ),
});
const CREATED = z.object({ credentials: z.object({ access_key: z.string(), secret_key: z.string() }) });

/** The credentials of a user; secrets are never listed. */
export async function listCredentials(api: ClearmlApi, user: string): Promise<ListedCredentials[]> {
  const listed = LISTED.safeParse(await api.call("auth.get_credentials", {}, { impersonate: user }));
  if (!listed.success)
    throw unreadable({ url: api.url, endpoint: "auth.get_credentials" }, "a list of credentials");
  return listed.data.credentials.map(({ access_key, label, last_used: at, last_used_from: from }) => ({
    accessKey: access_key,
    label,
    ...lastUse(at),
    usedByOthers: from !== undefined && from !== WORKER,
  }));
}

function lastUse(text: string | undefined): { lastUsed?: Date } {
  if (text === undefined) return {};
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? {} : { lastUsed: date };
}

/** What may be shown of a key: 12 hexadecimal digits from which it cannot be had. */
export function keyFingerprint(accessKey: string): string {
  return createHash("sha256").update(accessKey).digest("hex").slice(0, 12);
}

/** Creates credentials for a user; every call makes another pair, and the secret is shown this once. Both are masked. */
export async function createCredentials(
  api: ClearmlApi,
  secrets: Secrets,
  user: string,
  label: string,
): Promise<Credentials> {
  if (isProtected(user)) throw new Error(`${user} is a protected identity and cannot have credentials`);
  const data = await api.call("auth.create_credentials", { label }, { impersonate: user });
  const created = CREATED.safeParse(data);
  if (!created.success) throw unreadable({ url: api.url, endpoint: "auth.create_credentials" }, "a key pair");
  const { access_key: accessKey, secret_key: secretKey } = created.data.credentials;
  secrets.mask(accessKey);
  secrets.mask(secretKey);
  return { accessKey, secretKey };
}

/** Revokes one key of a user; a key that is gone already is no error. */
export async function revokeCredentials(api: ClearmlApi, user: string, accessKey: string): Promise<void> {
  try {
    await api.call(
      "auth.revoke_credentials",
      { access_key: accessKey },
      { impersonate: user, repeatable: true },
    );
  } catch (thrown) {
    if (!isAnswer(thrown, 400, 300)) throw thrown;
  }
}
