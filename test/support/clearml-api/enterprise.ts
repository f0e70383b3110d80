/*
 * ASSUMPTION. The ClearML Enterprise server is closed: its calls are documented, but no answer of one was ever
 * recorded. Everything that distinguishes `edition: "enterprise"` is in this file (and `feature_set` of the token,
 * tokens.ts). What is assumed:
 *
 *  1. Tokens say `feature_set: "advanced"` (documented). Open-source servers say `basic` (recorded).
 *  2. Role system may impersonate and act as users of every company, as role root may on open-source servers
 *     (documented by example: the tenant procedure does it with the API server's own key).
 *  3. `system.*` is for roles system and root; others get 403/20 (assumed from `auth.create_user`).
 *  4. `system.create_company` {name, defaults} answers `{id}` (only "returns the new company id" is documented).
 *     The name is stripped and needs 3 characters (400/800), as queue names are (assumed).
 *  5. Where company names are unique (a setting of the server, on by default here), a second company of the same
 *     name is 400/801 (assumed from queues and e-mails); else it is simply made.
 *  6. `system.get_companies` answers `{companies: [{id, name}]}` with all companies, the server's first one too
 *     (assumed).
 *  7. A new company has no user and no queue, not even `default` (assumed).
 *  8. `system.update_company_settings` {company, features} replaces the features and answers `{updated: 1}`; an
 *     unknown company is 400/10, as in `auth.create_user` (assumed).
 *  9. `login.set_domains` {domains} is for roles system, root and admin, concerns the company of the caller after
 *     impersonation, replaces the list and answers `{updated: 1}`. A text that is no domain is 400/23 and changes
 *     nothing (the code is in the server's error table; the rest is assumed).
 * 10. `login.get_settings` answers `{domains: [...], whitelist: [{email, is_admin}]}` of that company (the shape is
 *     assumed).
 * 11. `login.add_whitelist_entries` {emails, is_admin} adds or replaces entries, `login.remove_whitelist_entries`
 *     {emails} removes them; both answer their number (assumed).
 * 12. `auth.create_user` takes `internal: "true"` and keeps it (the field is documented, what it does is not).
 * 13. Everything else is as on the open-source server.
 */
import { type Call, type Endpoint, text, texts } from "./endpoint.ts";
import { type Data, refusal } from "./envelope.ts";
import { list, map, requiredText } from "./schema.ts";
import { addCompany, type Company, type Role, type State } from "./state.ts";

const SERVER_ROLES: readonly Role[] = ["system", "root"];
const COMPANY_ROLES: readonly Role[] = ["system", "root", "admin"];
const DOMAIN = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/i;

/** Whether a role may impersonate users of other companies. On open-source servers only root may (recorded). */
export function mayCrossCompanies(state: State, role: Role): boolean {
  return role === "root" || (role === "system" && state.edition === "enterprise");
}

/** The endpoints an open-source server does not have (there they are 404/0). */
export const enterpriseEndpoints: readonly Endpoint[] = [
  {
    name: "system.create_company",
    version: "1.0",
    access: SERVER_ROLES,
    fields: { name: requiredText, defaults: map },
    handle: createCompany,
  },
  {
    name: "system.get_companies",
    version: "1.0",
    access: SERVER_ROLES,
    handle: ({ state }) => ({
      companies: [...state.companies.values()].map(({ id, name }) => ({ id, name })),
    }),
  },
  {
    name: "system.update_company_settings",
    version: "1.0",
    access: SERVER_ROLES,
    fields: { company: requiredText, features: list },
    handle: ({ state, body }) => {
      const company = state.companies.get(text(body, "company"));
      if (!company) throw refusal(400, 10, undefined, { company: text(body, "company") });
      company.settings.features = texts(body.features);
      return { updated: 1 };
    },
  },
  {
    name: "login.set_domains",
    version: "1.0",
    access: COMPANY_ROLES,
    fields: { domains: { type: "list", required: true } },
    handle: setDomains,
  },
  { name: "login.get_settings", version: "1.0", access: COMPANY_ROLES, handle: getSettings },
  {
    name: "login.add_whitelist_entries",
    version: "1.0",
    access: COMPANY_ROLES,
    fields: { emails: { type: "list", required: true }, is_admin: { type: "bool" } },
    handle: addWhitelistEntries,
  },
  {
    name: "login.remove_whitelist_entries",
    version: "1.0",
    access: COMPANY_ROLES,
    fields: { emails: { type: "list", required: true } },
    handle: removeWhitelistEntries,
  },
];

function createCompany({ state, body }: Call): Data {
  const name = text(body, "name").trim();
  if (name.length < 3) throw refusal(400, 800, undefined, { name: "String value is too short" });
  const taken = [...state.companies.values()].some((company) => company.name === name);
  if (taken && state.uniqueCompanyNames) {
    throw refusal(400, 801, "unique field already contains this value", { name });
  }
  const company = addCompany(state, name);
  company.settings.defaults = body.defaults ?? {};
  return { id: company.id };
}

function setDomains(call: Call): Data {
  const company = ownCompany(call);
  const domains = texts(call.body.domains);
  for (const domain of domains) if (!DOMAIN.test(domain)) throw refusal(400, 23, undefined, { domain });
  company.settings.domains = domains;
  return { updated: 1 };
}

function getSettings(call: Call): Data {
  const company = ownCompany(call);
  return { domains: texts(company.settings.domains), whitelist: [...whitelist(company).values()] };
}

function addWhitelistEntries(call: Call): Data {
  const company = ownCompany(call);
  const entries = whitelist(company);
  const emails = texts(call.body.emails);
  for (const email of emails) entries.set(email, { email, is_admin: call.body.is_admin === true });
  company.settings.whitelist = entries;
  return { added: emails.length };
}

function removeWhitelistEntries(call: Call): Data {
  const entries = whitelist(ownCompany(call));
  return { removed: texts(call.body.emails).filter((email) => entries.delete(email)).length };
}

function whitelist(company: Company): Map<string, Data> {
  return company.settings.whitelist instanceof Map ? company.settings.whitelist : new Map();
}

function ownCompany({ state, identity }: Call): Company {
  const company = state.companies.get(identity.company);
  if (!company) throw refusal(400, 10, undefined, { company: identity.company });
  return company;
}
