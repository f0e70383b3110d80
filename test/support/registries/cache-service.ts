import type { IncomingMessage } from "node:http";
import { type HttpServer, serveHttp } from "./http-server.ts";

/** A stand-in for GitHub's cache service, in both protocols, as far as the toolkit's client uses them. */
export interface CacheServiceDouble extends HttpServer {
  /** Variables by which the runner tells a step about the service of that protocol. */
  variables(protocol: "v1" | "v2"): Record<string, string>;
  /** Finished entries by key; writing to it is what another workflow does. */
  readonly entries: Map<string, { version: string; content: Buffer }>;
  /** Method and path of every request, without query. */
  readonly requests: string[];
  /** Every answer is this status from now on; "hang" answers nothing, "cut" ends each file half-way. */
  failWith: number | "hang" | "cut" | undefined;
}

export const CACHE_TOKEN = "canary-runtime-token-51c9";
/** What makes an address of the blob storage a secret. */
export const BLOB_SIGNATURE = "canarysignature+/==";
const TWIRP = "/twirp/github.actions.results.api.v1.CacheService/";
const FIRST = "/_apis/artifactcache/";

interface Upload {
  key: string;
  version: string;
  parts: Buffer[];
}

interface State {
  address(key: string): string;
  entries: CacheServiceDouble["entries"];
  uploads: Map<string, Upload>;
}

interface Call {
  request: IncomingMessage;
  url: URL;
  body: Buffer;
}

type Answer = readonly [status: number, body?: object | Buffer];

/** Starts the service, empty. */
export async function startCacheService(): Promise<CacheServiceDouble> {
  const requests: string[] = [];
  const state: State = {
    address: (key) =>
      `${server.url}/blobs/${encodeURIComponent(key)}?${new URLSearchParams({ sig: BLOB_SIGNATURE })}`,
    entries: new Map(),
    uploads: new Map(),
  };
  const server = await serveHttp(async (request, response) => {
    const url = new URL(request.url ?? "/", server.url);
    requests.push(`${request.method} ${url.pathname}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (double.failWith === "hang") return;
    const call = { request, url, body: Buffer.concat(chunks) };
    const cut = double.failWith === "cut" && request.method === "GET" && url.pathname.startsWith("/blobs/");
    if (cut)
      return void response.writeHead(200, { "content-length": 9 }).write("x", () => response.destroy());
    const [status, body] =
      typeof double.failWith === "number" ? [double.failWith, { msg: "no" }] : answer(state, call);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body instanceof Buffer ? body : body && JSON.stringify(body));
  });
  const double: CacheServiceDouble = {
    ...server,
    entries: state.entries,
    requests,
    failWith: undefined,
    variables: (protocol) => ({
      ACTIONS_RUNTIME_TOKEN: CACHE_TOKEN,
      ...(protocol === "v2"
        ? { ACTIONS_CACHE_SERVICE_V2: "true", ACTIONS_RESULTS_URL: `${server.url}/` }
        : { ACTIONS_CACHE_URL: `${server.url}/`, GITHUB_SERVER_URL: "https://ghes.example.com" }),
    }),
  };
  return double;
}

function answer(state: State, call: Call): Answer {
  const { pathname } = call.url;
  if (pathname.startsWith("/blobs/")) return blob(state, call);
  if (call.request.headers.authorization !== `Bearer ${CACHE_TOKEN}`) return [401, { msg: "no token" }];
  if (pathname.startsWith(TWIRP)) return second(state, call);
  return pathname.startsWith(FIRST) ? first(state, call) : [404, { msg: "not here" }];
}

/** Azure's side: a PUT wants the kind of blob and the length, as the real one does. */
function blob({ entries, uploads }: State, { request, url, body }: Call): Answer {
  const key = decodeURIComponent(url.pathname.slice("/blobs/".length));
  if (url.searchParams.get("sig") !== BLOB_SIGNATURE) return [403];
  if (request.method === "GET") return [200, entries.get(key)?.content ?? Buffer.alloc(0)];
  const { headers } = request;
  if (headers["x-ms-blob-type"] !== "BlockBlob" || headers["content-length"] === undefined) return [400];
  uploads.get(key)?.parts.push(body);
  return [201];
}

function second({ entries, uploads, address }: State, { url, body }: Call): Answer {
  const { key, version, size_bytes: size } = JSON.parse(body.toString()) as Record<string, string>;
  if (key === undefined || version === undefined) return [400, { msg: "no key or version" }];
  const method = url.pathname.slice(TWIRP.length);
  if (method === "GetCacheEntryDownloadURL") {
    if (entries.get(key)?.version !== version) return [200, { ok: false }];
    return [200, { ok: true, signed_download_url: address(key), matched_key: key }];
  }
  if (method === "CreateCacheEntry") {
    if (entries.has(key)) return [409, { code: "already_exists", msg: "entry exists" }];
    uploads.set(key, { key, version, parts: [] });
    return [200, { ok: true, signed_upload_url: address(key) }];
  }
  const content = Buffer.concat(uploads.get(key)?.parts ?? []);
  if (String(content.length) !== size) return [200, { ok: false, message: "the size is another one" }];
  entries.set(key, { version, content });
  return [200, { ok: true, entry_id: "7" }];
}

function first({ entries, uploads, address }: State, { request, url, body }: Call): Answer {
  const path = url.pathname.slice(FIRST.length);
  if (path === "cache") {
    const key = url.searchParams.get("keys") ?? "";
    if (entries.get(key)?.version !== url.searchParams.get("version")) return [204];
    return [200, { cacheKey: key, archiveLocation: address(key) }];
  }
  if (path === "caches") {
    const { key, version } = JSON.parse(body.toString()) as Upload;
    if (entries.has(key)) return [409, { message: "exists" }];
    uploads.set("1", { key, version, parts: [] });
    return [201, { cacheId: 1 }];
  }
  const upload = uploads.get(path.slice("caches/".length));
  if (!upload) return [404];
  const held = upload.parts.reduce((sum, part) => sum + part.length, 0);
  if (request.method === "PATCH") {
    if (request.headers["content-range"] !== `bytes ${held}-${held + body.length - 1}/*`) return [400];
    upload.parts.push(body);
    return [204];
  }
  if ((JSON.parse(body.toString()) as { size: number }).size !== held) return [400];
  entries.set(upload.key, { version: upload.version, content: Buffer.concat(upload.parts) });
  return [204];
}
