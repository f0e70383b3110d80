import type { Data } from "./envelope.ts";
import type { Schema } from "./schema.ts";
import type { Role, State } from "./state.ts";

/** On whose behalf a call is made. */
export interface Identity {
  user: string;
  company: string;
  role: Role;
  userName: string;
  companyName: string;
}

export interface Call {
  readonly state: State;
  /** After impersonation. On endpoints without authorisation it is empty. */
  readonly identity: Identity;
  readonly authenticated: boolean;
  readonly body: Data;
  /** Address of the caller as the server sees it. */
  readonly address: string;
  /** The token the call came with. */
  readonly token: string | undefined;
  /** Names and versions of all endpoints. */
  readonly endpoints: readonly Endpoint[];
  setCookie(cookie: string): void;
}

/**
 * Who may call an endpoint: `open` needs no credentials, `optional` looks at them but ignores wrong ones, `user` is
 * any role; a list is printed in its order when the role is refused.
 */
export type Access = "open" | "optional" | "user" | readonly Role[];

export interface Endpoint {
  readonly name: string;
  /** Lowest version that answers. The same name may appear with several versions. */
  readonly version: string;
  readonly access: Access;
  readonly fields?: Schema;
  /** Whether the answer needs the database. Default: yes. */
  readonly stateless?: boolean;
  /** @throws ApiError */
  handle(call: Call): Data;
}

/** Text field of a validated body. */
export function text(body: Data, field: string): string {
  const value = body[field];
  return typeof value === "string" ? value : "";
}

/** A text or a list of texts as a list. */
export function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
