import { STATUS_CODES } from "node:http";

/** An answer that no ClearML server gives by itself: what proxies, overload and broken connections look like. */
export interface Failure {
  /** `service.action`; without it the next call, whatever it is. */
  endpoint?: string;
  /** Status of the answer. 0 closes the connection without one. */
  status: number;
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
}

/** Failures waiting for their calls; the oldest that fits is taken. */
export function createFailures() {
  const waiting: { failure: Failure; left: number }[] = [];
  return {
    add(failure: Failure): void {
      waiting.push({ failure, left: failure.times ?? 1 });
    },
    take(endpoint: string): Failure | undefined {
      const at = waiting.findIndex(({ failure }) => (failure.endpoint ?? endpoint) === endpoint);
      const entry = waiting[at];
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) waiting.splice(at, 1);
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
