import { stat } from "node:fs/promises";
import type { Http, HttpRequest, HttpResponse } from "./http.ts";
import type { Secrets } from "./secrets.ts";
import { upload } from "./upload.ts";

/** What names one entry of the cache. An entry is never changed once it is there. */
export interface CacheEntry {
  key: string;
  /** Free text of the caller; the service finds entries of exactly this version only. */
  version: string;
}

/** What the cache service of GitHub can do, in either of its protocols. */
export interface CacheService {
  /** The address of an entry's content; undefined when there is no such entry. */
  find(entry: CacheEntry): Promise<string | undefined>;
  /** Saves a file as an entry; false when the service does not want it, mostly because it is there already. */
  save(entry: CacheEntry, file: string): Promise<boolean>;
}

export interface ServiceAccess {
  url: string;
  token: string;
  http: Http;
  secrets: Pick<Secrets, "mask">;
}

/** How long one question to the service may take; it is there to save time. */
const PATIENCE_MS = 10_000;
/** Largest part of a file in one request of the first protocol. */
const PART_BYTES = 32 * 1024 * 1024;

/** The protocol of GitHub.com: JSON calls, and files by signed addresses of Azure's blob storage. */
export function secondService(access: ServiceAccess): CacheService {
  const call = async (method: string, body: object): Promise<Record<string, unknown> | undefined> => {
    const url = new URL(`/twirp/github.actions.results.api.v1.CacheService/${method}`, access.url).href;
    const response = await ask(access, { method: "POST", url, body: JSON.stringify(body) });
    // 409: somebody else has saved it, or is about to.
    return response.status === 409 ? undefined : answer(method, response);
  };
  return {
    async find({ key, version }) {
      const found = await call("GetCacheEntryDownloadURL", { key, version });
      return found?.ok === true ? signedAddress(access, found, "download") : undefined;
    },
    async save({ key, version }, file) {
      const created = await call("CreateCacheEntry", { key, version });
      if (created?.ok !== true) return false;
      const { size } = await stat(file);
      const headers = { "content-type": "application/octet-stream", "x-ms-blob-type": "BlockBlob" };
      const url = signedAddress(access, created, "upload");
      accepted("upload", await upload({ method: "PUT", url, headers, start: 0, end: size }, file));
      const finished = await call("FinalizeCacheEntryUpload", { key, version, size_bytes: String(size) });
      return finished?.ok === true;
    },
  };
}

/** A signed address lets in whoever has it: it is a secret. Protobuf's JSON may spell its name in two ways. */
function signedAddress(
  { secrets }: ServiceAccess,
  body: Record<string, unknown>,
  purpose: "download" | "upload",
): string {
  const camel = `signed${purpose === "upload" ? "Upload" : "Download"}Url`;
  const address = body[`signed_${purpose}_url`] ?? body[camel];
  if (typeof address !== "string" || !URL.canParse(address)) throw new Error(`it gave no ${purpose} address`);
  secrets.mask(address);
  secrets.mask(new URL(address).searchParams.get("sig") ?? undefined);
  return address;
}

/** The protocol of GitHub Enterprise Server: files pass through the service, in parts. */
export function firstService(access: ServiceAccess): CacheService {
  const resource = (path: string) => `${access.url}_apis/artifactcache/${path}`;
  return {
    async find({ key, version }) {
      const query = new URLSearchParams({ keys: key, version });
      const response = await ask(access, { method: "GET", url: resource(`cache?${query}`) });
      if (response.status === 204) return undefined;
      const { archiveLocation } = answer("cache", response);
      if (typeof archiveLocation !== "string") throw new Error("it gave no address");
      access.secrets.mask(archiveLocation);
      return archiveLocation;
    },
    async save({ key, version }, file) {
      const { size } = await stat(file);
      const body = JSON.stringify({ key, version, cacheSize: size });
      const reserved = await ask(access, { method: "POST", url: resource("caches"), body });
      if (reserved.status === 409) return false;
      const url = resource(`caches/${answer("caches", reserved).cacheId}`);
      for (let start = 0; start < size; start += PART_BYTES) {
        const end = Math.min(start + PART_BYTES, size);
        const headers = {
          ...headersOf(access),
          "content-type": "application/octet-stream",
          "content-range": `bytes ${start}-${end - 1}/*`,
        };
        accepted("upload", await upload({ method: "PATCH", url, headers, start, end }, file));
      }
      accepted("commit", (await ask(access, { method: "POST", url, body: JSON.stringify({ size }) })).status);
      return true;
    },
  };
}

function ask(access: ServiceAccess, request: HttpRequest): Promise<HttpResponse> {
  return access.http.send({ ...request, headers: headersOf(access), timeoutMs: PATIENCE_MS, tries: 1 });
}

function headersOf({ token }: ServiceAccess): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: "application/json;api-version=6.0-preview.1",
    "content-type": "application/json",
  };
}

function answer(what: string, { status, text }: HttpResponse): Record<string, unknown> {
  accepted(what, status);
  const body: unknown = JSON.parse(text);
  if (typeof body !== "object" || body === null) throw new Error(`its answer to ${what} is no JSON object`);
  return body as Record<string, unknown>;
}

function accepted(what: string, status: number): void {
  if (status < 200 || status > 299) throw new Error(`it answers ${status} to ${what}`);
}
