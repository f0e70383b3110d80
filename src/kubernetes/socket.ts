import { request } from "node:http";
import { connect } from "node:net";

export interface SocketRequest {
  socket: string;
  method: string;
  path: string;
  /** A JSON object for server-side apply. */
  body?: string;
  /** The form of the answer, where it is not the object itself. */
  accept?: string;
}

export interface SocketResponse {
  status: number;
  text: string;
}

const TIMEOUT_MS = 60_000;

/** Sends one request to the proxy. It answers no host but localhost. */
export function sendOverSocket({
  socket,
  method,
  path,
  body,
  accept,
}: SocketRequest): Promise<SocketResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: socket,
        method,
        path,
        timeout: TIMEOUT_MS,
        headers: {
          Host: "localhost",
          Accept: accept ?? "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/apply-patch+yaml" }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
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
