import { identityOf } from "../auth.ts";
import { type Call, type Endpoint, text } from "../endpoint.ts";
import { type Data, newId, refusal, uncaught } from "../envelope.ts";
import { type Field, requiredText, type Schema, text as textField } from "../schema.ts";
import { type Login, type Role, SERVER_VERSION, timestamp } from "../state.ts";
import { createToken, MAX_LIFETIME_S, readToken, sessionCookie } from "../tokens.ts";

const SERVER_ROLES: readonly Role[] = ["system", "root"];
const COMPANY_ROLES: readonly Role[] = ["admin", "superuser", "user", "annotator"];
const ALL_ROLES: readonly Role[] = ["system", "root", "guest", ...COMPANY_ROLES];
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const LIFETIME: Field = { type: "int", maximum: MAX_LIFETIME_S };
const NEW_USER: Schema = {
  name: requiredText,
  company: requiredText,
  email: requiredText,
  role: { type: "str", choices: ALL_ROLES },
  given_name: textField,
  family_name: textField,
  avatar: textField,
};

export const authEndpoints: readonly Endpoint[] = [
  { name: "auth.login", version: "1.0", access: "user", fields: { expiration_sec: LIFETIME }, handle: login },
  { name: "auth.logout", version: "2.2", access: "user", handle: logout },
  {
    name: "auth.validate_token",
    version: "1.0",
    access: SERVER_ROLES,
    fields: { token: requiredText },
    handle: validateToken,
  },
  {
    name: "auth.get_token_for_user",
    version: "1.0",
    access: SERVER_ROLES,
    fields: { user: requiredText, company: textField, expiration_sec: LIFETIME },
    handle: getTokenForUser,
  },
  { name: "auth.create_user", version: "1.0", access: SERVER_ROLES, fields: NEW_USER, handle: createUser },
  {
    name: "auth.edit_user",
    version: "1.0",
    access: ["system", "root", "admin"],
    fields: { user: requiredText, role: { type: "str", choices: COMPANY_ROLES } },
    handle: editUser,
  },
];

function login({ state, identity, body, setCookie }: Call): Data {
  const known = state.logins.get(identity.user);
  if (!known) throw refusal(400, 301, undefined, { id: identity.user, company: identity.company });
  const token = createToken(state, identityOf(state, known), Number(body.expiration_sec ?? 0));
  setCookie(sessionCookie(state, token));
  return { token };
}

function logout({ state, token, setCookie }: Call): Data {
  const read = token === undefined ? undefined : readToken(state, token);
  if (read && "sessionId" in read) state.revokedSessions.add(read.sessionId);
  setCookie(sessionCookie(state, undefined));
  return {};
}

function validateToken({ state, body }: Call): Data {
  const read = readToken(state, text(body, "token"));
  if ("reason" in read) return { msg: read.reason, valid: false };
  return { company: read.identity.company, user: read.identity.user, valid: true };
}

function getTokenForUser({ state, identity, body }: Call): Data {
  const id = text(body, "user");
  const company = text(body, "company") || identity.company;
  const known = state.logins.get(id);
  if (known?.company !== company) throw refusal(400, 301, undefined, { id, company });
  return { token: createToken(state, identityOf(state, known), Number(body.expiration_sec ?? 0)) };
}

function createUser({ state, body }: Call): Data {
  const [name, company, email] = [text(body, "name"), text(body, "company"), text(body, "email")];
  if (!state.companies.has(company)) throw refusal(400, 10, undefined, { company });
  if (!EMAIL.test(email)) throw refusal(400, 800, undefined, { email: `Invalid email address: ${email}` });
  if ([...state.logins.values()].some((each) => each.email === email)) {
    throw refusal(400, 801, "unique field already contains this value", { email });
  }
  const id = newId();
  const role = (body.role ?? "user") as Role;
  // Enterprise servers alone know such users (documented; assumption 12 of enterprise.ts).
  const internal = state.edition === "enterprise" && String(body.internal) === "true";
  const created: Login = { id, name, company, email, role, internal, protected: false, credentials: [] };
  state.logins.set(id, created);
  const given = Object.fromEntries(
    ["given_name", "family_name", "avatar"].flatMap((key) => (body[key] ? [[key, text(body, key)]] : [])),
  );
  const made = { created_in_version: SERVER_VERSION, created: timestamp(state) };
  state.profiles.set(id, { id, company, name, ...given, ...made });
  return { id };
}

function editUser({ state, identity, body }: Call): Data {
  const known = state.logins.get(text(body, "user"));
  if (known?.company !== identity.company) throw refusal(400, 301);
  if (body.role === undefined) throw uncaught("No update parameters, would remove data");
  const role = body.role as Role;
  const updated = known.role === role ? 0 : 1;
  known.role = role;
  return { fields: { role }, updated };
}
