import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

export interface HttpServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  stop(): Promise<void>;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves HTTP on a free port of this machine. */
export function serveHttp(handle: Handle): Promise<HttpServer> {
  return listen(createServer(handle), "http");
}

/** Serves HTTPS on a free port of this machine, with a certificate in PEM. */
export function serveHttps(tls: { cert: Buffer; key: Buffer }, handle: Handle): Promise<HttpServer> {
  return listen(createTlsServer(tls, handle), "https");
}

async function listen(server: Server, scheme: "http" | "https"): Promise<HttpServer> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
