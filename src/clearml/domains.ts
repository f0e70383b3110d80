import type { ClearmlApi } from "./api.ts";
import { isAnswer } from "./errors.ts";

/** Domains are compared without regard to case and order. */
export function sameDomains(one: readonly string[], other: readonly string[]): boolean {
  return normalized(one).join() === normalized(other).join();
}

function normalized(domains: readonly string[]): string[] {
  return [...new Set(domains.map((domain) => domain.trim().toLowerCase()))].sort();
}

/** Replaces the SSO domains of the company of `user`. */
export async function setDomains(api: ClearmlApi, user: string, domains: readonly string[]): Promise<void> {
  await api.call("login.set_domains", { domains }, { actAs: user, repeatable: true });
}

/** Who may log in to a company through SSO. */
export interface LoginSettings {
  /** Undefined when the answer, which no document describes, has no list of domains. */
  domains: string[] | undefined;
  /** E-mail addresses let in one by one. */
  whitelist: string[];
}

/** The SSO settings of the company of `user`. */
export async function readLoginSettings(api: ClearmlApi, user: string): Promise<LoginSettings> {
  try {
    const data = await api.call("login.get_settings", {}, { actAs: user });
    const entries = listIn(data, WHITELIST_KEYS, (values) => namesIn(values, "email"));
    return {
      domains: listIn(data, DOMAIN_KEYS, (values) => namesIn(values, "domain")),
      whitelist: (entries ?? []).filter((entry) => entry.includes("@")),
    };
  } catch (thrown) {
    // The endpoint is missing or closed.
    if (isAnswer(thrown, 404, 0) || isAnswer(thrown, 403, 20)) return { domains: undefined, whitelist: [] };
    throw thrown;
  }
}

/** The SSO domains of the company of `user`; undefined when this server does not tell. */
export async function readDomains(api: ClearmlApi, user: string): Promise<string[] | undefined> {
  return (await readLoginSettings(api, user)).domains;
}

/** Takes e-mail addresses off the list of those let in one by one. */
export async function removeFromWhitelist(
  api: ClearmlApi,
  user: string,
  emails: readonly string[],
): Promise<void> {
  await api.call("login.remove_whitelist_entries", { emails }, { actAs: user, repeatable: true });
}

const DOMAIN_KEYS = /^(domains|(allowed|company|whitelist(ed)?)_domains|domain_whitelist)$/;
const WHITELIST_KEYS = /^(whitelist(ed)?|whitelist_entries|(whitelist(ed)?|allowed)_emails)$/;
/** Deep enough for settings within a company within an answer; an answer is no tree to search. */
const DEPTH = 4;

/** The first list under one of `keys` that `read` takes. */
function listIn(
  data: unknown,
  keys: RegExp,
  read: (values: readonly unknown[]) => string[] | undefined,
  depth = 0,
): string[] | undefined {
  if (typeof data !== "object" || data === null || depth > DEPTH) return undefined;
  const entries = Object.entries(data);
  for (const [key, value] of entries) {
    const list = keys.test(key) && Array.isArray(value) ? read(value) : undefined;
    if (list) return list;
  }
  for (const [, value] of entries) {
    const list = listIn(value, keys, read, depth + 1);
    if (list) return list;
  }
  return undefined;
}

/** Texts, or objects that have the text as `field` or `name`. */
function namesIn(values: readonly unknown[], field: string): string[] | undefined {
  const names = values.map((value) => {
    const named = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
    return typeof value === "string" ? value : (named[field] ?? named.name);
  });
  return names.every((name): name is string => typeof name === "string") ? names : undefined;
}
