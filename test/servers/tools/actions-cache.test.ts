import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { restoreCache, saveCache } from "@actions/cache";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createActionsCache } from "../../../src/core/actions-cache.ts";
import { createHttp } from "../../../src/core/http.ts";
import {
  BLOB_SIGNATURE,
  CACHE_TOKEN,
  type CacheServiceDouble,
  startCacheService,
} from "../../support/registries/cache-service.ts";

const PROTOCOLS = ["v1", "v2"] as const;
const ENTRY = { key: "clearml-actions-helm-4.2.3-linux-x64", version: "a".repeat(64) };
const CONTENT = Buffer.alloc(200_000, "helm");
const SUM = createHash("sha256").update(CONTENT).digest("hex");
const { signal } = new AbortController();
let service: CacheServiceDouble;
let folder: string;
let file: string;
let masked: string[];

beforeEach(async () => {
  service = await startCacheService();
  folder = await mkdtemp(join(tmpdir(), "actions-cache-"));
  file = join(folder, "file");
  masked = [];
  await writeFile(file, CONTENT);
});

afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

function open(env: Record<string, string | undefined>) {
  const secrets = { mask: (value: string | undefined) => void masked.push(value ?? "") };
  return createActionsCache({ env, http: createHttp(signal), secrets, signal });
}

describe.each(PROTOCOLS)("the Actions cache, protocol %s", (protocol) => {
  const cache = (more = {}) => open({ ...service.variables(protocol), ...more });

  it("gives back what was saved, under its key and version only", async () => {
    expect(await cache()?.restore(ENTRY, join(folder, "out"))).toBeUndefined();
    expect(await cache()?.save(ENTRY, file)).toBe(true);
    expect(service.entries.get(ENTRY.key)).toEqual({ version: ENTRY.version, content: CONTENT });
    expect(await cache()?.restore(ENTRY, join(folder, "out"))).toBe(SUM);
    expect(await readFile(join(folder, "out"))).toEqual(CONTENT);
    expect(await cache()?.restore({ ...ENTRY, version: "b" }, join(folder, "out"))).toBeUndefined();
  });

  it("does not save twice", async () => {
    await cache()?.save(ENTRY, file);
    expect(await cache()?.save(ENTRY, file)).toBe(false);
  });

  it("masks the token and the signed addresses", async () => {
    await cache()?.save(ENTRY, file);
    await cache()?.restore(ENTRY, join(folder, "out"));
    expect(masked).toContain(CACHE_TOKEN);
    expect(
      masked.some((each) => each.includes(new URLSearchParams({ sig: BLOB_SIGNATURE }).toString())),
    ).toBe(true);
  });

  it.each([500, 403, 429])("says what went wrong when the service answers %d", async (status) => {
    service.failWith = status;
    await expect(cache()?.restore(ENTRY, join(folder, "out"))).rejects.toThrow(`answers ${status}`);
    await expect(cache()?.save(ENTRY, file)).rejects.toThrow(`answers ${status}`);
    // Not asked again and again: the cache is to save time.
    expect(service.requests).toHaveLength(2);
  });

  it.each([
    ["none", false, false],
    ["read", true, false],
    ["write-only", false, true],
    ["write", true, true],
    ["something new", true, true],
  ])("in the mode %j may be read: %s, written: %s", async (ACTIONS_CACHE_MODE, read, written) => {
    await cache()?.save(ENTRY, file);
    const restricted = cache({ ACTIONS_CACHE_MODE });
    expect(await restricted?.restore(ENTRY, join(folder, "out"))).toBe(read ? SUM : undefined);
    expect(await restricted?.save({ ...ENTRY, key: "other" }, file)).toBe(written);
  });

  it("speaks with a service that GitHub's own client can speak with", async () => {
    for (const [name, value] of Object.entries(service.variables(protocol))) vi.stubEnv(name, value);
    vi.stubEnv("RUNNER_TEMP", folder);
    const silent = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      expect(await saveCache([file], "toolkit")).toBeGreaterThan(0);
      await rm(file);
      expect(await restoreCache([file], "toolkit")).toBe("toolkit");
    } finally {
      silent.mockRestore();
      vi.unstubAllEnvs();
    }
    expect(await readFile(file)).toEqual(CONTENT);
  });
});

describe("no Actions cache", () => {
  it.each([
    ["without variables", {}],
    ["without a token", { ACTIONS_CACHE_SERVICE_V2: "true", ACTIONS_RESULTS_URL: "http://x/" }],
    ["without an address", { ACTIONS_CACHE_SERVICE_V2: "true", ACTIONS_RUNTIME_TOKEN: "token" }],
    [
      "with the second protocol not announced",
      { ACTIONS_RESULTS_URL: "http://x/", ACTIONS_RUNTIME_TOKEN: "t" },
    ],
    [
      "on an Enterprise Server that announces the second protocol alone",
      {
        ACTIONS_CACHE_SERVICE_V2: "true",
        ACTIONS_RESULTS_URL: "http://x/",
        ACTIONS_RUNTIME_TOKEN: "token",
        GITHUB_SERVER_URL: "https://github.example.com",
      },
    ],
  ])("%s", (_, env) => {
    expect(open(env)).toBeUndefined();
  });

  it.each(["https://github.com", "https://octo.ghe.com"])("%s has the second protocol", async (server) => {
    const cache = open({ ...service.variables("v2"), GITHUB_SERVER_URL: server });
    await cache?.save(ENTRY, file);
    expect(service.requests[0]).toContain("/twirp/");
  });
});
