/** A proxy before a real API server that does what networks and servers do on bad days. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { parse } from "yaml";
import { createAuthority } from "../cluster/certificates.ts";
import type { Cluster } from "../cluster/start.ts";
import { serveHttps } from "./registries/http-server.ts";

/** An answer the API server never gave. */
export interface FakeAnswer {
  status: number;
  /** Of the Status object; what the API server says with this status unless told. */
  reason?: string;
  message?: string;
  /** Seconds, as a header. */
  retryAfter?: number;
  /** More of the Status object, such as `details` or `metadata`. */
  more?: Readonly<Record<string, unknown>>;
}

/**
 * What happens to a request. `cut-before`: the connection ends, nothing is passed on. `cut-after`: it is carried out,
 * the answer is lost. `cut-amid`: half of the answer arrives. `hang`: nothing is passed on, nothing answered.
 * `hang-after`: carried out, never answered.
 */
export type Fault =
  | FakeAnswer
  | { delayMs: number }
  | "cut-before"
  | "cut-after"
  | "cut-amid"
  | "hang"
  | "hang-after";

/** Which requests. What is left out fits every request. */
export interface FaultRule {
  method?: string;
  /** Of the path without its query. */
  path?: RegExp;
  dryRun?: boolean;
  /** The first of the matching requests it is for; 1 unless told. */
  from?: number;
  /** How many of them in a row; all unless told. */
  times?: number;
  fault: Fault;
}

export interface ProxiedRequest {
  method: string;
  path: string;
  query: string;
  dryRun: boolean;
  /** What the client was told; undefined while it waits, and when it was told nothing. */
  status?: number;
  /** Whether the API server got it. */
  passedOn: boolean;
}

export interface FaultProxy {
  /** Points at the proxy; it acts as the user of the kubeconfig it was started with. */
  kubeconfig: string;
  url: string;
  /** Everything asked so far, oldest first. */
  readonly requests: ProxiedRequest[];
  /** Adds a rule; of those that fit a request the first does. */
  fault(rule: FaultRule): void;
  /** Forgets rules and requests. */
  clear(): void;
  stop(): Promise<void>;
}

interface CountedRule extends FaultRule {
  seen: number;
}

/**
 * Starts a proxy before the API server of a cluster.
 * @param kubeconfig whose credentials it uses; the administrator's unless told
 */
export async function startFaultProxy(
  cluster: Pick<Cluster, "kubeconfig">,
  kubeconfig = cluster.kubeconfig,
): Promise<FaultProxy> {
  const folder = await mkdtemp(join(tmpdir(), "clearml-actions-fault-proxy-"));
  const upstream = await readUpstream(kubeconfig);
  const authority = await createAuthority(folder);
  const own = await authority.issue("proxy", "CN=fault proxy", ["127.0.0.1", "localhost"]);
  const tls = { cert: await readFile(own.certificate), key: await readFile(own.key) };
  const rules: CountedRule[] = [];
  const requests: ProxiedRequest[] = [];
  const server = await serveHttps(tls, (incoming, response) => {
    const record = recordOf(incoming);
    requests.push(record);
    response.once("finish", () => {
      record.status = response.statusCode;
    });
    answer({ incoming, response, record, upstream }, faultFor(rules, record));
  });
  const path = join(folder, "kubeconfig");
  await writeFile(path, JSON.stringify(configFor(server.url, await readFile(authority.certificate))), {
    mode: 0o600,
  });
  return {
    kubeconfig: path,
    url: server.url,
    requests,
    fault: (rule) => void rules.push({ ...rule, seen: 0 }),
    clear() {
      rules.length = 0;
      requests.length = 0;
    },
    async stop() {
      await server.stop();
      upstream.agent.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Upstream {
  server: string;
  agent: Agent;
  headers: Record<string, string>;
}

interface KubeconfigFile {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  users: { user: { "client-certificate-data"?: string; "client-key-data"?: string; token?: string } }[];
}

/** Server and credentials of a kubeconfig with one cluster and one user in it. */
async function readUpstream(kubeconfig: string): Promise<Upstream> {
  const { clusters, users } = parse(await readFile(kubeconfig, "utf8")) as KubeconfigFile;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error(`${kubeconfig} has no cluster or no user`);
  const decoded = (text: string | undefined) => (text ? Buffer.from(text, "base64") : undefined);
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
  });
  return {
    server: cluster.server,
    agent,
    headers: user.token ? { authorization: `Bearer ${user.token}` } : {},
  };
}

/** Whoever reaches the proxy is the user behind it. */
function configFor(server: string, authority: Buffer): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [
      { name: "test", cluster: { server, "certificate-authority-data": authority.toString("base64") } },
    ],
    // Without any credentials kubectl would ask for a password.
    users: [{ name: "test", user: { token: "any" } }],
  };
}

function recordOf({ method = "", url = "" }: IncomingMessage): ProxiedRequest {
  const [path = "", query = ""] = url.split("?", 2);
  return { method, path, query, dryRun: /(^|&)dryRun=All(&|$)/.test(query), passedOn: false };
}

function faultFor(rules: readonly CountedRule[], request: ProxiedRequest): Fault | undefined {
  for (const rule of rules) {
    if (rule.method !== undefined && rule.method !== request.method) continue;
    if (rule.dryRun !== undefined && rule.dryRun !== request.dryRun) continue;
    if (rule.path && !rule.path.test(request.path)) continue;
    rule.seen++;
    const { from = 1, times = Number.POSITIVE_INFINITY } = rule;
    if (rule.seen >= from && rule.seen < from + times) return rule.fault;
  }
  return undefined;
}

interface Exchange {
  incoming: IncomingMessage;
  response: ServerResponse;
  record: ProxiedRequest;
  upstream: Upstream;
}

function answer(exchange: Exchange, fault: Fault | undefined): void {
  const { incoming, response } = exchange;
  if (fault === undefined) passOn(exchange);
  else if (fault === "cut-before") incoming.socket.destroy();
  else if (fault === "hang") incoming.resume();
  else if (fault === "cut-after") passOn(exchange, () => incoming.socket.destroy());
  else if (fault === "cut-amid") passOn(exchange, (answered, body) => sendHalf(response, answered, body));
  else if (fault === "hang-after") passOn(exchange, () => undefined);
  else if ("delayMs" in fault) setTimeout(() => passOn(exchange), fault.delayMs);
  else {
    // Read to its end first, as the API server does.
    incoming.resume();
    incoming.once("end", () => refuse(response, fault));
  }
}

/** Passes a request on; its answer too, unless `instead` is given: then that is called once it was carried out. */
function passOn(
  { incoming, response, record, upstream }: Exchange,
  instead?: (answered: IncomingMessage, body: Buffer) => void,
): void {
  const { host: _, authorization: __, ...headers } = incoming.headers;
  const outgoing = request(`${upstream.server}${incoming.url}`, {
    method: incoming.method,
    headers: { ...headers, ...upstream.headers },
    agent: upstream.agent,
  });
  record.passedOn = true;
  outgoing.once("response", (answered) => {
    if (instead) {
      const chunks: Buffer[] = [];
      answered.on("data", (chunk: Buffer) => chunks.push(chunk));
      answered.once("end", () => instead(answered, Buffer.concat(chunks)));
      return;
    }
    response.writeHead(answered.statusCode ?? 500, answered.headers);
    // A watch says nothing for long: its client is to know that it is there.
    response.flushHeaders();
    pipeline(answered, response, () => undefined);
  });
  outgoing.once("error", () => incoming.socket.destroy());
  response.once("close", () => {
    if (!instead) outgoing.destroy();
  });
  incoming.pipe(outgoing);
}

function sendHalf(response: ServerResponse, answered: IncomingMessage, body: Buffer): void {
  response.writeHead(answered.statusCode ?? 500, {
    ...answered.headers,
    "content-length": String(body.length),
  });
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}

/** Reason and words of the API server by status. */
const WORDS: Readonly<Record<number, readonly [string, string]>> = {
  400: ["BadRequest", "the request is not valid"],
  401: ["Unauthorized", "Unauthorized"],
  403: ["Forbidden", "forbidden: no reason given"],
  404: ["NotFound", "the server could not find the requested resource"],
  409: [
    "Conflict",
    "the object has been modified; please apply your changes to the latest version and try again",
  ],
  410: ["Expired", "The provided continue parameter is too old to display a consistent list result."],
  422: ["Invalid", "the object is invalid"],
  429: ["TooManyRequests", "the server has received too many requests and has asked us to try again later"],
  500: ["InternalError", "Internal error occurred: etcdserver: leader changed"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: ["Timeout", "Timeout: request did not complete within requested timeout - context deadline exceeded"],
};

function refuse(response: ServerResponse, { status, retryAfter, more, ...said }: FakeAnswer): void {
  const [reason, message] = WORDS[status] ?? ["Unknown", "unknown"];
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  });
  const body = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...said,
    code: status,
  };
  response.end(JSON.stringify({ ...body, ...more }));
}
