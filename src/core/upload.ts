import { createReadStream } from "node:fs";
import { httpClient } from "./http.ts";

export interface UploadRequest {
  method: "PUT" | "PATCH";
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The bytes of the file to send: from `start` to before `end`. */
  start: number;
  end: number;
}

/** A server that takes nothing for so long is given up. */
const STALL_MS = 30_000;

/**
 * Streams a part of a file to a URL; proxies and private certificate authorities of the environment are honoured.
 * Returns the status. Not tried again: what is uploaded here can be done without.
 */
export async function upload(request: UploadRequest, file: string): Promise<number> {
  const client = httpClient(STALL_MS);
  const { start, end } = request;
  try {
    const headers = { ...request.headers, "content-length": String(end - start) };
    const stream = createReadStream(file, { start, end: end - 1 });
    const response = await client.sendStream(request.method, request.url, stream, headers);
    await response.readBody();
    return response.message.statusCode ?? 0;
  } finally {
    client.dispose();
  }
}
