import { backOff } from "../core/http.ts";
import { pause } from "../core/pause.ts";
import { type Loss, lostAnswer, type RefusedError, refusal } from "./refusals.ts";
import { NoAnswerInTime, type SocketRequest, type SocketResponse, sendOverSocket } from "./socket.ts";
import { statusOf } from "./status.ts";

/** A request to the API server. */
export interface ApiRequest extends SocketRequest {
  /** Name of the object it is about, where the path does not hold it. */
  name?: string | undefined;
  /** Whether it does no harm twice. False: it is sent again only when it was certainly not carried out. */
  repeatable: boolean;
  /** Statuses beside 2xx that are an answer, not a refusal. */
  answers?: readonly number[];
}

export interface ApiAnswer extends SocketResponse {
  /** An earlier try got no answer; it may have been carried out. */
  resent: boolean;
}

/** @throws RefusedError for every status but 2xx and `answers`, and when no answer came */
export type Send = (request: ApiRequest) => Promise<ApiAnswer>;

export interface SendOptions {
  socket: string;
  server: string;
  /** Of the run. */
  signal: AbortSignal;
  timeoutMs: number;
  /** Pause before the second try; it doubles with each. */
  firstPauseMs: number;
}

const TRIES = 4;
/** A server that takes this long to fail is worth one more try, not three. */
const SLOW_MS = 10_000;
const TRIES_OF_SLOW = 2;

/** What became of one try. */
interface Try {
  answer?: SocketResponse;
  failure?: RefusedError;
  /** `no`: nothing was carried out. `unknown`: perhaps it was. */
  carriedOut: "yes" | "no" | "unknown";
  again: boolean;
}

/** Sends requests through the proxy's socket, again where that is safe and of use. */
export function createSend(options: SendOptions): Send {
  return async (request) => {
    const began = Date.now();
    let resent = false;
    for (let attempt = 1; ; attempt++) {
      const { answer, failure, carriedOut, again } = await tryOnce(request, options);
      if (answer && !failure) return { ...answer, resent };
      const most = Date.now() - began > SLOW_MS ? TRIES_OF_SLOW : TRIES;
      const safe = request.repeatable || carriedOut === "no";
      if (!again || !safe || attempt >= most || options.signal.aborted) throw failure;
      resent ||= carriedOut === "unknown";
      const wait = backOff(attempt, answer?.headers["retry-after"], options.firstPauseMs);
      // Runs that were refused together do not come back together.
      await pause(wait * (1 + Math.random() / 4), options.signal);
      if (options.signal.aborted) throw failure;
    }
  };
}

async function tryOnce(request: ApiRequest, { server, ...options }: SendOptions): Promise<Try> {
  const lost = (reason: string, kind: Loss): Try => ({
    failure: lostAnswer(request, server, reason, kind),
    carriedOut: kind === "Unreachable" ? "no" : "unknown",
    again: !/x509|getting credentials/.test(reason),
  });
  try {
    const answer = await sendOverSocket(request, options);
    if (answer.status < 300 || request.answers?.includes(answer.status))
      return { answer, carriedOut: "yes", again: false };
    const words = proxyWords(answer);
    if (words) return lost(words, kindOfLoss(words));
    const status = statusOf(answer);
    const asksForMore = answer.headers["retry-after"] !== undefined || status.reason === "ServerTimeout";
    return {
      answer,
      failure: refusal(request, status),
      carriedOut: answer.status === 504 ? "unknown" : "no",
      again: [429, 503, 504].includes(answer.status) || (answer.status >= 500 && asksForMore),
    };
  } catch (thrown) {
    const { message, code } = thrown as NodeJS.ErrnoException;
    if (thrown instanceof NoAnswerInTime) return lost(message, "Timeout");
    return lost(message, code === "ECONNREFUSED" || code === "ENOENT" ? "Unreachable" : "ConnectionLost");
  }
}

/** What `kubectl proxy` says itself, not the API server: it could not get through, or lost the connection. */
function proxyWords({ status, headers, text }: SocketResponse): string | undefined {
  if (status !== 500 || !/^text\/plain/.test(headers["content-type"] ?? "")) return undefined;
  const words = text.trim().slice(0, 300);
  return /dial |tls:|x509|EOF|no such host|connection|http2:|broken pipe|timeout|getting credentials/i.test(
    words,
  )
    ? words
    : undefined;
}

function kindOfLoss(words: string): Loss {
  return /dial |x509|tls:|no such host|getting credentials/.test(words) ? "Unreachable" : "ConnectionLost";
}
