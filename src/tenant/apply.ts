import type { ClearmlApi, Credentials } from "../clearml/api.ts";
import { createCompany, listCompanies } from "../clearml/companies.ts";
import { createCredentials, listCredentials, revokeCredentials } from "../clearml/credentials.ts";
import { readDomains, sameDomains, setDomains } from "../clearml/domains.ts";
import { isAnswer } from "../clearml/errors.ts";
import { createQueue } from "../clearml/queues.ts";
import { createUser } from "../clearml/users.ts";
import type { Context } from "../core/context.ts";
import { errorMessage, UserError } from "../core/errors.ts";
import { findLostAdmin } from "./lost-admin.ts";
import {
  changes,
  type TenantMemory,
  type TenantRecord,
  type TenantState,
  type TenantStep,
  type WantedTenant,
} from "./model.ts";
import { describeStep } from "./plan.ts";

export interface TenantWork {
  context: Pick<Context, "log" | "secrets">;
  api: ClearmlApi;
  memory: TenantMemory;
  wanted: WantedTenant;
}

/** What `applyTenant` got to. `foundAdmin`: an administrator was there after all, so the state must be read again. */
export type Applied = Required<TenantRecord> & { foundAdmin: boolean };

/**
 * Takes the steps in their order and logs each once it is done. What was created is remembered at once, so that a
 * run cut off anywhere can be repeated.
 * @throws UserError when the administrator's e-mail belongs to another tenant; ClearmlApiError
 */
export async function applyTenant(
  work: TenantWork,
  state: TenantState,
  steps: readonly TenantStep[],
  onAttempt: (step: TenantStep) => void,
): Promise<Applied> {
  let companyId = state.companyId;
  let adminUserId = state.adminUserId;
  for (const step of steps) {
    if (changes(step)) onAttempt(step);
    if (step.kind === "company") companyId ??= await applyCompany(work, step.name);
    else if (companyId === undefined) throw new Error("the company comes first");
    else if (step.kind === "admin") {
      const admin = await applyAdmin(work, { ...state, companyId }, step);
      adminUserId = admin.id;
      if (admin.found) return { companyId, adminUserId, foundAdmin: true };
    } else if (adminUserId === undefined) throw new Error("the administrator comes before the rest");
    else if (changes(step)) await applyForAdmin(work, adminUserId, step);
    work.context.log.info(
      `tenant ${work.wanted.name}: ${describeStep(step)}${changes(step) ? ": done" : ""}`,
    );
  }
  if (companyId === undefined || adminUserId === undefined)
    throw new Error("a plan without company or admin");
  return { companyId, adminUserId, foundAdmin: false };
}

type AdminStep = Extract<TenantStep, { kind: "admin" }>;
type RestStep = Exclude<TenantStep, { kind: "company" | "admin" }>;

async function applyCompany({ api, memory, wanted }: TenantWork, name: string): Promise<string> {
  const id = (await createdCompany(api, name)) ?? (await onlyCompany(api, wanted));
  await remember(memory, { companyId: id }, `company "${name}"`);
  return id;
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

async function applyAdmin(
  work: TenantWork,
  state: TenantState & { companyId: string },
  step: AdminStep,
): Promise<{ id: string; found: boolean }> {
  const { api, memory, wanted } = work;
  const { companyId, adminUserId } = state;
  if (step.action === "none" && adminUserId !== undefined) return { id: adminUserId, found: false };
  if (step.action === "remember" && adminUserId !== undefined) {
    await memory.save({ companyId, adminUserId });
    return { id: adminUserId, found: false };
  }
  try {
    const id = await createUser(api, { ...wanted.admin, company: companyId, role: "admin" });
    await remember(memory, { companyId, adminUserId: id }, `administrator ${wanted.admin.email}`);
    return { id, found: false };
  } catch (thrown) {
    if (!isAnswer(thrown, 400, 801)) throw thrown;
    const id = await findLostAdmin(work, state, thrown);
    await memory.save({ companyId, adminUserId: id });
    return { id, found: true };
  }
}

/** Saves an id right after its object was made; when that fails, at least the message has it. */
async function remember(memory: TenantMemory, record: TenantRecord, what: string): Promise<void> {
  try {
    await memory.save(record);
  } catch (thrown) {
    const id = record.adminUserId ?? record.companyId;
    throw new UserError(
      {
        message: `${what} was created with id ${id}, but the id could not be saved: ${errorMessage(thrown)}`,
        hint: `repair the access to the cluster and put ${JSON.stringify(record)} into ${memory.place ?? "the tenant's record"}`,
      },
      { kind: "cluster", cause: thrown },
    );
  }
}

async function applyForAdmin(work: TenantWork, admin: string, step: RestStep): Promise<void> {
  if (step.kind === "credentials")
    await applyCredentials(work, admin, step.consumer, step.label, step.action);
  else if (step.kind === "domains") await applyDomains(work, admin, step.domains);
  else for (const name of step.queues) await createQueue(work.api, admin, name);
}

/** New pair first, then save, then revoke the old ones: at every moment the saved pair is a valid one. */
async function applyCredentials(
  { api, memory, context }: TenantWork,
  admin: string,
  consumer: string,
  label: string,
  action: "create" | "replace" | "clean" | "keep",
): Promise<void> {
  const current = action === "clean" ? await memory.loadCredentials(consumer) : undefined;
  const kept: Credentials = current ?? (await createCredentials(api, context.secrets, admin, label));
  if (!current) await memory.saveCredentials(consumer, kept);
  if (action === "create") return;
  for (const { accessKey, label: found } of await listCredentials(api, admin)) {
    if (found === label && accessKey !== kept.accessKey) await revokeCredentials(api, admin, accessKey);
  }
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
