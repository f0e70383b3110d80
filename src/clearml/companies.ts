import { z } from "zod";
import type { ClearmlApi } from "./api.ts";
import { unreadable } from "./errors.ts";

export interface Company {
  id: string;
  name: string;
  /** Ids of users the listing names; most servers name none. */
  users: readonly string[];
}

// The Enterprise server is closed and its answers are undocumented: every plausible shape is read.
const ID = z.union([z.string().min(1), z.object({ id: z.string().min(1) }).transform(({ id }) => id)]);
const PEOPLE = z
  .array(ID)
  .optional()
  .catch(undefined)
  .transform((ids) => ids ?? []);
const COMPANY = z
  .object({
    id: ID.optional(),
    _id: ID.optional(),
    company_id: ID.optional(),
    company: ID.optional(),
    name: z.string().optional(),
    company_name: z.string().optional(),
    owners: PEOPLE,
    users: PEOPLE,
  })
  .transform((entry, context): Company => {
    const id = entry.id ?? entry._id ?? entry.company_id ?? entry.company;
    const name = entry.name ?? entry.company_name;
    if (id !== undefined && name !== undefined) return { id, name, users: [...entry.owners, ...entry.users] };
    context.addIssue("a company without id or name");
    return z.NEVER;
  });
const COMPANIES = z.union([
  z.array(COMPANY),
  z.object({ companies: z.array(COMPANY) }).transform(({ companies }) => companies),
]);
const CREATED = z.union([
  ID,
  z
    .object({
      id: ID.optional().catch(undefined),
      company: ID.optional().catch(undefined),
      company_id: ID.optional().catch(undefined),
    })
    .transform((data) => data.id ?? data.company ?? data.company_id),
]);

/** All companies of an Enterprise server. @throws ClearmlApiError (404/0 on an open-source server) */
export async function listCompanies(api: ClearmlApi): Promise<Company[]> {
  const companies = COMPANIES.safeParse(await api.call("system.get_companies", {}));
  if (!companies.success)
    throw unreadable({ url: api.url, endpoint: "system.get_companies" }, "a list of companies");
  return companies.data;
}

/**
 * Creates a company; undefined when the answer does not tell its id (list then).
 * @throws ClearmlApiError 400/801 when the server keeps names unique and this one exists
 */
export async function createCompany(api: ClearmlApi, name: string): Promise<string | undefined> {
  const created = CREATED.safeParse(await api.call("system.create_company", { name }));
  return created.data;
}
