import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { COOKIE_NAME } from "../../test/support/clearml-api/tokens.ts";

/** How a server has configured its session cookie. */
export interface Cookie {
  cookie: string;
  domain: string;
}

/** Hands a request on, and the answer back; the API double's cookie gets the name and the domain of a configured server. */
export function forward(
  url: string,
  { cookie, domain }: Cookie,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const { method, headers } = incoming;
  const there = request(new URL(incoming.url ?? "/", url), { method, headers }, (answer) => {
    const cookies = answer.headers["set-cookie"]?.map(
      (line) => `${line.replace(`${COOKIE_NAME}=`, `${cookie}=`)}; Domain=${domain}; Secure`,
    );
    response.writeHead(answer.statusCode ?? 502, {
      ...answer.headers,
      ...(cookies ? { "set-cookie": cookies } : {}),
    });
    answer.pipe(response);
  });
  there.once("error", () => response.destroy());
  incoming.pipe(there);
}
