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
