/** An address for people: without user, query and fragment, where tokens and the state of login pages may stand. */
export function shownAddress({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** What of an answer says that it leads elsewhere. */
export interface Redirecting {
  status: number;
  headers: { readonly location?: string | string[] | undefined };
}

/** Where a redirect leads; undefined for other answers. */
export function locationOf({ status, headers }: Redirecting, at: URL): URL | undefined {
  if (status < 300 || status >= 400 || headers.location === undefined) return undefined;
  return URL.parse(String(headers.location), at.href) ?? undefined;
}
