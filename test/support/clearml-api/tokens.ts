import { createHmac, timingSafeEqual } from "node:crypto";
import type { Identity } from "./endpoint.ts";
import { newId } from "./envelope.ts";
import { API_VERSION, SERVER_VERSION, type State } from "./state.ts";

export const DEFAULT_LIFETIME_S = 2_592_000;
export const MAX_LIFETIME_S = 31_536_000;
export const COOKIE_NAME = "clearml_token_basic";
const COOKIE_MAX_AGE_S = 99_999_999_999;

interface Claims {
  identity: {
    user: string;
    company: string;
    role: Identity["role"];
    user_name: string;
    company_name: string;
  };
  session_id: string;
  iat: number;
  exp?: number;
}

/**
 * A signed token. A lifetime of 0 means the default; tokens of role system do not expire unless a lifetime is given.
 */
export function createToken(state: State, identity: Identity, lifetime = 0): string {
  const iat = Math.floor(state.now() / 1000);
  const seconds = lifetime || (identity.role === "system" ? undefined : DEFAULT_LIFETIME_S);
  const claims = {
    auth_type: "Bearer",
    session_id: newId(),
    ...(seconds === undefined ? {} : { exp: iat + seconds }),
    env: "<unknown>",
    iat,
    identity: {
      role: identity.role,
      company: identity.company,
      user_name: identity.userName,
      company_name: identity.companyName,
      user: identity.user,
    },
    api_version: API_VERSION,
    server_version: SERVER_VERSION,
    server_build: "",
    feature_set: state.edition === "enterprise" ? "advanced" : "basic",
  };
  const head = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`;
  return `${head}.${signature(state, head)}`;
}

/** Who a token belongs to, or why it is not accepted. */
export function readToken(
  state: State,
  token: string,
): { identity: Identity; sessionId: string } | { reason: string } {
  const [head, payload, signed, ...more] = token.split(".");
  if (payload === undefined || signed === undefined || more.length > 0)
    return { reason: "Not enough segments" };
  if (!sameText(signed, signature(state, `${head}.${payload}`))) {
    return { reason: "Signature verification failed" };
  }
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  if (claims.exp !== undefined && claims.exp * 1000 <= state.now())
    return { reason: "Signature has expired" };
  const { user, company, role, user_name: userName, company_name: companyName } = claims.identity;
  return { identity: { user, company, role, userName, companyName }, sessionId: claims.session_id };
}

/** The session cookie of a login, or the one that removes it. */
export function sessionCookie(state: State, token: string | undefined): string {
  const expires = token ? state.now() + COOKIE_MAX_AGE_S * 1000 : 0;
  const maxAge = token ? COOKIE_MAX_AGE_S : 0;
  const lifetime = `Expires=${new Date(expires).toUTCString()}; Max-Age=${maxAge}`;
  return `${COOKIE_NAME}=${token ?? ""}; ${lifetime}; HttpOnly; Path=/; SameSite=Lax`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signature(state: State, head: string): string {
  return createHmac("sha256", state.sessionSecret).update(head).digest("base64url");
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
