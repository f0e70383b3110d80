import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpClient } from "@actions/http-client";
import { errorMessage, UserError } from "./errors.ts";
import { backOff, connectionHint, httpClient } from "./http.ts";
import { pause } from "./pause.ts";

export interface DownloadRequest {
  url: string;
  /** Dropped when a redirect leaves the origin. */
  headers?: Readonly<Record<string, string>>;
}

export interface DownloadResult {
  /** 200, or the status of the last answer; then there is no file. */
  status: number;
  /** SHA-256 of the bytes received, in hex. */
  sha256: string;
  /** The server's name for this content, where it gives one. */
  etag?: string;
}

/**
 * Streams a URL into a file. Redirects are followed, proxies and private certificate authorities of the environment
 * are honoured. 408, 429, 5xx, lost and stalled connections are tried again with back-off (Retry-After is honoured),
 * four tries in all.
 * @throws UserError (kind cluster) when no complete answer came; every HTTP status is an answer.
 */
export type Download = (request: DownloadRequest, file: string) => Promise<DownloadResult>;

const TRIES = 4;
/** Patience: a connection on which nothing arrives for so long is given up; the first pause between tries. */
const PATIENCE = { stallMs: 30_000, pauseMs: 500 };
/** Above every tool and archive; a server that sends for ever must not fill the disk. */
const MOST_BYTES = 1024 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createDownload(
  signal: AbortSignal,
  { stallMs, pauseMs } = PATIENCE,
  mostBytes = MOST_BYTES,
): Download {
  return async (request, file) => {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= TRIES || signal.aborted;
      let asked: string | undefined;
      try {
        const { retryAfter, ...result } = await downloadOnce(request, file, signal, {
          stallMs,
          mostBytes,
        });
        if (last || !worthAnotherTry(result.status)) return result;
        asked = retryAfter;
      } catch (thrown) {
        await rm(file, { force: true });
        if (last || signal.aborted || thrown instanceof TooLong) throw noAnswer(request.url, thrown);
      }
      await pause(backOff(attempt, asked, pauseMs), signal);
    }
  };
}

async function downloadOnce(
  request: DownloadRequest,
  file: string,
  signal: AbortSignal,
  { stallMs, mostBytes }: { stallMs: number; mostBytes: number },
): Promise<DownloadResult & { retryAfter?: string | undefined }> {
  const client = httpClient(stallMs);
  try {
    const message = await get(client, request);
    const status = message.statusCode ?? 0;
    if (status !== 200) {
      message.destroy();
      return { status, sha256: "", retryAfter: message.headers["retry-after"] };
    }
    const length = Number(message.headers["content-length"] ?? 0);
    if (length > mostBytes) {
      message.destroy();
      throw tooLong(mostBytes);
    }
    let bytes = 0;
    const hash = createHash("sha256");
    const stall = setTimeout(() => message.destroy(new Error(`nothing arrived for ${stallMs} ms`)), stallMs);
    const tee = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        stall.refresh();
        hash.update(chunk);
        bytes += chunk.length;
        if (bytes > mostBytes) done(tooLong(mostBytes));
        else done(null, chunk);
      },
    });
    try {
      await pipeline(message, tee, createWriteStream(file, { mode: 0o600 }), { signal });
    } finally {
      clearTimeout(stall);
    }
    const { etag } = message.headers;
    return { status, sha256: hash.digest("hex"), ...(etag === undefined ? {} : { etag }) };
  } finally {
    client.dispose();
  }
}

/**
 * GET that follows redirects. The library's own way knows no relative address and keeps the Authorization header
 * when only the port changes.
 */
async function get(client: HttpClient, request: DownloadRequest): Promise<IncomingMessage> {
  let url = new URL(request.url);
  let headers = { ...request.headers };
  for (let redirects = 0; ; redirects++) {
    const { message } = await client.get(url.href, headers);
    const location = message.headers.location;
    if (!REDIRECTS.has(message.statusCode ?? 0) || location === undefined) return message;
    message.destroy();
    const next = new URL(location, url);
    if (!/^https?:$/.test(next.protocol))
      throw new Error(`redirected to ${next.protocol}, which is no http(s)`);
    if (redirects === MAX_REDIRECTS) throw new Error(`more than ${MAX_REDIRECTS} redirects`);
    if (url.protocol === "https:" && next.protocol !== "https:") {
      throw new Error(`redirected from https to ${next.protocol}//${next.host}`);
    }
    if (next.origin !== url.origin) headers = {};
    url = next;
  }
}

/** Trying again would bring the same. */
class TooLong extends Error {}

function tooLong(bytes: number): TooLong {
  return new TooLong(`it is longer than ${Math.round(bytes / 1024 / 1024)} MiB`);
}

function worthAnotherTry(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function noAnswer(url: string, thrown: unknown): UserError {
  return new UserError(
    {
      message: `download of ${url} failed: ${errorMessage(thrown)}`,
      hint: connectionHint(thrown),
    },
    { kind: "cluster", cause: thrown },
  );
}
