import { isAnswer, isRefusal } from "../clearml/errors.ts";
import { createUser } from "../clearml/users.ts";
import type { TenantWork } from "./apply.ts";
import { endLookup, findForeignAdmin, recoverAdmin } from "./lost-admin.ts";
import type { TenantRecord, TenantState, TenantStep } from "./model.ts";
import { remember } from "./remember.ts";

export type AdminStep = Extract<TenantStep, { kind: "admin" }>;
export type AdminRecord = TenantRecord & { adminUserId: string };

/**
 * Makes sure of the administrator and its place in the record.
 * @returns the record as saved; `found` when an administrator was there after all
 * @throws UserError when the e-mail address belongs to another tenant; ClearmlApiError
 */
export async function applyAdmin(
  work: TenantWork,
  state: TenantState,
  record: TenantRecord,
  step: AdminStep,
): Promise<{ record: AdminRecord; found: boolean }> {
  const { adminUserId } = state;
  if (step.action === "create" || adminUserId === undefined) return createAdmin(work, state, record);
  if (step.action === "none") return { record: { ...record, adminUserId }, found: false };
  return { record: await endLookup(work, { ...record, adminUserId }), found: false };
}

/** That it is begun is written first: only so can a later run tell its own administrator from another tenant's. */
async function createAdmin(
  work: TenantWork,
  state: TenantState,
  record: TenantRecord,
): Promise<{ record: AdminRecord; found: boolean }> {
  const { api, memory, wanted } = work;
  // Should the server only have said that it does not know the remembered one, its id stays until there is another.
  const { creatingAdmin, ...base } = record;
  const { email } = wanted.admin;
  const begun = { ...base, creatingAdmin: email };
  const before = creatingAdmin === email;
  if (!before) await memory.save(begun);
  try {
    const id = await createUser(api, { ...wanted.admin, company: record.companyId, role: "admin" });
    const made = { ...base, adminUserId: id };
    await remember(memory, made, { what: `administrator ${email}`, id });
    return { record: made, found: false };
  } catch (thrown) {
    if (before && isAnswer(thrown, 400, 801))
      return { record: await recoverAdmin(work, begun, thrown), found: true };
    if (!before && isRefusal(thrown)) await memory.save(base);
    if (!isAnswer(thrown, 400, 801)) throw thrown;
    const id = await findForeignAdmin(work, state, record.companyId, thrown);
    const found = { ...base, adminUserId: id };
    await memory.save(found);
    return { record: found, found: true };
  }
}
