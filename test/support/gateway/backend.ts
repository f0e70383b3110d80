import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { ClearmlApi } from "../clearml-api/server.ts";
import { readToken } from "../clearml-api/tokens.ts";
import type { Play } from "./play.ts";

export interface Route {
  /** Where requests go. */
  backendUrl: string;
  /** Whether they need a session. */
  protected: boolean;
}

/** What nginx asks whether a request may pass (`/.auth`), and what it then leads to. */
export interface Backend {
  url: string;
  /** By the beginning of the path. */
  routes: Map<string, Route>;
  /** Requests that brought a token or a session cookie; to be set to 0 by who counts. */
  sessions: number;
  stop(): Promise<void>;
}

const OWN_PAGE = "/ui/";

/** @param play how the gateway behaves just now */
export async function startBackend(api: ClearmlApi, play: () => Play): Promise<Backend> {
  const routes = new Map<string, Route>();
  const backend = { routes, sessions: 0 };
  const server = createServer((incoming, response) => {
    const path = String(incoming.headers["x-original-uri"] ?? incoming.url);
    const route = routeOf(routes, path);
    if (incoming.url === "/.auth") {
      if (incoming.headers.authorization ?? incoming.headers.cookie) backend.sessions++;
      pause(play().delayMs).then(() => {
        response.writeHead(verdict(api, play(), incoming, route)).end();
      });
    } else if (route) forward(incoming, response, path, route);
    else if (play().guard === "open-redirect" && path !== OWN_PAGE) {
      response.writeHead(302, { location: OWN_PAGE }).end();
    } else {
      // A gateway with no application at this path: its own answer, for those who may know.
      const open = play().guard.startsWith("open");
      response.writeHead(open ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: open ? "welcome" : "no such route" }));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(backend, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
}

/** The longest path that a route is known for. */
function routeOf(routes: ReadonlyMap<string, Route>, path: string): Route | undefined {
  const [plain = ""] = path.split("?");
  const known = [...routes].filter(([start]) => plain === start || plain.startsWith(slashed(start)));
  return known.sort(([a], [b]) => b.length - a.length)[0]?.[1];
}

function slashed(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

function verdict(api: ClearmlApi, play: Play, incoming: IncomingMessage, route: Route | undefined): number {
  const { guard, looksFor } = play;
  if (guard.startsWith("open") || route?.protected === false) return 204;
  const { authorization = "", cookie = "" } = incoming.headers;
  const bearer = guard === "no-token" ? undefined : /^Bearer (.+)$/.exec(authorization)?.[1];
  const session = guard === "no-cookie" ? undefined : cookieNamed(cookie, looksFor);
  const token = bearer ?? session;
  if (token === undefined) return 401;
  const read = readToken(api.state, token);
  if ("reason" in read || api.state.revokedSessions.has(read.sessionId)) return 401;
  if (guard === "breaks") return 500;
  if (guard === "refuses") return 401;
  return guard === "forbids" ? 403 : 204;
}

function cookieNamed(cookies: string, name: string): string | undefined {
  return cookies
    .split(";")
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

function forward(incoming: IncomingMessage, response: ServerResponse, path: string, route: Route): void {
  const { method, headers } = incoming;
  const there = request(new URL(path, route.backendUrl), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  there.once("error", () => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
  incoming.pipe(there);
}
