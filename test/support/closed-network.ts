/** A network in which nobody gets further than this machine, and that notes who tries. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface ClosedNetwork {
  /** For processes in it: a guard within Node, and for other programs a proxy that leads nowhere. */
  env: Record<string, string>;
  /** Who was asked for beyond this machine, so far. */
  tried(): string[];
  stop(): Promise<void>;
}

const GUARD = pathToFileURL(join(import.meta.dirname, "only-this-machine.mjs")).href;

/** @param folder of the caller's, for what the guard writes down */
export async function startClosedNetwork(folder: string): Promise<ClosedNetwork> {
  const record = join(folder, "connections");
  const asked: string[] = [];
  const proxy = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.writeHead(502).end();
  });
  proxy.on("connect", ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    env: {
      HTTPS_PROXY: url,
      HTTP_PROXY: url,
      NO_PROXY: "127.0.0.1,localhost",
      NODE_OPTIONS: `--import ${GUARD}`,
      RECORD_CONNECTIONS: record,
    },
    tried: () => [...asked, ...(existsSync(record) ? readFileSync(record, "utf8").trim().split("\n") : [])],
    async stop() {
      proxy.closeAllConnections();
      await new Promise((done) => proxy.close(done));
    },
  };
}
