import { type CacheEntry, type CacheService, firstService, secondService } from "./cache-service.ts";
import { createDownload } from "./download.ts";
import type { Http } from "./http.ts";
import type { Secrets } from "./secrets.ts";

export type { CacheEntry } from "./cache-service.ts";

/**
 * The Actions cache of the repository, for single files. What comes out of it was put there by some other job and
 * proves nothing: the caller checks the sum. It is spoken to here and not through GitHub's own library, which unpacks
 * what it gets with `tar -P`, to any place of the disk, before anybody can look at it.
 */
export interface ActionsCache {
  /**
   * Fetches an entry's content into a file; returns its SHA-256, or undefined when there is no such entry.
   * @throws when the service fails
   */
  restore(entry: CacheEntry, file: string): Promise<string | undefined>;
  /**
   * Saves a file as an entry; false when the service does not want it, mostly because it is there already.
   * @throws when the service fails
   */
  save(entry: CacheEntry, file: string): Promise<boolean>;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Parts {
  env: Environment;
  http: Http;
  secrets: Pick<Secrets, "mask">;
  signal: AbortSignal;
}

/** A cache must save time: it is waited for less than a publisher. */
const PATIENCE = { stallMs: 10_000, pauseMs: 500 };
/** The runner says what the job may do; without it, or with a word not known here, everything. */
const READABLE = new Set(["read", "write"]);
const WRITABLE = new Set(["write", "write-only"]);
const MODES = new Set(["none", ...READABLE, ...WRITABLE]);

/** The cache as the runner's variables describe it; undefined where there is none, as outside of GitHub. */
export function createActionsCache(parts: Parts): ActionsCache | undefined {
  const service = serviceOf(parts);
  if (!service) return undefined;
  const download = createDownload(parts.signal, PATIENCE);
  const mode = parts.env.ACTIONS_CACHE_MODE?.trim().toLowerCase() ?? "";
  const may = (modes: ReadonlySet<string>) => !MODES.has(mode) || modes.has(mode);
  return {
    async restore(entry, file) {
      const url = may(READABLE) ? await service.find(entry) : undefined;
      if (url === undefined) return undefined;
      const { status, sha256 } = await download({ url }, file);
      if (status !== 200) throw new Error(`it answers ${status} to the download`);
      return sha256;
    },
    save: async (entry, file) => may(WRITABLE) && (await service.save(entry, file)),
  };
}

/** GitHub.com has the second protocol; GitHub Enterprise Server the first one only. */
function serviceOf({ env, http, secrets }: Parts): CacheService | undefined {
  const token = env.ACTIONS_RUNTIME_TOKEN;
  if (!token) return undefined;
  secrets.mask(token);
  const access = (url: string) => ({ url, token, http, secrets });
  if (env.ACTIONS_CACHE_SERVICE_V2 && !isEnterpriseServer(env)) {
    return env.ACTIONS_RESULTS_URL ? secondService(access(env.ACTIONS_RESULTS_URL)) : undefined;
  }
  return env.ACTIONS_CACHE_URL ? firstService(access(env.ACTIONS_CACHE_URL)) : undefined;
}

function isEnterpriseServer({ GITHUB_SERVER_URL: url }: Environment): boolean {
  if (!url || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname !== "github.com" && !/\.(ghe\.com|localhost)$/.test(hostname);
}
