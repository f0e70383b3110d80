import { jsonOf } from "../core/json.ts";
import type { SocketResponse } from "./socket.ts";

/** What the API server says about a request it refused (its `Status` object). */
export interface Status {
  code: number;
  /** The server's word: Conflict, Forbidden, Invalid, AlreadyExists, … */
  reason: string;
  message: string;
  details: {
    name?: string;
    kind?: string;
    causes?: { reason?: string; message?: string; field?: string }[] | null;
    retryAfterSeconds?: number;
  };
  /** In the answer to a page that came too late: where the list can go on, from another moment. */
  continue?: string;
}

const LONGEST_MESSAGE = 1_000;

type StatusObject = Partial<Omit<Status, "code">> & { metadata?: { continue?: string } };

/** The status of an answer; also of one in plain words, as proxies and a server without strength give. */
export function statusOf({ status: code, text }: SocketResponse): Status {
  const parsed = jsonOf(text);
  const said = (typeof parsed === "object" && parsed ? parsed : {}) as StatusObject;
  return {
    code,
    reason: said.reason ?? "",
    message: (said.message ?? text).trim().slice(0, LONGEST_MESSAGE) || "no reason given",
    details: said.details ?? {},
    ...(said.metadata?.continue ? { continue: said.metadata.continue } : {}),
  };
}
