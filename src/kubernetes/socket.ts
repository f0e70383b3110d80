import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

export interface SocketRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  path: string;
  body?: string;
  /** Of the body. Default: JSON. */
  contentType?: string;
  /** The form of the answer, where it is not the object itself. */
  accept?: string;
}

export interface SocketOptions {
  socket: string;
  /** How long the other side may be silent. */
  timeoutMs: number;
  /** Once aborted, an answer is waited for only a little longer. */
  signal?: AbortSignal | undefined;
}

export interface SocketResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** An answer that did not come in time. */
export class NoAnswerInTime extends Error {}

/** Patience of a cancelled run; the runner kills it 10 s after the cancellation. */
const HURRY_MS = 3_000;

/** Sends one request to the proxy. It answers no host but localhost. */
export function sendOverSocket(
  { method, path, body, contentType = "application/json", accept }: SocketRequest,
  { socket, timeoutMs, signal }: SocketOptions,
): Promise<SocketResponse> {
  return new Promise((resolve, reject) => {
    const headers = {
      Host: "localhost",
      Accept: accept ?? "application/json",
      ...(body === undefined
        ? {}
        : { "Content-Type": contentType, "Content-Length": Buffer.byteLength(body) }),
    };
    const outgoing = request(
      { socketPath: socket, method, path, timeout: timeoutMs, headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    const giveUp = (milliseconds: number) => {
      reject(new NoAnswerInTime(`no answer within ${milliseconds / 1000} s`));
      outgoing.destroy();
    };
    let hurry: NodeJS.Timeout | undefined;
    const onAbort = () => {
      hurry = setTimeout(() => giveUp(HURRY_MS), HURRY_MS);
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort);
    outgoing.on("close", () => {
      clearTimeout(hurry);
      signal?.removeEventListener("abort", onAbort);
    });
    outgoing.on("timeout", () => giveUp(timeoutMs));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Whether somebody listens on a socket; its file is there a moment earlier. */
export function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
