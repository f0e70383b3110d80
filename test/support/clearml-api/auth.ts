import type { IncomingHttpHeaders } from "node:http";
import type { Access, Identity } from "./endpoint.ts";
import { mayCrossCompanies } from "./enterprise.ts";
import { refusal, uncaught } from "./envelope.ts";
import {
  DEFAULT_COMPANY,
  type FixedUser,
  fixedUserId,
  GUEST_COMPANY,
  type Login,
  type Role,
  type State,
} from "./state.ts";
import { COOKIE_NAME, readToken } from "./tokens.ts";

export interface Caller {
  identity: Identity;
  authenticated: boolean;
  token?: string | undefined;
}

const NOBODY: Caller = {
  identity: { user: "", company: "", role: "user", userName: "", companyName: "" },
  authenticated: false,
};
const DATABASE_DOWN =
  "mongo:27017: [Errno 111] Connection refused (configured timeouts: connectTimeoutMS: 20000.0ms)";

interface Target {
  endpoint: string;
  access: Access;
}

/**
 * Who makes the call, after impersonation: credentials, then role, then impersonation, then the role again.
 * @throws ApiError 401, 403, 400/5, 400/6
 */
export function authorized(
  state: State,
  target: Target,
  headers: IncomingHttpHeaders,
  address: string,
): Caller {
  const { access } = target;
  if (access === "open" || access === "optional") {
    const caller = access === "optional" ? recognized(state, target, headers, address) : NOBODY;
    if (impersonationOf(headers)) throw refusal(500, 1, "validating impersonation");
    return caller;
  }
  const caller = authenticated(state, target, headers, address);
  requireRole(access, caller.identity.role);
  const impersonation = impersonationOf(headers);
  if (!impersonation) return caller;
  const identity = impersonated(state, caller.identity, impersonation);
  requireRole(access, identity.role);
  return { ...caller, identity };
}

function recognized(state: State, target: Target, headers: IncomingHttpHeaders, address: string): Caller {
  try {
    return authenticated(state, target, headers, address);
  } catch {
    return NOBODY;
  }
}

function requireRole(access: Access, role: Role): void {
  if (typeof access === "string" || access.includes(role)) return;
  throw refusal(403, 20, "not allowed for role", { role, allowed: access });
}

function authenticated(state: State, target: Target, headers: IncomingHttpHeaders, address: string): Caller {
  const header = headers.authorization ?? "";
  if (header === "") {
    const token = cookieToken(headers.cookie ?? "");
    if (token === undefined) throw refusal(401, 20);
    return byToken(state, token);
  }
  const space = header.indexOf(" ");
  const scheme = space < 0 ? header : header.slice(0, space);
  const value = space < 0 ? "" : header.slice(space + 1);
  if (scheme === "Bearer") return byToken(state, value);
  if (scheme !== "Basic") throw refusal(401, 10);
  const { key, secret } = decodedPair(value);
  if (state.databaseDown) throw refusal(500, 1, "while authorizing request", { err: DATABASE_DOWN });
  return {
    identity: byPair(state, target, { key, secret }, lastUsedFrom(headers, address)),
    authenticated: true,
  };
}

function cookieToken(cookies: string): string | undefined {
  for (const cookie of cookies.split(";")) {
    const [name, value] = cookie.trim().split("=", 2);
    if (name === COOKIE_NAME && value) return value;
  }
  return undefined;
}

function byToken(state: State, token: string): Caller {
  const read = readToken(state, token);
  if ("reason" in read) throw refusal(401, 30, "invalid jwt token", { reason: read.reason });
  if (state.revokedSessions.has(read.sessionId)) throw refusal(401, 30, "revoked token");
  return { identity: read.identity, authenticated: true, token };
}

/** Python skips characters that are no base64 and complains only about the number of the others. */
function decodedPair(value: string): { key: string; secret: string } {
  const data = value.replace(/[^A-Za-z0-9+/]/g, "");
  if (data.length % 4 === 1) {
    const reason = `number of data characters (${data.length}) cannot be 1 more than a multiple of 4`;
    throw refusal(401, 21, `Invalid base64-encoded string: ${reason}`);
  }
  if (data.length % 4 !== 0 && !value.includes("=")) throw refusal(401, 21, "Incorrect padding");
  const pair = Buffer.from(data, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? { key: pair, secret: "" } : { key: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}

function byPair(
  state: State,
  target: Target,
  { key, secret }: { key: string; secret: string },
  from: string,
): Identity {
  const fixed = fixedUser(state, key);
  if (fixed) {
    if (fixed.user.password !== secret) throw refusal(401, 22, "bad username or password");
    if (fixed.user === state.guest && target.endpoint !== "auth.login") {
      throw refusal(401, 22, "endpoint not allowed for guest");
    }
    const login = state.logins.get(fixedUserId(fixed.user, fixed.company));
    if (login) return identityOf(state, login);
  }
  for (const login of state.logins.values()) {
    const credential = login.credentials.find((each) => each.accessKey === key && each.secretKey === secret);
    if (!credential) continue;
    credential.lastUsed = state.now();
    credential.lastUsedFrom = from;
    return identityOf(state, login);
  }
  throw refusal(401, 22, "failed to locate provided credentials");
}

function fixedUser(state: State, username: string): { user: FixedUser; company: string } | undefined {
  if (state.guest?.username === username) return { user: state.guest, company: GUEST_COMPANY };
  const user = state.fixedUsers.find((each) => each.username === username);
  return user && { user, company: DEFAULT_COMPANY };
}

function lastUsedFrom(headers: IncomingHttpHeaders, address: string): string {
  return firstHeader(headers, "x-clearml-worker") ?? firstHeader(headers, "x-forwarded-for") ?? address;
}

/** The identity of a login as the database knows it now. */
export function identityOf(state: State, login: Login): Identity {
  return {
    user: login.id,
    company: login.company,
    role: login.role,
    userName: login.name,
    companyName: state.companies.get(login.company)?.name ?? "",
  };
}

export interface Impersonation {
  kind: "impersonate-as" | "act-as";
  user: string;
}

/** What the headers ask for; empty headers are ignored. @throws ApiError 400/5 when both are given */
export function impersonationOf(headers: IncomingHttpHeaders): Impersonation | undefined {
  const as =
    firstHeader(headers, "x-clearml-impersonate-as") ?? firstHeader(headers, "x-trains-impersonate-as");
  const act = firstHeader(headers, "x-clearml-act-as") ?? firstHeader(headers, "x-trains-act-as");
  if (as && act) {
    const both = ["X-Clearml-Impersonate-As", "X-Clearml-Act-As"];
    throw refusal(400, 5, "only one allowed", { headers: both });
  }
  if (as) return { kind: "impersonate-as", user: as };
  return act ? { kind: "act-as", user: act } : undefined;
}

function firstHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) || undefined;
}

function impersonated(state: State, caller: Identity, { kind, user }: Impersonation): Identity {
  const { role, company } = caller;
  if (role !== "system" && role !== "root" && role !== "admin") {
    throw refusal(400, 6, "impersonation not allowed", { role });
  }
  requireDatabase(state);
  const anywhere = mayCrossCompanies(state, role);
  const login = state.logins.get(user);
  if (!login || (!anywhere && login.company !== company)) {
    throw refusal(400, 6, "unknown user", { id: user, ...(anywhere ? {} : { company }) });
  }
  const identity = identityOf(state, login);
  return kind === "act-as" ? { ...identity, role } : identity;
}

/** @throws ApiError 500/0 while the database is down */
export function requireDatabase(state: State): void {
  if (state.databaseDown) throw uncaught(DATABASE_DOWN);
}
