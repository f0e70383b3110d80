import type { ClearmlApi, Credentials } from "../clearml/api.ts";
import type { Company } from "../clearml/companies.ts";
import { keyFingerprint, type ListedCredentials, listCredentials } from "../clearml/credentials.ts";
import { readDomains } from "../clearml/domains.ts";
import { existingQueues } from "../clearml/queues.ts";
import { findUser, isProtected } from "../clearml/users.ts";
import { UserError } from "../core/errors.ts";
import {
  type CredentialState,
  credentialLabel,
  type TenantMemory,
  type TenantRecord,
  type TenantState,
  type WantedTenant,
} from "./model.ts";

/** A remembered key pair and whose it is; `user` is undefined when the server does not accept it. */
interface RememberedKey {
  consumer: string;
  credentials?: Credentials;
  user?: string;
  company?: string;
}

/** A tenant as it is, and the key pairs that are remembered, by consumer. */
export interface ReadTenant {
  state: TenantState;
  remembered: Readonly<Record<string, Credentials>>;
}

/**
 * Reads the tenant as it is. Changes nothing.
 * @throws UserError when two companies have the name, the remembered company has another name, or the record names
 * a protected identity; ClearmlApiError
 */
export async function readTenant(
  api: ClearmlApi,
  wanted: WantedTenant,
  memory: TenantMemory,
  companies: readonly Company[],
): Promise<ReadTenant> {
  const record = await memory.load();
  const company = findCompany(companies, wanted, record, memory.place);
  const known = record ? { record } : {};
  if (!company) return nothingBeyond({ ...known, knownUsers: [] });
  const keys = await Promise.all(
    wanted.consumers.map((consumer) => rememberedKey(api, consumer, memory, record)),
  );
  const adminUserId = await findAdmin(api, company, record, keys, memory.place);
  if (adminUserId === undefined)
    return nothingBeyond({ ...known, companyId: company.id, knownUsers: company.users });
  const [listed, domains, queues] = await Promise.all([
    listCredentials(api, adminUserId),
    wanted.domains.length > 0 ? readDomains(api, adminUserId) : undefined,
    existingQueues(api, adminUserId, wanted.queues),
  ]);
  const state: TenantState = {
    ...known,
    companyId: company.id,
    adminUserId,
    knownUsers: [...company.users],
    credentials: Object.fromEntries(
      keys.map((key) => [key.consumer, credentialState(key, { wanted, record, listed, adminUserId })]),
    ),
    ...(domains ? { domains } : {}),
    queues,
  };
  return {
    state,
    remembered: Object.fromEntries(
      keys.flatMap(({ consumer, credentials }) => (credentials ? [[consumer, credentials]] : [])),
    ),
  };
}

function nothingBeyond(known: Pick<TenantState, "record" | "companyId" | "knownUsers">): ReadTenant {
  return { state: { ...known, credentials: {}, queues: [] }, remembered: {} };
}

function credentialState(
  { consumer, credentials, user }: RememberedKey,
  known: {
    wanted: WantedTenant;
    record: TenantRecord | undefined;
    listed: readonly ListedCredentials[];
    adminUserId: string;
  },
): CredentialState {
  const label = credentialLabel(consumer, known.wanted.namespace);
  const labelled = known.listed.filter((each) => each.label === label).map(({ accessKey }) => accessKey);
  const rotating = known.record?.keys?.[consumer]?.rotating;
  const accepted = user === known.adminUserId || rotating !== undefined;
  return {
    labelled,
    remembered: credentials !== undefined,
    usable: credentials !== undefined && labelled.includes(credentials.accessKey) && accepted,
    replaced: credentials !== undefined && keyFingerprint(credentials.accessKey) === rotating,
  };
}

/** The company with the wanted name. Names need not be unique, so the remembered id decides between two. */
export function findCompany(
  companies: readonly Company[],
  wanted: Pick<WantedTenant, "name" | "company">,
  record: TenantRecord | undefined,
  place = "the tenant's record",
): Company | undefined {
  const remembered = companies.find(({ id }) => id === record?.companyId);
  if (remembered && remembered.name !== wanted.company) {
    throw new UserError({
      message: `tenant ${wanted.name}: company ${remembered.id} is named "${remembered.name}" on the server, the tenant's file says "${wanted.company}"`,
      hint: `correct \`company\` in the tenant's file, or remove ${place} to onboard another company`,
    });
  }
  if (remembered) return remembered;
  const matches = companies.filter(({ name }) => name === wanted.company);
  if (matches.length > 1) {
    throw new UserError({
      message: `tenant ${wanted.name}: ${matches.length} companies are named "${wanted.company}": ${matches.map(({ id }) => id).join(", ")}`,
      hint: `rename or remove all but one on the server, or put the id of the right one into ${place} as companyId`,
    });
  }
  return matches[0];
}

/**
 * The administrator: the remembered user when the company still has it, else the user to whom a remembered key
 * pair belongs (the pairs were made for the administrator).
 */
async function findAdmin(
  api: ClearmlApi,
  company: Company,
  record: TenantRecord | undefined,
  keys: readonly RememberedKey[],
  place = "the tenant's record",
): Promise<string | undefined> {
  const remembered = record?.adminUserId;
  if (remembered !== undefined && isProtected(remembered)) {
    throw new UserError({
      message: `${place} names ${remembered} as administrator: a protected identity of the server's configuration`,
      hint: "such users cannot have credentials; put the id of an administrator of the company there, or remove the id",
    });
  }
  const user = remembered === undefined ? undefined : await findUser(api, remembered);
  if (user?.company === company.id) return user.id;
  return keys.find((key) => key.user !== undefined && key.company === company.id && !isProtected(key.user))
    ?.user;
}

/**
 * While a rotation waits to see its new key in use nobody is logged in with it here: the server keeps only the last
 * user of a key, so that our login would hide that of the pods.
 */
async function rememberedKey(
  api: ClearmlApi,
  consumer: string,
  memory: TenantMemory,
  record: TenantRecord | undefined,
): Promise<RememberedKey> {
  const credentials = await memory.loadCredentials(consumer);
  const awaited = record?.adminUserId !== undefined && record.keys?.[consumer]?.rotating !== undefined;
  const claims = credentials && !awaited ? await api.tryLogin(credentials) : undefined;
  return {
    consumer,
    ...(credentials ? { credentials } : {}),
    ...(claims ? { user: claims.user, company: claims.company } : {}),
  };
}
