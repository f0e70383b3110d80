import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Failure } from "./failures.ts";

/** What is sent; status 0 closes the connection. */
export interface Reply {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
}

/** Answers above this many bytes are compressed when the caller takes it. */
const COMPRESSED_FROM = 500;

/** Sends an answer, as slowly as a failure asks for, or only half of it. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Reply,
  { slowBodyMs, reset }: Pick<Failure, "slowBodyMs" | "reset"> = {},
): Promise<void> {
  const accepts = `${request.headers["accept-encoding"] ?? ""}`.includes("gzip");
  const compressed = accepts && body.length > COMPRESSED_FROM;
  const bytes = compressed ? gzipSync(body) : Buffer.from(body);
  response.writeHead(status, {
    ...headers,
    ...corsHeaders(request),
    ...(compressed ? { "content-encoding": "gzip", vary: "Accept-Encoding" } : {}),
    "content-length": bytes.length,
  });
  if (reset === "in-body") {
    response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.resetAndDestroy());
    return;
  }
  if (slowBodyMs !== undefined) {
    const size = Math.ceil(bytes.length / 10);
    for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
      response.write(bytes.subarray(at, at + size));
      await pause(slowBodyMs);
    }
    return void response.end();
  }
  response.end(request.method === "HEAD" ? undefined : bytes);
}

function corsHeaders({ method, headers }: IncomingMessage): OutgoingHttpHeaders {
  const { origin } = headers;
  if (!origin) return {};
  const asked = headers["access-control-request-headers"];
  const allowed = { "access-control-allow-origin": origin, "access-control-allow-credentials": "true" };
  if (method !== "OPTIONS") return allowed;
  return {
    ...allowed,
    "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
    ...(asked ? { "access-control-allow-headers": asked.split(/\s*,\s*/).join(", ") } : {}),
  };
}
