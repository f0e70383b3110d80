import { HttpClient } from "@actions/http-client";
import { errorMessage, UserError } from "./errors.ts";
import { pause } from "./pause.ts";

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** How long one try may take to the end of the answer, in milliseconds. Default 30,000; connecting 10,000 of it. */
  timeoutMs?: number;
  /**
   * Whether the request may be sent again after an answer that got lost. Default: only GET. An explicit `false` also
   * rules out another try after 502, where the server behind the proxy may have done the work.
   */
  repeatable?: boolean;
  /** How often it may be sent in all. Default 4. */
  tries?: number;
}

export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

export interface Http {
  /**
   * Sends a request; proxies and private certificate authorities of the environment are honoured. 429, 502, 503
   * and 509 are tried again with back-off (Retry-After is honoured), lost connections when `repeatable`.
   * @throws UserError (kind cluster) when no answer came; every HTTP status is an answer.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
}

const TRIES = 4;
const TIMEOUT_MS = 30_000;
const CONNECT_MS = 10_000;
/** Above the longest list of a cluster; an answer without end must end in a message, not in memory. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Longer than any request may take: its own deadline comes first. */
const LONGEST_MS = 3_600_000;
/** Statuses after which the ClearML SDK tries again: the request was not carried out. */
const BUSY = new Set([429, 502, 503, 509]);

/** @param wait what passes the time between two tries */
export function createHttp(signal: AbortSignal, wait: typeof pause = pause): Http {
  const rest = (attempt: number, retryAfter?: string | string[]) =>
    // Runs that were refused together do not come back together.
    wait(backOff(attempt, retryAfter) * (1 + Math.random() / 4), signal);
  // The client keeps one agent, made for the protocol of its first request.
  const shared = { http: httpClient(LONGEST_MS, true), https: httpClient(LONGEST_MS, true) };
  return {
    async send(request) {
      const safe = request.repeatable ?? request.method === "GET";
      // A kept connection may be closed by the other side just now; what must not be sent twice has one of its own.
      const client = /^https:/i.test(request.url) ? shared.https : shared.http;
      const send = safe ? (once: HttpRequest) => sendOnce(client, once) : sendAlone;
      for (let attempt = 1; ; attempt++) {
        const last = attempt >= (request.tries ?? TRIES) || signal.aborted;
        try {
          const response = await send(request);
          if (!BUSY.has(response.status) || last) return response;
          if (response.status === 502 && request.repeatable === false) return response;
          await rest(attempt, response.headers["retry-after"]);
        } catch (thrown) {
          if (last || !(safe || isUnreached(thrown))) throw noAnswer(request, thrown);
          await rest(attempt);
        }
      }
    },
  };
}

/**
 * A client that does one thing once: what is tried again, and where a redirect may lead, is decided by who uses it.
 * @param stallMs how long a connection may be silent
 * @param keepAlive whether a connection serves several requests
 */
export function httpClient(stallMs: number, keepAlive = false): HttpClient {
  return new HttpClient("clearml-actions", [], {
    allowRetries: false,
    allowRedirects: false,
    keepAlive,
    socketTimeout: stallMs,
  });
}

/** Over a connection of its own. */
async function sendAlone(request: HttpRequest): Promise<HttpResponse> {
  const client = httpClient(request.timeoutMs ?? TIMEOUT_MS);
  try {
    return await sendOnce(client, request);
  } finally {
    client.dispose();
  }
}

async function sendOnce(client: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  const milliseconds = request.timeoutMs ?? TIMEOUT_MS;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), milliseconds);
  try {
    // Read by the client before it waits for anything, so that requests side by side do not share them.
    client.handlers = [limited(deadline.signal, Math.min(CONNECT_MS, milliseconds))];
    const { message } = await client.request(request.method, request.url, request.body ?? "", {
      ...request.headers,
    });
    const text = await readText(message);
    return { status: message.statusCode ?? 0, headers: message.headers, text };
  } catch (thrown) {
    if (deadline.signal.aborted) throw new Error(`no complete answer within ${milliseconds / 1000} s`);
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the request at the deadline, also in the middle of the body, and the connecting before. */
function limited(signal: AbortSignal, connectMs: number): HttpClient["handlers"][number] {
  return {
    prepareRequest: (options) => void Object.assign(options, { signal, timeout: connectMs }),
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error("there is nothing to authenticate with")),
  };
}

/** The client's own way has no limit, and never ends when the connection breaks in the middle of the body. */
export async function readText(body: AsyncIterable<Buffer>, mostBytes = MOST_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new Error(`the answer is longer than ${Math.round(mostBytes / 1024 / 1024)} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Whether the server was not even reached, so that it cannot have done anything. */
function isUnreached(thrown: unknown): boolean {
  const { code } = thrown as { code?: unknown };
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(String(code));
}

/** Milliseconds before the next try: 0.5 s, 1 s, 2 s, or as long as the server asks for, at most 30 s. */
export function backOff(attempt: number, retryAfter?: string | string[], firstMs = 500): number {
  const asked = askedPause(String(retryAfter ?? "").trim());
  return Math.min(asked ?? firstMs * 2 ** (attempt - 1), 30_000);
}

/** Seconds, or a point in time. */
function askedPause(retryAfter: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function noAnswer(request: HttpRequest, thrown: unknown): UserError {
  const url = new URL(request.url);
  return new UserError(
    {
      message: `no answer from ${url.origin}: ${errorMessage(thrown)}`,
      hint: connectionHint(thrown),
    },
    { kind: "cluster", cause: thrown },
  );
}

/** What to repair when a server could not be talked to. */
export function connectionHint(thrown: unknown): string {
  return isUntrusted(thrown)
    ? "the runner does not trust the server's certificate: name the file of your certificate authority in NODE_EXTRA_CA_CERTS, in `env:` of the step or the job"
    : "check the address, DNS, firewall and proxy settings of the runner";
}

/** Whether a connection was given up because of the server's certificate. */
export function isUntrusted(thrown: unknown): boolean {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return /CERT|SIGNATURE/.test(String(code));
}
