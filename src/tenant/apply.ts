import type { ClearmlApi, Credentials } from "../clearml/api.ts";
import { createCompany, listCompanies } from "../clearml/companies.ts";
import { createCredentials, keyFingerprint } from "../clearml/credentials.ts";
import { readDomains, sameDomains, setDomains } from "../clearml/domains.ts";
import { isAnswer } from "../clearml/errors.ts";
import { createQueue, existingQueues } from "../clearml/queues.ts";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { type AdminRecord, applyAdmin } from "./apply-admin.ts";
import {
  changes,
  type KeyRecord,
  type TenantMemory,
  type TenantRecord,
  type TenantState,
  type TenantStep,
  type WantedTenant,
  withKey,
} from "./model.ts";
import { describeStep } from "./plan.ts";
import { remember } from "./remember.ts";

export interface TenantWork {
  context: Pick<Context, "log" | "secrets">;
  api: ClearmlApi;
  memory: TenantMemory;
  wanted: WantedTenant;
}

/** What `applyTenant` got to. */
export interface Applied {
  record: AdminRecord;
  /** Key pairs by consumer. */
  credentials: Readonly<Record<string, Credentials>>;
  /** An administrator was there after all, so the state must be read again. */
  foundAdmin: boolean;
}

/**
 * Takes the steps in their order and logs each once it is done. What was created is remembered at once, so that a
 * run cut off anywhere can be repeated. No key is revoked: pods may still run with it.
 * @param remembered key pairs that are remembered, by consumer
 * @throws UserError when the administrator's e-mail belongs to another tenant; ClearmlApiError
 */
export async function applyTenant(
  work: TenantWork,
  state: TenantState,
  steps: readonly TenantStep[],
  { remembered, onAttempt }: { remembered: Applied["credentials"]; onAttempt: (step: TenantStep) => void },
): Promise<Applied> {
  const credentials = { ...remembered };
  let record = startingRecord(state);
  let adminUserId: string | undefined;
  // Nothing can run yet with a key of an administrator that is only now made or found.
  const isNew = state.record?.adminUserId === undefined;
  for (const step of steps) {
    if (isTaken(step)) onAttempt(step);
    if (step.kind === "company") record ??= await applyCompany(work, step.name);
    else if (record === undefined) throw new Error("the company comes first");
    else if (step.kind === "admin") {
      const admin = await applyAdmin(work, state, record, step);
      ({ record } = admin);
      adminUserId = admin.record.adminUserId;
      if (admin.found) return { record: admin.record, credentials, foundAdmin: true };
    } else if (adminUserId === undefined) throw new Error("the administrator comes before the rest");
    else if (step.kind === "credentials")
      record = await applyCredentials(work, { admin: adminUserId, record, credentials, isNew }, step);
    else if (changes(step)) await applyForAdmin(work, adminUserId, step);
    const done = isTaken(step) ? ": done" : "";
    work.context.log.info(`tenant ${work.wanted.name}: ${describeStep(step)}${done}`);
  }
  if (record === undefined || adminUserId === undefined) throw new Error("a plan without company or admin");
  return { record: { ...record, adminUserId }, credentials, foundAdmin: false };
}

/** Whether `applyTenant` itself does something about a step: it does not retire keys. */
function isTaken(step: TenantStep): boolean {
  return changes(step) && step.action !== "retire";
}

/** The record of the company that was found; what it says about another one is of no use. */
function startingRecord({ companyId, record }: TenantState): TenantRecord | undefined {
  if (companyId === undefined) return undefined;
  return record?.companyId === companyId ? record : { companyId };
}

type CredentialStep = Extract<TenantStep, { kind: "credentials" }>;
type RestStep = Exclude<TenantStep, { kind: "company" | "admin" | "credentials" }>;

async function applyCompany({ api, memory, wanted }: TenantWork, name: string): Promise<TenantRecord> {
  const companyId = (await createdCompany(api, name)) ?? (await onlyCompany(api, wanted));
  const record = { companyId };
  await remember(memory, record, { what: `company "${name}"`, id: companyId });
  return record;
}

/** The new company's id; undefined when the name was taken meanwhile or the answer does not tell. */
async function createdCompany(api: ClearmlApi, name: string): Promise<string | undefined> {
  try {
    return await createCompany(api, name);
  } catch (thrown) {
    if (isAnswer(thrown, 400, 801)) return undefined;
    throw thrown;
  }
}

async function onlyCompany(api: ClearmlApi, wanted: WantedTenant): Promise<string> {
  const matches = (await listCompanies(api)).filter(({ name }) => name === wanted.company);
  const [match] = matches;
  if (match && matches.length === 1) return match.id;
  throw new UserError({
    message: `tenant ${wanted.name}: the server says the company name "${wanted.company}" is taken, but lists ${matches.length} companies of that name`,
    hint: "look for a company whose name differs in case or spaces, and write its name into the tenant's file",
  });
}

/**
 * New pair first, then save: at every moment the saved pair is a valid one. That pods may run with an older one is
 * written before, so that a run that goes on knows which of two valid keys is the old one, and that pods have to start
 * anew.
 */
async function applyCredentials(
  { api, memory, context }: TenantWork,
  known: { admin: string; record: TenantRecord; credentials: Record<string, Credentials>; isNew: boolean },
  { consumer, label, action }: CredentialStep,
): Promise<TenantRecord> {
  if (action === "keep" || action === "retire") return known.record;
  const old = known.credentials[consumer];
  const key: KeyRecord =
    action === "rotate" && old ? { rotating: keyFingerprint(old.accessKey) } : { replacing: true };
  const record = known.isNew ? known.record : withKey(known.record, consumer, key);
  if (!known.isNew) await memory.save(record);
  const pair = await createCredentials(api, context.secrets, known.admin, label);
  await memory.saveCredentials(consumer, pair);
  known.credentials[consumer] = pair;
  return record;
}

async function applyForAdmin(work: TenantWork, admin: string, step: RestStep): Promise<void> {
  if (step.kind === "domains") await applyDomains(work, admin, step.domains);
  else for (const name of step.queues) await applyQueue(work, admin, name);
}

async function applyQueue({ api, wanted }: TenantWork, admin: string, name: string): Promise<void> {
  if (await createQueue(api, admin, name)) return;
  if ((await existingQueues(api, admin, [name])).length > 0) return;
  throw new UserError(
    {
      message: `tenant ${wanted.name}: the server says the queue name "${name}" is taken, but lists no such queue`,
      hint: "run again; if it stays, look for a queue of that name in the tenant's workspace",
    },
    { kind: "cluster" },
  );
}

async function applyDomains(
  { api, context, wanted }: TenantWork,
  admin: string,
  domains: readonly string[],
): Promise<void> {
  await setDomains(api, admin, domains);
  const kept = await readDomains(api, admin);
  if (kept && !sameDomains(kept, domains)) {
    throw new UserError(
      {
        message: `tenant ${wanted.name}: the server keeps the domains ${kept.join(", ") || "(none)"} after it was told ${domains.join(", ")}`,
        hint: "look for a domain that another tenant has, or that is misspelled",
      },
      { kind: "cluster" },
    );
  }
  if (!kept)
    context.log.info(`tenant ${wanted.name}: the server does not tell its domains; they were set unseen`);
}
