import { STATUS_CODES } from "node:http";

/** An answer that no ClearML server gives by itself: what proxies, overload and broken connections look like. */
export interface Failure {
  /** `service.action`; without it any call. */
  endpoint?: string;
  /** Which of these calls fails, counted from now. Default 1: the next. */
  nth?: number;
  /** Status of the answer. 0 closes the connection without one; without it the answer is the server's own. */
  status?: number;
  /** A proxy's page instead of the API's envelope. */
  html?: boolean;
  subcode?: number;
  message?: string;
  /** Seconds for the header Retry-After. */
  retryAfter?: number;
  /** The server carries the call out first; only its answer is lost. */
  carriedOut?: boolean;
  /** How many calls fail. Default 1. */
  times?: number;
  /** Milliseconds before the answer; the call is carried out before them, if at all. */
  delayMs?: number;
  /** Milliseconds between two pieces of the answer's body, of which there are ten. */
  slowBodyMs?: number;
  /** The connection breaks: before there is an answer, or after half of its body. */
  reset?: "before-answer" | "in-body";
}

/** Failures waiting for their calls; the oldest that fits is taken. */
export function createFailures() {
  const waiting: { failure: Failure; ahead: number; left: number }[] = [];
  return {
    add(failure: Failure): void {
      waiting.push({ failure, ahead: (failure.nth ?? 1) - 1, left: failure.times ?? 1 });
    },
    take(endpoint: string): Failure | undefined {
      const fitting = waiting.filter(({ failure }) => (failure.endpoint ?? endpoint) === endpoint);
      const entry = fitting.find(({ ahead }) => ahead === 0);
      for (const each of fitting) each.ahead = Math.max(0, each.ahead - 1);
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting.splice(waiting.indexOf(entry), 1);
      return entry.failure;
    },
  };
}

/** The page of a proxy in front of the server. */
export function proxyPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? "Error"}`;
  const body = `<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n${body}\r\n</body>\r\n</html>\r\n`;
}
