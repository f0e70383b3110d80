import { type Call, type Endpoint, text } from "../endpoint.ts";
import { type Data, refusal } from "../envelope.ts";
import { listed, onlyFields, projected } from "../listing.ts";
import { requiredText, text as textField } from "../schema.ts";
import { type Profile, type Role, timestamp } from "../state.ts";

const SERVER_ROLES: readonly Role[] = ["system", "root"];
const NAMES = { name: textField, given_name: textField, family_name: textField, avatar: textField };
/** Neither e-mail nor role: they belong to the login, which this service does not show. */
const FIELDS = [
  ...["id", "company", "name", "family_name", "given_name", "avatar"],
  ...["preferences", "created", "created_in_version"],
];

export const userEndpoints: readonly Endpoint[] = [
  { name: "users.get_all", version: "1.0", access: "user", handle: getAll },
  {
    name: "users.get_by_id",
    version: "1.0",
    access: "user",
    fields: { user: requiredText },
    handle: ({ state, identity, body }) => {
      const id = text(body, "user");
      const profile = state.profiles.get(id);
      // Role system reads users of every company; role root does not.
      const anywhere = identity.role === "system";
      if (!profile || (!anywhere && profile.company !== identity.company)) {
        throw refusal(400, 301, undefined, { id, ...(anywhere ? {} : { company: identity.company }) });
      }
      return { user: { ...profile, preferences: "" } };
    },
  },
  { name: "users.get_current_user", version: "1.0", access: "user", handle: getCurrentUser },
  {
    name: "users.create",
    version: "1.0",
    access: SERVER_ROLES,
    fields: { ...NAMES, id: requiredText, company: requiredText, name: requiredText },
    handle: ({ state, body }) => {
      const { id, company, name } = {
        id: text(body, "id"),
        company: text(body, "company"),
        name: text(body, "name"),
      };
      state.profiles.set(id, { id, company, name, created: timestamp(state) });
      return {};
    },
  },
  {
    name: "users.update",
    version: "1.0",
    access: "user",
    fields: { ...NAMES, user: requiredText },
    handle: update,
  },
  {
    name: "users.delete",
    version: "1.0",
    access: SERVER_ROLES,
    fields: { user: requiredText },
    handle: ({ state, body }) => {
      // The profile only: login, credentials and the taken e-mail stay.
      const id = text(body, "user");
      if (!state.profiles.delete(id)) throw refusal(400, 301, undefined, { id });
      return {};
    },
  },
];

function getAll({ state, identity, body }: Call): Data {
  const own = [...state.profiles.values()].filter(({ company }) => company === identity.company);
  const { items } = listed(state, own, body);
  const fields = onlyFields(body);
  return { users: fields ? items.map((each) => projected(each, fields, FIELDS)) : items };
}

function getCurrentUser({ state, identity }: Call): Data {
  const profile = state.profiles.get(identity.user);
  if (!profile) throw refusal(400, 300, "failed loading user");
  return {
    user: {
      ...profile,
      company: { id: identity.company, name: identity.companyName },
      role: identity.role,
    },
    getting_started: {
      agentName: "clearml",
      configure: "clearml-init",
      install: "pip install clearml",
      packageName: "clearml",
    },
    settings: { max_download_items: 50000 },
  };
}

function update({ state, identity, body }: Call): Data {
  const id = text(body, "user");
  const profile = state.profiles.get(id);
  if (profile?.company !== identity.company)
    throw refusal(400, 301, undefined, { id, company: identity.company });
  const fields: Partial<Profile> = Object.fromEntries(
    Object.keys(NAMES).flatMap((key) => (body[key] === undefined ? [] : [[key, text(body, key)]])),
  );
  Object.assign(profile, fields);
  const login = state.logins.get(id);
  if (login && fields.name) login.name = fields.name;
  return { fields, updated: 1 };
}
