import type { Credentials } from "../clearml/api.ts";

/** Who uses a pair of keys: each consumer of a tenant has one of its own. */
export const CONSUMERS = ["agent", "gateway"] as const;
export type Consumer = (typeof CONSUMERS)[number];

/** A tenant as the environment wants it on the ClearML server. */
export interface WantedTenant {
  /** Name used in messages. */
  name: string;
  namespace: string;
  company: string;
  /** `internal`: the tenant's own applications run as this user, which the server allows to such users alone. */
  admin: { name: string; email: string; internal?: boolean };
  /** SSO domains; an empty list leaves the server's alone. */
  domains: readonly string[];
  queues: readonly string[];
  /** Those of the consumers that the tenant has. */
  consumers: readonly string[];
}

/** What must outlive a run. No secrets. */
export interface TenantRecord {
  companyId: string;
  adminUserId?: string;
  /** E-mail address of an administrator whose creation was begun; gone once its id is known or the server refused. */
  creatingAdmin?: string;
  /** User through whom an administrator is looked up whose creation was not answered; gone once that is done. */
  helperUserId?: string;
  /** By consumer. */
  keys?: Readonly<Record<string, KeyRecord>>;
}

/**
 * What must outlive a run about one consumer's key pair while it is exchanged: pods may still run with an older key.
 * There is no entry once they do not.
 */
export interface KeyRecord {
  /** Fingerprint of the working key that a rotation replaces: its successor must be seen in use before it is revoked. */
  rotating?: string;
  /** A new pair was made because the remembered one was of no use. */
  replacing?: true;
}

/** Where a tenant's ids and key pairs are kept between runs. */
export interface TenantMemory {
  load(): Promise<TenantRecord | undefined>;
  save(record: TenantRecord): Promise<void>;
  loadCredentials(consumer: string): Promise<Credentials | undefined>;
  saveCredentials(consumer: string, credentials: Credentials): Promise<void>;
  /** Where the record lies, for messages: `Secret clearml-tenant in namespace acme`. */
  readonly place?: string;
  /** The command that writes a record, for messages. */
  byHand?(record: TenantRecord): string;
}

/** What is known about one consumer's key pair. */
export interface CredentialState {
  /** Access keys on the server with the consumer's label. */
  labelled: readonly string[];
  /** Whether the remembered key has the label, and the server accepts it with its secret. */
  usable: boolean;
  /** Whether a pair is remembered at all. */
  remembered: boolean;
  /** Whether the remembered pair is the one that a rotation, begun before, is to replace. */
  replaced: boolean;
}

/** A tenant as it is. */
export interface TenantState {
  record?: TenantRecord;
  companyId?: string;
  adminUserId?: string;
  /** Users of the company as whom a lost administrator can be looked up. */
  knownUsers: readonly string[];
  credentials: Readonly<Record<string, CredentialState>>;
  /** Undefined when the server does not tell them. */
  domains?: readonly string[];
  /** Those of the wanted queues that exist. */
  queues: readonly string[];
}

/** One part of the tenant and what is to be done about it. */
export type TenantStep =
  | { kind: "company"; action: "create" | "none"; name: string }
  | { kind: "admin"; action: "create" | "remember" | "none"; email: string }
  | {
      kind: "credentials";
      /** `retire`: the pair is as it should be, but pods may run with older keys, which are still valid. */
      action: "create" | "replace" | "rotate" | "retire" | "keep";
      consumer: string;
      label: string;
      reason: string;
    }
  | { kind: "domains"; action: "set" | "none"; domains: readonly string[]; reason: string }
  | { kind: "queues"; action: "create" | "none"; queues: readonly string[] };

/** The label by which a consumer's keys are recognised on the server. */
export function credentialLabel(consumer: string, namespace: string): string {
  return `${consumer}:${namespace}`;
}

/** Whether a step changes anything. */
export function changes(step: TenantStep): boolean {
  return step.action !== "none" && step.action !== "keep";
}

/** The record with another entry for one consumer's key pair, or without one. */
export function withKey(record: TenantRecord, consumer: string, key: KeyRecord | undefined): TenantRecord {
  const { keys, ...rest } = record;
  const entries = Object.entries(keys ?? {}).filter(([name]) => name !== consumer);
  if (key) entries.push([consumer, key]);
  return entries.length === 0 ? rest : { ...rest, keys: Object.fromEntries(entries) };
}
