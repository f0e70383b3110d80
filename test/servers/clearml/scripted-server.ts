import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedCall {
  endpoint: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** One answer; `drop` ends the connection without one. */
export type Reply = { status?: number; body?: string; headers?: Record<string, string> } | "drop";

/** A server whose answers are written out by the test: for what no ClearML server says, as proxies' pages. */
export async function startScriptedServer(reply: (call: ReceivedCall, nth: number) => Reply) {
  const calls: ReceivedCall[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const call = { endpoint: (request.url ?? "").slice(1), headers: request.headers, body };
    calls.push(call);
    const answer = reply(call, calls.length);
    if (answer === "drop") return void request.socket.destroy();
    response.writeHead(answer.status ?? 200, answer.headers ?? { "Content-Type": "application/json" });
    response.end(answer.body ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** An answer in ClearML's envelope. */
export function envelope(data: unknown, code = 200, subcode = 0, message = "OK"): Reply {
  const meta = { result_code: code, result_subcode: subcode, result_msg: message };
  return { status: code, body: JSON.stringify({ meta, data }) };
}

/** A login token; the client reads its claims and does not check the signature. */
export function token(claims: Record<string, unknown> = {}): string {
  const payload = {
    identity: { user: "__apiserver__", company: "c0", role: "system" },
    feature_set: "advanced",
    ...claims,
  };
  return `e30.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.x`;
}
