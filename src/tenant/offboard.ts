import pLimit from "p-limit";
import type { ClearmlApi } from "../clearml/api.ts";
import { type Company, listCompanies } from "../clearml/companies.ts";
import { listCredentials, revokeCredentials } from "../clearml/credentials.ts";
import { readLoginSettings, removeFromWhitelist, setDomains } from "../clearml/domains.ts";
import { deleteQueue, listQueues, type Queue } from "../clearml/queues.ts";
import { requireEnterpriseKey } from "../clearml/server.ts";
import { findUser, isProtected, listUsers } from "../clearml/users.ts";
import type { Context } from "../core/context.ts";
import { plural } from "../core/plural.ts";
import type { TenantMemory, TenantRecord, WantedTenant } from "./model.ts";
import { findCompany } from "./read.ts";

/** What a tenant still has on the ClearML server. */
export interface ServerRemoval {
  /** Undefined when the server has no such company. */
  company?: { id: string; name: string };
  /** The user as whom the rest is done; undefined when none is known, and then nothing below could be looked up. */
  admin?: string;
  /** Users that have keys, with their access keys. */
  users: { id: string; name: string; keys: string[] }[];
  queues: Queue[];
  /** SSO domains; undefined when the server does not tell. */
  domains: string[] | undefined;
  /** E-mail addresses that are let in one by one. */
  whitelist: string[];
}

const NOTHING = { users: [], queues: [], domains: [], whitelist: [] };
/** Users whose keys are looked up at a time. */
const PARALLEL = 8;

/**
 * What `removeFromServer` would remove. Reads only.
 * @throws UserError when the key may not administer tenants, or when it is not clear which company is meant;
 * ClearmlApiError
 */
export async function planServerRemoval(
  context: Pick<Context, "log">,
  api: ClearmlApi,
  wanted: Pick<WantedTenant, "name" | "company" | "namespace" | "consumers">,
  memory: TenantMemory,
): Promise<ServerRemoval> {
  await requireEnterpriseKey(api);
  const record = await memory.load();
  const named = { ...wanted, company: wanted.company.trim() };
  const company = findCompany(await listCompanies(api), named, record, memory.place);
  if (!company) return NOTHING;
  const { id, name } = company;
  const admin = await userOf(api, company, { record, consumers: wanted.consumers, memory });
  if (admin !== undefined) return { company: { id, name }, admin, ...(await belongings(api, admin)) };
  context.log.info(
    `tenant ${wanted.name}: no user of company "${name}" (${id}) is known, so that its keys, queues and domains cannot be looked up`,
  );
  return { company: { id, name }, ...NOTHING };
}

/** Revokes the keys of all users, deletes the queues with what waits in them, closes the SSO login. May be repeated. */
export async function removeFromServer(
  context: Pick<Context, "log">,
  api: ClearmlApi,
  removal: ServerRemoval,
): Promise<void> {
  const { admin, users, queues, domains, whitelist } = removal;
  if (admin === undefined) return;
  for (const user of users) {
    for (const key of user.keys) await revokeCredentials(api, user.id, key);
    context.log.info(`user ${user.name || user.id}: ${plural(user.keys.length, "key")} revoked`);
  }
  for (const { id, name } of queues) {
    await deleteQueue(api, admin, id);
    context.log.info(`queue ${name}: deleted`);
  }
  if (!domains || domains.length > 0) {
    await setDomains(api, admin, []);
    context.log.info(`domains ${domains?.join(", ") ?? "(which the server does not tell)"}: cleared`);
  }
  if (whitelist.length > 0) {
    await removeFromWhitelist(api, admin, whitelist);
    context.log.info(`${plural(whitelist.length, "e-mail address", "e-mail addresses")}: no longer let in`);
  }
}

/** What is on the server of what was to be removed, in words; nothing when all is gone. */
export async function leftOnServer(api: ClearmlApi, { admin }: ServerRemoval): Promise<string[]> {
  if (admin === undefined) return [];
  const { users, queues, domains = [], whitelist } = await belongings(api, admin);
  return [
    ...users.map(({ id, name, keys }) => `${plural(keys.length, "key")} of user ${name} (${id})`),
    ...queues.map(({ id, name }) => `queue ${name} (${id})`),
    ...domains.map((domain) => `domain ${domain}`),
    ...whitelist.map((email) => `e-mail address ${email} on the list of those let in`),
  ];
}

/**
 * Commands for what no API call does: deleting the company with everything in it. Tokens that were issued before
 * the keys were revoked end with it, too.
 */
export function companyDeletionCommands(of: {
  companyId: string;
  companyName: string;
  controlPlane: { namespace: string; fullname: string };
}): string[] {
  const { namespace, fullname } = of.controlPlane;
  const inServer = `kubectl -n ${namespace} exec deployment/${fullname}-apiserver -- env PYTHONPATH=../trains-server-repo python3 -m`;
  const name = `'${of.companyName.replaceAll("'", `'\\''`)}'`;
  return [
    `${inServer} jobs.management.delete_company_data_from_mongo --id ${of.companyId} --name ${name} --delete-user`,
    `${inServer} jobs.management.cleanup_deleted_companies --ids ${of.companyId} --delete-company`,
    // Where the files of a company lie differs between versions: a person must look before something is deleted.
    `kubectl -n ${namespace} exec deployment/${fullname}-fileserver -- ls -l /mnt/fileserver`,
  ];
}

/** A user of the company as whom the rest can be looked up. */
async function userOf(
  api: ClearmlApi,
  company: Company,
  known: { record: TenantRecord | undefined; consumers: readonly string[]; memory: TenantMemory },
): Promise<string | undefined> {
  const remembered = known.record?.adminUserId;
  if (remembered !== undefined && !isProtected(remembered)) {
    const user = await findUser(api, remembered);
    if (user?.company === company.id) return user.id;
  }
  for (const consumer of known.consumers) {
    const pair = await known.memory.loadCredentials(consumer);
    const claims = pair && (await api.tryLogin(pair));
    if (claims?.company === company.id && !isProtected(claims.user)) return claims.user;
  }
  return company.users.find((id) => !isProtected(id));
}

async function belongings(
  api: ClearmlApi,
  admin: string,
): Promise<Pick<ServerRemoval, "users" | "queues" | "domains" | "whitelist">> {
  const [users, queues, settings] = await Promise.all([
    usersWithKeys(api, admin),
    listQueues(api, admin),
    readLoginSettings(api, admin),
  ]);
  return { users, queues, ...settings };
}

async function usersWithKeys(api: ClearmlApi, admin: string): Promise<ServerRemoval["users"]> {
  const listed = await listUsers(api, admin);
  // Without a profile it is not in the list, but its keys work.
  const all = listed.some(({ id }) => id === admin) ? listed : [{ id: admin, name: "" }, ...listed];
  const limit = pLimit(PARALLEL);
  const users = await limit.map(
    all.filter(({ id }) => !isProtected(id)),
    async (user) => ({
      ...user,
      keys: (await listCredentials(api, user.id)).map(({ accessKey }) => accessKey),
    }),
  );
  return users.filter(({ keys }) => keys.length > 0);
}
