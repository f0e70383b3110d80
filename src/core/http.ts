import { HttpClient } from "@actions/http-client";
import { errorMessage, UserError } from "./errors.ts";
import { pause } from "./pause.ts";

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** How long one try may take, in milliseconds. Default 30,000. */
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
/** Statuses after which the ClearML SDK tries again: the request was not carried out. */
const BUSY = new Set([429, 502, 503, 509]);

export function createHttp(signal: AbortSignal): Http {
  return {
    async send(request) {
      for (let attempt = 1; ; attempt++) {
        const last = attempt >= (request.tries ?? TRIES) || signal.aborted;
        try {
          const response = await sendOnce(request);
          if (!BUSY.has(response.status) || last) return response;
          if (response.status === 502 && request.repeatable === false) return response;
          await pause(backOff(attempt, response.headers["retry-after"]), signal);
        } catch (thrown) {
          if (last || !(request.repeatable ?? request.method === "GET")) throw noAnswer(request, thrown);
          await pause(backOff(attempt), signal);
        }
      }
    },
  };
}

/**
 * A client that does one thing once: what is tried again, and where a redirect may lead, is decided by who uses it.
 * @param stallMs how long a connection may be silent
 */
export function httpClient(stallMs: number): HttpClient {
  return new HttpClient("clearml-actions", [], {
    allowRetries: false,
    allowRedirects: false,
    keepAlive: false,
    socketTimeout: stallMs,
  });
}

async function sendOnce(request: HttpRequest): Promise<HttpResponse> {
  const client = httpClient(request.timeoutMs ?? 30_000);
  try {
    const response = await client.request(request.method, request.url, request.body ?? "", {
      ...request.headers,
    });
    const text = await response.readBody();
    return { status: response.message.statusCode ?? 0, headers: response.message.headers, text };
  } finally {
    client.dispose();
  }
}

/** Milliseconds before the next try: 0.5 s, 1 s, 2 s, or as long as the server asks for, at most 30 s. */
export function backOff(attempt: number, retryAfter?: string | string[], firstMs = 500): number {
  const asked = Number.parseFloat(String(retryAfter ?? ""));
  const milliseconds = Number.isNaN(asked) ? firstMs * 2 ** (attempt - 1) : asked * 1000;
  return Math.min(milliseconds, 30_000);
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
  const { code } = thrown as { code?: unknown };
  return /CERT|SIGNATURE/.test(String(code))
    ? "the runner does not trust the server's certificate: name the file of your certificate authority in NODE_EXTRA_CA_CERTS, in `env:` of the step or the job"
    : "check the address, DNS, firewall and proxy settings of the runner";
}
