import { randomUUID } from "node:crypto";
import type { ClearmlApi } from "../clearml/api.ts";
import type { ClearmlApiError } from "../clearml/errors.ts";
import { createUser, deleteUser, findUser, findUsersByName, isProtected } from "../clearml/users.ts";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { putByHand } from "./by-hand.ts";
import type { TenantMemory, TenantRecord, TenantState, WantedTenant } from "./model.ts";

/*
 * An administrator whose e-mail address is taken while its id is not remembered. The API tells no e-mail addresses:
 * only a user of the same company with the administrator's name can be found, and only while acting as a user of it.
 */

interface LookupWork {
  context: Pick<Context, "log">;
  api: ClearmlApi;
  memory: TenantMemory;
  wanted: WantedTenant;
}

/** Name of the users through whom others are looked up; they have no keys and go at once. */
export const HELPER_NAME = "clearml-actions lookup";

/**
 * The administrator, when no run of ours is known to have begun its creation: looked up only as a user whom the
 * server named itself.
 * @throws UserError when there is none, or more than one
 */
export async function findForeignAdmin(
  { api, wanted, memory }: LookupWork,
  state: Pick<TenantState, "knownUsers">,
  companyId: string,
  taken: ClearmlApiError,
): Promise<string> {
  const { name } = wanted.admin;
  const [actAs] = state.knownUsers.filter((id) => !isProtected(id));
  const users = actAs === undefined ? [] : await usersNamed(api, actAs, name);
  const [user] = users;
  if (user !== undefined && users.length === 1) return user;
  const where = `company "${wanted.company}" (${companyId})`;
  throw addressTaken(
    wanted,
    actAs === undefined
      ? `no user of ${where} is known to look it up`
      : `${where} has ${counted(users.length, name)}`,
    `if it belongs to another tenant, choose another \`admin.email\`; if an earlier run made this administrator and its record is lost, ${putByHand(memory, { companyId, adminUserId: "<user id>" })}`,
    taken,
  );
}

/**
 * The administrator that a run of ours began to create without learning the answer. A helper user of the company
 * is made to look it up by name, and removed again.
 * @returns the record with its id
 * @throws UserError when there is none, or more than one: the record then no longer says that it was begun
 */
export async function recoverAdmin(
  work: LookupWork,
  record: TenantRecord,
  taken: ClearmlApiError,
): Promise<TenantRecord & { adminUserId: string }> {
  const { api, memory, wanted, context } = work;
  const helper = await helperUser(work, record);
  const found = await usersNamed(api, helper, wanted.admin.name);
  const users = found.filter((id) => id !== helper);
  const [user] = users;
  const { creatingAdmin: _, ...rest } = record;
  if (user !== undefined && users.length === 1) {
    context.log.info(
      `tenant ${wanted.name}: administrator ${wanted.admin.email} was made by an earlier call`,
    );
    return endLookup(work, { ...rest, adminUserId: user, helperUserId: helper });
  }
  await removeHelpers(api, helper);
  const { helperUserId: __, ...refused } = rest;
  await memory.save(refused);
  throw addressTaken(
    wanted,
    `company "${wanted.company}" (${record.companyId}) has ${counted(users.length, wanted.admin.name)}`,
    users.length === 0
      ? "it belongs to another tenant, or to a user that was deleted: choose another `admin.email`"
      : `put the id of the right one into ${memory.place ?? "the tenant's record"} as adminUserId: ${users.join(", ")}`,
    taken,
  );
}

/** Saves the administrator's id and removes what was made to look it up. @returns the record as it then is */
export async function endLookup(
  { api, memory }: Pick<LookupWork, "api" | "memory">,
  { creatingAdmin: _, ...record }: TenantRecord & { adminUserId: string },
): Promise<TenantRecord & { adminUserId: string }> {
  await memory.save(record);
  const { helperUserId, ...ended } = record;
  if (helperUserId === undefined) return record;
  await removeHelpers(api, record.adminUserId);
  await memory.save(ended);
  return ended;
}

async function helperUser({ api, memory, wanted, context }: LookupWork, record: TenantRecord) {
  const { companyId, helperUserId } = record;
  const known = helperUserId === undefined ? undefined : await findUser(api, helperUserId);
  if (known?.company === companyId) return known.id;
  context.log.info(`tenant ${wanted.name}: looking the administrator up through a helper user`);
  // Addresses stay taken for ever, so that each helper needs one of its own.
  const email = `clearml-actions-${randomUUID()}@lookup.invalid`;
  const id = await createUser(api, { name: HELPER_NAME, email, company: companyId, role: "user" });
  await memory.save({ ...record, helperUserId: id });
  return id;
}

/**
 * Removes all helpers of the company, also those of runs that were killed before they could remember theirs.
 * @param actAs a user of the company, perhaps one of them
 */
async function removeHelpers(api: ClearmlApi, actAs: string): Promise<void> {
  const helpers = await findUsersByName(api, actAs, HELPER_NAME);
  const others = helpers.filter((id) => id !== actAs);
  // The one as whom the others are found goes last.
  const own = helpers.filter((id) => id === actAs);
  for (const id of [...others, ...own]) await deleteUser(api, id, actAs);
}

async function usersNamed(api: ClearmlApi, actAs: string, name: string): Promise<string[]> {
  return (await findUsersByName(api, actAs, name)).filter((id) => !isProtected(id));
}

function counted(users: number, name: string): string {
  return `${users === 0 ? "no user" : plural(users, "user")} named "${name}"`;
}

function addressTaken(
  { name, admin }: WantedTenant,
  why: string,
  hint: string,
  cause: ClearmlApiError,
): UserError {
  const message = `tenant ${name}: the e-mail address ${admin.email} is taken on this server, and ${why}`;
  return new UserError({ message, hint }, { cause });
}
