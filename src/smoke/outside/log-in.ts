import { basicAuthorization, WORKER } from "../../clearml/api.ts";
import { readEnvelope } from "../../clearml/envelope.ts";
import { UserError } from "../../core/errors.ts";
import type { Probe } from "../model.ts";

/** A cookie that a server sets. */
export interface SetCookie {
  name: string;
  value: string;
  /** Without the dot that some write first; undefined for a cookie of the host alone. */
  domain?: string;
  secure: boolean;
}

/** A session on the server, or why there is none to try with. */
export type Login = { none: string } | { token: string; cookie?: SetCookie; apiHost: string };

const KEY_SOURCE = "inputs `access-key` and `secret-key`, or the key of the tenant's gateway";
/** Sessions outlive the test by this much. */
const SPARE_S = 60;
const SHORTEST_SECRET = 16;

/**
 * Logs in with the tenant's key, for as long as the test takes.
 * @throws UserError when the server does not let it in
 */
export async function logIn(probe: Probe): Promise<Login> {
  const { target, context, deadline } = probe;
  const { apiUrl } = target;
  if (!apiUrl) return { none: "no address of the API is known; give it with input `api-url`" };
  const credentials = await probe.credentials();
  if (!credentials) {
    return { none: "no key to log in with; give one with inputs `access-key` and `secret-key`" };
  }
  const Authorization = basicAuthorization(credentials, context.secrets);
  const seconds = Math.max(0, Math.ceil((deadline - Date.now()) / 1000)) + SPARE_S;
  const url = apiUrl.replace(/\/+$/, "");
  const response = await context.http.send({
    method: "POST",
    url: `${url}/auth.login`,
    headers: {
      "Content-Type": "application/json",
      "X-Clearml-Worker": WORKER,
      Authorization,
    },
    body: JSON.stringify({ expiration_sec: seconds }),
    repeatable: true,
  });
  const place = { url, endpoint: "auth.login", keySource: KEY_SOURCE };
  const set = [response.headers["set-cookie"] ?? []].flat().map(readCookie);
  // Shorter ones are words, such as the name of a load balancer's node.
  for (const { value } of set) if (value.length >= SHORTEST_SECRET) context.secrets.mask(value);
  const { token } = readEnvelope(place, response) as { token?: unknown };
  if (typeof token !== "string" || token === "") {
    throw new UserError({ message: `auth.login at ${url} answered without a token` }, { kind: "cluster" });
  }
  context.secrets.mask(token);
  const cookie = sessionCookie(set, token);
  return { token, apiHost: new URL(url).hostname, ...(cookie ? { cookie } : {}) };
}

/** Load balancers set cookies of their own: the one that carries the session is the one with the token. */
export function sessionCookie(set: readonly SetCookie[], token: string): SetCookie | undefined {
  const looksSigned = ({ value }: SetCookie) => value.split(".").length === 3;
  return set.find(({ value }) => value === token) ?? set.find(looksSigned);
}

/** Reads a line of `Set-Cookie`. */
export function readCookie(line: string): SetCookie {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const [name, value] = halves(pair);
  const named = new Map(
    attributes.map((each) => halves(each)).map(([key, text]) => [key.toLowerCase(), text]),
  );
  const domain = named.get("domain")?.replace(/^\./, "").toLowerCase();
  return { name, value, secure: named.has("secure"), ...(domain ? { domain } : {}) };
}

function halves(text: string): [before: string, after: string] {
  const at = text.indexOf("=");
  return at === -1 ? [text, ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
