import { UserError } from "../../core/errors.ts";
import { type Http, type HttpResponse, isUntrusted } from "../../core/http.ts";
import { locationOf, shownAddress } from "../address.ts";

/** What came back from an endpoint. */
export type Answer =
  /** Read to its end; redirects to the same host and port were followed. */
  | { kind: "page"; status: number; text: string }
  /** Sent elsewhere, which for gateways means a login page. */
  | { kind: "redirect"; status: number; to: string }
  | { kind: "none"; words: string; hint?: string; untrusted: boolean };

const ANSWER_MS = 10_000;
const REDIRECTS = 3;

/** Opens an endpoint once, with a token or as a stranger; nothing is sent to any other host. */
export async function fetchEndpoint(http: Http, endpoint: URL, token?: string): Promise<Answer> {
  let url = endpoint;
  for (let hop = 0; ; hop++) {
    const response = await once(http, url, token);
    if ("kind" in response) return response;
    const location = locationOf(response, url);
    if (!location) return { kind: "page", status: response.status, text: response.text };
    if (location.origin !== endpoint.origin || hop >= REDIRECTS) {
      return { kind: "redirect", status: response.status, to: shownAddress(location) };
    }
    url = location;
  }
}

async function once(http: Http, url: URL, token: string | undefined): Promise<HttpResponse | Answer> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  try {
    return await http.send({ method: "GET", url: url.href, headers, timeoutMs: ANSWER_MS, tries: 1 });
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    const hint = thrown.problems[0]?.hint;
    const untrusted = isUntrusted(thrown.cause);
    return { kind: "none", words: thrown.message, ...(hint ? { hint } : {}), untrusted };
  }
}
