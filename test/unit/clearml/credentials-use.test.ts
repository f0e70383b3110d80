import { afterEach, expect, it, vi } from "vitest";
import type { ClearmlApi } from "../../../src/clearml/api.ts";
import { listCredentials } from "../../../src/clearml/credentials.ts";

afterEach(() => void vi.unstubAllEnvs());

it.each([
  ["2026-11-21T06:25:30.311000", "2026-11-21T06:25:30.311Z"],
  ["2026-11-21T06:25:30.311000+00:00", "2026-11-21T06:25:30.311Z"],
  ["soon", undefined],
  [undefined, undefined],
])("a key that was last used at %s", async (text, expected) => {
  // The server means UTC, wherever the runner is.
  vi.stubEnv("TZ", "America/New_York");
  const credentials = [{ access_key: "K", label: "l", ...(text ? { last_used: text } : {}) }];
  const api = { url: "https://api", call: async () => ({ credentials }) } as unknown as ClearmlApi;
  const [key] = await listCredentials(api, "user");
  expect(key?.lastUsed?.toISOString()).toBe(expected);
});
