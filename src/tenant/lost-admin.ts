import type { ClearmlApi } from "../clearml/api.ts";
import type { ClearmlApiError } from "../clearml/errors.ts";
import { findUsersByName, isProtected } from "../clearml/users.ts";
import { UserError } from "../core/errors.ts";
import type { TenantMemory, TenantState, WantedTenant } from "./model.ts";

/**
 * The administrator whose e-mail is taken while its id is not remembered. The API tells no e-mail addresses: only a
 * user of the same company with the administrator's name can be found, and only while acting as a user of it.
 * @throws UserError when there is none, or more than one
 */
export async function findLostAdmin(
  { api, wanted, memory }: { api: ClearmlApi; wanted: WantedTenant; memory: TenantMemory },
  state: TenantState & { companyId: string },
  taken: ClearmlApiError,
): Promise<string> {
  const { name, email } = wanted.admin;
  const place = memory.place ?? "the tenant's record";
  const [actAs] = state.knownUsers.filter((id) => !isProtected(id));
  const found = actAs === undefined ? [] : await findUsersByName(api, actAs, name);
  const users = found.filter((id) => !isProtected(id));
  const [user] = users;
  if (user !== undefined && users.length === 1) return user;
  const where = `company "${wanted.company}" (${state.companyId})`;
  const why =
    actAs === undefined
      ? `no user of ${where} is known to look it up`
      : `${where} has ${users.length} users named "${name}"`;
  throw new UserError(
    {
      message: `tenant ${wanted.name}: the e-mail address ${email} is taken on this server, and ${why}`,
      hint: `if it belongs to another tenant, choose another \`admin.email\`; if an earlier run made this administrator and its record is lost, put {"companyId":"${state.companyId}","adminUserId":"<user id>"} into ${place}`,
    },
    { cause: taken },
  );
}
