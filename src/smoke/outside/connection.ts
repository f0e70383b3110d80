/** The effects of these checks: they need facts of single connections, which `core/http.ts` keeps to itself. */
import { lookup } from "node:dns/promises";
import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import { connect, isIP } from "node:net";
import tls, { type DetailedPeerCertificate } from "node:tls";
import { errorMessage, UserError } from "../../core/errors.ts";
import { connectionHint } from "../../core/http.ts";

const ANSWER_MS = 10_000;
const PORT_MS = 2_000;
const HANDSHAKE_MS = 10_000;
const DNS_MS = 5_000;
/** Enough to know a page by. */
const MOST_CHARACTERS = 65_536;

/** The host of an address as sockets want it: addresses of version 6 stand in brackets in URLs only. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** Whether a host is an address, and no name. */
export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** The port of an address, also where it goes without saying. */
export function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" ? 443 : 80);
}

/**
 * Addresses of a host, as this machine finds them; none when nobody knows the name.
 * @throws UserError (kind cluster) when nobody answers
 */
export async function addressesOf(host: string): Promise<string[]> {
  if (isAddress(host)) return [host];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DNS_MS / 1000} s`)), DNS_MS);
  });
  try {
    const found = await Promise.race([lookup(host, { all: true }), late]);
    return [...new Set(found.map(({ address }) => address))];
  } catch (thrown) {
    // EAI_AGAIN is what a machine without any name server says.
    if (["ENOTFOUND", "ENODATA"].includes(codeOf(thrown))) return [];
    const message = `the DNS gave no answer for ${host}: ${wordsOf(thrown)}`;
    const hint = "check the name servers of the machine that runs this test";
    throw new UserError({ message, hint }, { kind: "cluster", cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}

/** What a port does when somebody connects. `silent`: nothing at all, as behind a firewall. */
export type PortState = "open" | "closed" | "silent";

/** Connects, and leaves at once. */
export function portState(host: string, port: number): Promise<PortState> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => end("silent"), PORT_MS);
    const end = (state: PortState) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(state);
    };
    socket.once("connect", () => end("open"));
    socket.once("error", (error) => end(codeOf(error) === "ETIMEDOUT" ? "silent" : "closed"));
  });
}

/** `unreachable`: nobody there. `no-tls`: somebody, who speaks no TLS that is understood. */
export type Handshake =
  | { kind: "unreachable" | "no-tls"; words: string }
  | { kind: "served"; certificate: DetailedPeerCertificate; error?: string };

/** Does a TLS handshake that accepts everything, to see what is served. */
export function handshake(url: URL): Promise<Handshake> {
  const host = hostOf(url);
  return new Promise((resolve) => {
    let connected = false;
    const socket = tls.connect({
      ...{ host, port: portOf(url), rejectUnauthorized: false },
      ...(isAddress(host) ? {} : { servername: host }),
      // The name is judged apart from the chain.
      checkServerIdentity: () => undefined,
    });
    const end = (found: Handshake) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const failed = (words: string) => end({ kind: connected ? "no-tls" : "unreachable", words });
    const timer = setTimeout(() => failed(`no answer within ${HANDSHAKE_MS / 1000} s`), HANDSHAKE_MS);
    socket.once("connect", () => {
      connected = true;
    });
    socket.once("error", (error) => failed(wordsOf(error)));
    socket.once("end", () => failed("the connection was closed"));
    socket.once("secureConnect", () => {
      // A code in fact, whatever the types say.
      const error = socket.authorizationError ? String(socket.authorizationError) : undefined;
      const certificate = socket.getPeerCertificate(true);
      end({ kind: "served", certificate, ...(error ? { error } : {}) });
    });
  });
}

/** Certificates of the authorities that this process trusts, in PEM; NODE_EXTRA_CA_CERTS is among them. */
export function trustedAuthorities(): readonly string[] {
  // Not there before Node 22.15.
  const { getCACertificates } = tls as Partial<typeof tls>;
  return getCACertificates?.("default") ?? tls.rootCertificates;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The beginning of it. */
  text: string;
  milliseconds: number;
}

export interface GetOptions {
  signal: AbortSignal;
  headers?: Readonly<Record<string, string>>;
  /** Whether the certificate does not matter. Never with anything secret in the headers. */
  anyCertificate?: boolean;
  /** For connections that are kept. */
  agent?: http.Agent;
}

/** A pool that keeps one connection. */
export function keptConnection(url: URL): http.Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  return url.protocol === "https:" ? new https.Agent(options) : new http.Agent(options);
}

/**
 * One GET; redirects are not followed.
 * @throws UserError (kind cluster) when no answer came
 */
export async function get(url: URL, options: GetOptions): Promise<Answer> {
  const late = AbortSignal.timeout(ANSWER_MS);
  const started = performance.now();
  try {
    return await sent(url, options, AbortSignal.any([options.signal, late]), started);
  } catch (thrown) {
    const words = late.aborted ? `no complete answer within ${ANSWER_MS / 1000} s` : wordsOf(thrown);
    const message = `no answer from ${url.origin}: ${options.signal.aborted ? "the time was up" : words}`;
    throw new UserError({ message, hint: connectionHint(thrown) }, { kind: "cluster", cause: thrown });
  }
}

function sent(url: URL, options: GetOptions, signal: AbortSignal, started: number): Promise<Answer> {
  const { headers = {}, anyCertificate = false, agent = false } = options;
  const { request } = url.protocol === "https:" ? https : http;
  const all = { "User-Agent": "clearml-actions", Accept: "*/*", ...headers };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { headers: all, agent, signal, rejectUnauthorized: !anyCertificate },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          if (text.length < MOST_CHARACTERS) text += chunk;
        });
        incoming.once("error", reject);
        incoming.once("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            milliseconds: performance.now() - started,
          }),
        );
      },
    );
    outgoing.once("error", reject).end();
  });
}

/** What went wrong with a connection; where several addresses were tried, the first of their errors. */
function wordsOf(thrown: unknown): string {
  const [first] = thrown instanceof AggregateError ? thrown.errors : [thrown];
  // OpenSSL's own words name files of its sources.
  const ssl = /:SSL routines:[^:]*:([^:]+):/.exec(errorMessage(first))?.[1];
  return ssl ?? errorMessage(first);
}

function codeOf(thrown: unknown): string {
  return String((thrown as { code?: unknown }).code);
}
