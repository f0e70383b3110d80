import type { Credentials } from "../clearml/api.ts";

/** A tenant as the environment wants it on the ClearML server. */
export interface WantedTenant {
  /** Name used in messages. */
  name: string;
  namespace: string;
  company: string;
  admin: { name: string; email: string };
  /** SSO domains; an empty list leaves the server's alone. */
  domains: readonly string[];
  queues: readonly string[];
  /** Who needs a key pair of its own: `agent`, `gateway`. */
  consumers: readonly string[];
}

/** What must outlive a run. No secrets. */
export interface TenantRecord {
  companyId: string;
  adminUserId?: string;
}

/** Where a tenant's ids and key pairs are kept between runs. */
export interface TenantMemory {
  load(): Promise<TenantRecord | undefined>;
  save(record: TenantRecord): Promise<void>;
  loadCredentials(consumer: string): Promise<Credentials | undefined>;
  saveCredentials(consumer: string, credentials: Credentials): Promise<void>;
  /** Where the record lies, for messages: `ConfigMap clearml-tenant in namespace acme`. */
  readonly place?: string;
}

/** What is known about one consumer's key pair. */
export interface CredentialState {
  /** Number of keys on the server with the consumer's label. */
  labelled: number;
  /** Whether the remembered key is one of them and the server accepts it with its secret. */
  usable: boolean;
  /** Whether a pair is remembered at all. */
  remembered: boolean;
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
      action: "create" | "replace" | "clean" | "keep";
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
