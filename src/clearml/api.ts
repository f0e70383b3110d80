import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Secrets } from "../core/secrets.ts";
import { type Claims, readClaims } from "./claims.ts";
import { readEnvelope } from "./envelope.ts";
import { type CallPlace, isAnswer, unanswered, unreadable } from "./errors.ts";

export interface Credentials {
  accessKey: string;
  secretKey: string;
}

export interface CallOptions {
  /** User id to take role and company of. */
  impersonate?: string;
  /** User id to take identity and company of, keeping the own role. */
  actAs?: string;
  /** Whether the call may be sent again after a lost answer. Default: yes for reading calls, no for others. */
  repeatable?: boolean;
}

/** One API server and the key in use. */
export interface ClearmlApi {
  readonly url: string;
  /**
   * Calls `service.action` and gives the answer's `data`.
   * @throws ClearmlApiError
   */
  call(endpoint: string, body: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<unknown>;
  /** Who the key belongs to, as the server says at login. */
  claims(): Promise<Claims>;
  /** Logs in with another key; undefined when the server does not accept it. */
  tryLogin(credentials: Credentials): Promise<Claims | undefined>;
}

export interface ConnectOptions extends Credentials {
  /** `https://api.<base domain>` */
  url: string;
  http: Http;
  secrets: Secrets;
  /** How the user gave the key; named when the server refuses it. */
  keySource?: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long one try of a call may take, in milliseconds. Default: as long as any request may. */
  timeoutMs?: number;
}

/** Name by which the server's record of a key's last use tells this program from the key's owner. */
export const WORKER = "clearml-actions";

interface Session {
  token: string;
  claims: Claims;
}

/** The SDK renews this long before a token expires. */
const RENEW_BEFORE_MS = 60_000;
const LOGIN = z.object({ token: z.string() });
const KEY_SOURCE = "the access key and secret key of the API server";
const READING = /\.(get_|info|ping|login|supported_modes|validate_)/;

/**
 * A client of one API server. It logs in at the first call, renews the token before it expires and once after the
 * server refused it. Key, secret and tokens are masked.
 * @throws UserError when the address is no http(s) URL or a key is missing.
 */
export function connectClearml(options: ConnectOptions): ClearmlApi {
  const { secrets, keySource = KEY_SOURCE, now = Date.now } = options;
  const url = serverUrl(options.url);
  requireKey(options, keySource);
  const send = sender({ ...options, url, keySource });
  const login = async (credentials: Credentials): Promise<Session> => {
    const Authorization = basicAuthorization(credentials, secrets);
    const answer = LOGIN.safeParse(await send("auth.login", {}, { Authorization }, true));
    secrets.mask(answer.data?.token);
    const claims = readClaims(answer.data?.token ?? "");
    if (!answer.success || !claims) throw unreadable({ url, endpoint: "auth.login" }, "a readable token");
    return { token: answer.data.token, claims };
  };
  const session = keptSession(() => login(options), now);
  return {
    url,
    async call(endpoint, body, callOptions = {}) {
      const repeatable = callOptions.repeatable ?? READING.test(endpoint);
      const attempt = async ({ token }: Session) => {
        const headers = { Authorization: `Bearer ${token}`, ...identityHeaders(callOptions) };
        return send(endpoint, body, headers, repeatable);
      };
      const used = await session.current();
      return attempt(used).catch(async (thrown: unknown) => {
        if (!isAnswer(thrown, 401, 30)) throw thrown;
        return attempt(await session.renewed());
      });
    },
    claims: async () => (await session.current()).claims,
    async tryLogin(credentials) {
      try {
        return (await login(credentials)).claims;
      } catch (thrown) {
        if (isAnswer(thrown, 401, 22)) return undefined;
        throw thrown;
      }
    },
  };
}

/** Keeps one session; calls made at the same time share one login. */
function keptSession(login: () => Promise<Session>, now: () => number) {
  let session: Promise<Session> | undefined;
  const expired = ({ claims }: Session) =>
    (claims.expires ?? Number.POSITIVE_INFINITY) * 1000 - now() <= RENEW_BEFORE_MS;
  return {
    current(): Promise<Session> {
      const before = session?.catch(() => undefined);
      session = before ? before.then((known) => (known && !expired(known) ? known : login())) : login();
      return session;
    },
    renewed(): Promise<Session> {
      session = login();
      return session;
    },
  };
}

/** Sends one call and unwraps its answer. */
function sender({
  http,
  url,
  keySource,
  timeoutMs,
}: Pick<ConnectOptions, "http" | "url" | "timeoutMs"> & { keySource: string }) {
  return async (endpoint: string, body: object, headers: Record<string, string>, repeatable: boolean) => {
    const place: CallPlace = { url, endpoint, keySource };
    const response = await http
      .send({
        method: "POST",
        url: `${url}/${endpoint}`,
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-Clearml-Worker": WORKER,
          ...headers,
        },
        body: JSON.stringify(body),
        repeatable,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      })
      .catch((thrown: unknown) => {
        throw thrown instanceof UserError ? unanswered(place, thrown) : thrown;
      });
    return readEnvelope(place, response);
  };
}

function identityHeaders({ impersonate, actAs }: CallOptions): Record<string, string> {
  // The server refuses both at once (400/5).
  if (impersonate !== undefined && actAs !== undefined)
    throw new Error("a call either impersonates or acts as a user");
  return {
    ...(impersonate === undefined ? {} : { "X-Clearml-Impersonate-As": impersonate }),
    ...(actAs === undefined ? {} : { "X-Clearml-Act-As": actAs }),
  };
}

/** The header of a key pair; key, secret and both together are masked. */
export function basicAuthorization({ accessKey, secretKey }: Credentials, secrets: Secrets): string {
  const pair = `${accessKey}:${secretKey}`;
  for (const value of [accessKey, secretKey, pair]) secrets.mask(value);
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function requireKey({ accessKey, secretKey }: Credentials, keySource: string): void {
  if (accessKey.trim() !== "" && secretKey.trim() !== "") return;
  const missing = accessKey.trim() === "" ? "access key" : "secret key";
  throw new UserError({ message: `the ${missing} of the ClearML API is empty`, hint: `set ${keySource}` });
}

function serverUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url && /^https?:$/.test(url.protocol) && url.username === "") {
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  }
  throw new UserError({
    message: `the address of the ClearML API is ${text.trim() === "" ? "empty" : "no http(s) URL without credentials"}`,
    hint: "expected https://api.<base domain>",
  });
}
