import { once } from "node:events";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { authorized, impersonationOf, requireDatabase } from "./auth.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { ApiError, envelope, type Result, uncaught } from "./envelope.ts";
import { createFailures, type Failure, proxyPage } from "./failures.ts";
import { endpointMeta, foundEndpoint, parsedBody, parsedPath, readBody, type Target } from "./request.ts";
import { validated } from "./schema.ts";
import { type Reply, send } from "./sending.ts";
import { endpointsOf } from "./services/all.ts";
import {
  type ConfiguredIdentity,
  createState,
  type Edition,
  type FixedUser,
  newCredential,
  type State,
} from "./state.ts";

export interface ClearmlApiOptions {
  /** Default: a free one. */
  port?: number;
  /** Default: enterprise. The open-source edition answers 404/0 to calls that concern companies. */
  edition?: Edition;
  /** Key pair of role system (`__apiserver__`). Default: a new one, see `system`. */
  systemKey?: string;
  systemSecret?: string;
  /** Whether two companies may not have the same name. Default true. */
  uniqueCompanyNames?: boolean;
  /** The other identities of the configuration. Default: supervisor (root), services_agent (admin), tests (user). */
  identities?: readonly ConfiguredIdentity[];
  /** Users with a password of the configuration. Default none, which also disables the login page's form. */
  fixedUsers?: readonly FixedUser[];
  /** Turns guest mode on, with a company of its own. */
  guest?: FixedUser;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/** One answered call; never holds a secret. */
export interface RecordedCall {
  method: string;
  /** `service.action`, or the path when it names none. */
  endpoint: string;
  impersonateAs?: string;
  actAs?: string;
  /** 0: the connection was closed without an answer. */
  status: number;
}

/** `arrived`: nothing was done yet. `carried-out`: the answer is not sent yet. */
export type CallMoment = "arrived" | "carried-out" | "answered";

export type CallWatcher = (endpoint: string, moment: CallMoment) => void | Promise<void>;

export interface ClearmlApi {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Key pair of role system. */
  system: { accessKey: string; secretKey: string };
  calls: RecordedCall[];
  state: State;
  /** Makes the next calls fail in a way the server itself does not. */
  fail(next: Failure): void;
  /** From now on this is told of each moment of each call, which then waits for it. For breaking runs amid a call. */
  watch(watcher: CallWatcher | undefined): void;
  stop(): Promise<void>;
}

/** Starts a server that answers as the ClearML API server does. Everything it knows is lost when it stops. */
export async function startClearmlApi(options: ClearmlApiOptions = {}): Promise<ClearmlApi> {
  const {
    edition = "enterprise",
    uniqueCompanyNames = true,
    fixedUsers = [],
    guest,
    clock = Date.now,
  } = options;
  const made = newCredential();
  const system = {
    accessKey: options.systemKey ?? made.accessKey,
    secretKey: options.systemSecret ?? made.secretKey,
  };
  const identities: ConfiguredIdentity[] = [
    { name: "apiserver", role: "system", ...system },
    ...(options.identities ?? defaultIdentities()),
  ];
  const state = createState({ edition, uniqueCompanyNames, identities, fixedUsers, guest, clock });
  const failures = createFailures();
  const calls: RecordedCall[] = [];
  const context: Context = { state, endpoints: endpointsOf(edition), take: failures.take, calls };
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    answer(context, request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ system, calls, state },
    fail: failures.add,
    watch(watcher) {
      context.watcher = watcher;
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function defaultIdentities(): ConfiguredIdentity[] {
  return [
    { name: "supervisor", role: "root", ...newCredential() },
    { name: "services_agent", role: "admin", ...newCredential() },
    { name: "tests", role: "user", ...newCredential() },
  ];
}

interface Context {
  state: State;
  endpoints: readonly Endpoint[];
  take(endpoint: string): Failure | undefined;
  calls: RecordedCall[];
  watcher?: CallWatcher | undefined;
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  // A path may start with two slashes, which would be a host to a relative URL.
  const url = new URL(`http://server${request.url}`);
  const endpoint = url.pathname.replace(/^\/(v[\d.]+\/)?/, "").replace(/\/$/, "") || "/";
  await context.watcher?.(endpoint, "arrived");
  const failure = request.method === "OPTIONS" ? undefined : context.take(endpoint);
  const reply = replyTo(context, request, { url, body, endpoint, failure });
  context.calls.push({
    method: request.method ?? "",
    endpoint,
    ...recordedImpersonation(request),
    status: failure?.reset ? 0 : reply.status,
  });
  await context.watcher?.(endpoint, "carried-out");
  await pause(failure?.delayMs ?? 0);
  if (failure?.reset === "before-answer") return void request.socket.resetAndDestroy();
  if (reply.status === 0) return void request.socket.destroy();
  await send(request, response, reply, failure);
  await context.watcher?.(endpoint, "answered");
}

/** The server's own answer, unless a failure stands in its place. */
function replyTo(
  context: Context,
  request: IncomingMessage,
  call: { url: URL; body: Buffer; endpoint: string; failure: Failure | undefined },
): Reply {
  const { url, body, endpoint, failure } = call;
  if (!failure) return replied(context, request, url, body);
  const own = failure.status === undefined && failure.reset !== "before-answer";
  const carriedOut = own || failure.carriedOut ? replied(context, request, url, body) : undefined;
  return (own ? carriedOut : undefined) ?? failed(failure, endpoint);
}

function recordedImpersonation(request: IncomingMessage): Pick<RecordedCall, "impersonateAs" | "actAs"> {
  try {
    const impersonation = impersonationOf(request.headers);
    if (!impersonation) return {};
    const { kind, user } = impersonation;
    return kind === "act-as" ? { actAs: user } : { impersonateAs: user };
  } catch {
    return {};
  }
}

const HTML = { "content-type": "text/html; charset=utf-8" };
const JSON_TYPE = { "content-type": "application/json" };
/** gunicorn's limits on the request line and on one header. */
const MAX_LINE = 4094;
const MAX_HEADER = 8190;

function failed(failure: Failure, endpoint: string): Reply {
  const { status = 0, subcode = 0, message = "injected failure", html, retryAfter } = failure;
  const retry = retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` };
  if (html) return { status, headers: { "content-type": "text/html", ...retry }, body: proxyPage(status) };
  const meta = endpointMeta({ name: endpoint, version: "2.34" }, undefined);
  const text = envelope(meta, { code: status, subcode, message, data: {} });
  return { status, headers: { ...JSON_TYPE, ...retry }, body: text };
}

function replied(context: Context, request: IncomingMessage, url: URL, body: Buffer): Reply {
  if (request.method === "OPTIONS") return { status: 200, headers: HTML, body: "" };
  const line = `${request.method} ${request.url} HTTP/1.1`;
  if (line.length > MAX_LINE)
    return { status: 414, headers: { "content-type": "text/html" }, body: proxyPage(414) };
  if (Object.entries(request.headers).some(([name, value]) => name.length + `${value}`.length > MAX_HEADER)) {
    return { status: 431, headers: { "content-type": "text/html" }, body: proxyPage(431) };
  }
  const encoding = request.headers["content-encoding"];
  if (encoding)
    return { status: 415, headers: HTML, body: `Content encoding is not supported (${encoding})` };
  return called(context, request, url, body);
}

/** Path, endpoint, credentials and role, body, fields: the order in which the server looks at a call. */
function called(context: Context, request: IncomingMessage, url: URL, body: Buffer): Reply {
  const headers: OutgoingHttpHeaders = { ...JSON_TYPE };
  const known: { target?: Target; endpoint?: Endpoint } = {};
  const result = outcome(() => {
    const target = parsedPath(decodedPath(url.pathname));
    known.target = target;
    const endpoint = foundEndpoint(context.endpoints, target);
    known.endpoint = endpoint;
    return handled(context, endpoint, request, url, body, (cookie) => {
      headers["set-cookie"] = cookie;
    });
  });
  const trx = request.headers["x-clearml-trx"];
  const meta = endpointMeta(known.target, known.endpoint);
  const text = envelope(meta, result, typeof trx === "string" ? trx : undefined);
  return { status: result.code, headers, body: text };
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function handled(
  context: Context,
  endpoint: Endpoint,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  setCookie: Call["setCookie"],
) {
  const { state, endpoints } = context;
  const { headers } = request;
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  const target = { endpoint: endpoint.name, access: endpoint.access };
  const { token, ...caller } = authorized(state, target, headers, address);
  const parsed = parsedBody(headers, body, url.searchParams);
  if (!endpoint.stateless) requireDatabase(state);
  if (Array.isArray(parsed) && !endpoint.stateless) throw uncaught("'list' object has no attribute 'tags'");
  const fields = validated(endpoint.fields ?? {}, Array.isArray(parsed) ? {} : parsed);
  return endpoint.handle({ state, endpoints, address, token, ...caller, body: fields, setCookie });
}

function outcome(work: () => Result["data"]): Result {
  try {
    return { code: 200, subcode: 0, message: "OK", data: work() };
  } catch (thrown) {
    const error =
      thrown instanceof ApiError ? thrown : uncaught(thrown instanceof Error ? thrown.message : "");
    return { code: error.code, subcode: error.subcode, message: error.message, data: {} };
  }
}
