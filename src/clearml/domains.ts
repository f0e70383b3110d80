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

/**
 * The SSO domains of the company of `user`; undefined when this server does not tell: the endpoint is missing or
 * closed, or its answer, which no document describes, has no list of domains.
 */
export async function readDomains(api: ClearmlApi, user: string): Promise<string[] | undefined> {
  try {
    return domainsIn(await api.call("login.get_settings", {}, { actAs: user }));
  } catch (thrown) {
    if (isAnswer(thrown, 404, 0) || isAnswer(thrown, 403, 20)) return undefined;
    throw thrown;
  }
}

const DOMAIN_KEYS = /^(domains|(allowed|company|whitelist(ed)?)_domains|domain_whitelist)$/;
/** Deep enough for settings within a company within an answer; an answer is no tree to search. */
const DEPTH = 4;

function domainsIn(data: unknown, depth = 0): string[] | undefined {
  if (typeof data !== "object" || data === null || depth > DEPTH) return undefined;
  const entries = Object.entries(data);
  for (const [key, value] of entries) {
    const domains = DOMAIN_KEYS.test(key) && Array.isArray(value) ? domainList(value) : undefined;
    if (domains) return domains;
  }
  for (const [, value] of entries) {
    const domains = domainsIn(value, depth + 1);
    if (domains) return domains;
  }
  return undefined;
}

function domainList(values: readonly unknown[]): string[] | undefined {
  const domains = values.map((value) => {
    const named = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
    return typeof value === "string" ? value : (named.domain ?? named.name);
  });
  return domains.every((domain): domain is string => typeof domain === "string") ? domains : undefined;
}
