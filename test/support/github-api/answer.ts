import type { State, Token } from "./state.ts";

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** A request that has come through: of whom, about what. */
export interface Asked {
  state: State;
  /** Address of the server, for links. */
  url: string;
  token: Token | undefined;
  query: URLSearchParams;
  body: Readonly<Record<string, unknown>>;
}

const DOCS = "https://docs.github.com/rest";

export function refused(status: number, message: string, more: object = {}): Answer {
  return { status, body: { message, documentation_url: DOCS, status: String(status), ...more } };
}

/** What GitHub says when something is not there, and when it is but the token may not know. */
export const NOT_FOUND = refused(404, "Not Found");

export const NOT_ACCESSIBLE = refused(403, "Resource not accessible by integration");

/** The refusal of a request whose body cannot be taken. */
export function invalid(resource: string, field: string, message: string): Answer {
  return refused(422, "Validation Failed", {
    errors: [{ resource, code: "unprocessable", field, message }],
  });
}

/** One page of a list, with links to the others; `path` below the repository. */
export function paged<T>({ state, url, query }: Asked, path: string, all: readonly T[]): Answer {
  const size = Math.min(Math.max(Number(query.get("per_page") ?? 30), 1), 100);
  const page = Math.max(Number(query.get("page") ?? 1), 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const linkTo = (number: number, rel: string) => {
    const asked = new URLSearchParams(query);
    asked.set("page", String(number));
    return `<${url}/repos/${state.repository}${path}?${asked}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [linkTo(page - 1, "prev"), linkTo(1, "first")] : []),
    ...(page < last ? [linkTo(page + 1, "next"), linkTo(last, "last")] : []),
  ];
  const body = all.slice((page - 1) * size, page * size);
  return { status: 200, body, ...(links.length > 0 ? { headers: { link: links.join(", ") } } : {}) };
}
