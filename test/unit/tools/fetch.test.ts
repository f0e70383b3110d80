import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Context } from "../../../src/core/context.ts";
import { createToolCache } from "../../../src/core/tool-cache.ts";
import type { ArchiveCache } from "../../../src/tools/archive-cache.ts";
import { fetchTool, planDownload, type Source } from "../../../src/tools/fetch.ts";
import { KNOWN_VERSIONS } from "../../../src/tools/known-versions.ts";
import { PLATFORMS, type Platform } from "../../../src/tools/platforms.ts";
import { TOOLS, type ToolId } from "../../../src/tools/publishers.ts";
import { resolveVersion } from "../../../src/tools/versions.ts";

const source = (platform: Platform, more: Partial<Source> = {}): Source => ({
  platform,
  checksums: [],
  ...more,
});
const plan = (tool: ToolId, version: string, from: Source) =>
  planDownload(resolveVersion(tool, version, "here"), from);

describe("planDownload", () => {
  const combinations = TOOLS.flatMap((tool) => PLATFORMS.map((platform) => [tool, platform] as const));
  const version = (tool: ToolId) => Object.keys(KNOWN_VERSIONS[tool])[0] ?? "";

  it.each(combinations)("of %s on %s takes the sum of that platform", (tool, platform) => {
    const { sum, checkedAgainst, cacheEntry, archiveName } = plan(tool, version(tool), source(platform));
    const known = KNOWN_VERSIONS[tool][version(tool)]?.[platform];
    expect(sum).toBe(known);
    expect(checkedAgainst).toMatch(
      known ? /^built-in sum$/ : /^checksum file of (dl\.k8s\.io|get\.helm\.sh|github\.com)$/,
    );
    expect(cacheEntry.variant).toMatch(new RegExp(`^${platform}-[0-9a-f]{12}$`));
    expect(archiveName).toBe(`${tool}-${version(tool)}-${platform}`);
  });

  it.each(combinations)(
    "of %s on %s has a name in the cache that every file system takes",
    (tool, platform) => {
      const { cacheEntry, archiveName } = plan(tool, version(tool), source(platform));
      for (const name of [cacheEntry.name, cacheEntry.version, cacheEntry.variant, archiveName]) {
        expect(name).toMatch(/^[\w.-]+$/);
      }
    },
  );

  it("has an entry of its own in the cache for each platform and each sum", () => {
    const own = [{ sum: "a".repeat(64), name: "helm-v4.2.3-linux-amd64.tar.gz" }];
    const plans = [
      ...PLATFORMS.map((platform) => plan("helm", "4.2.3", source(platform))),
      plan("helm", "4.2.3", source("linux-x64", { checksums: own })),
      plan("helm", "4.9.9", source("linux-x64")),
      plan("helm", "4.9.9", source("linux-x64", { mirror: "https://mirror.example.com" })),
    ];
    expect(new Set(plans.map(({ cacheEntry }) => JSON.stringify(cacheEntry))).size).toBe(plans.length);
  });

  it("puts the sums of `checksums` before the built-in ones", () => {
    const checksums = [{ sum: "a".repeat(64), name: "helm-v4.2.3-linux-amd64.tar.gz" }];
    expect(plan("helm", "4.2.3", source("linux-x64", { checksums }))).toMatchObject({
      sum: "a".repeat(64),
      checkedAgainst: "sum in `checksums`",
    });
    expect(plan("helm", "4.2.3", source("linux-arm64", { checksums })).checkedAgainst).toBe("built-in sum");
  });

  it.each([
    ["https://mirror.example.com/tools", "https://mirror.example.com/tools"],
    ["https://mirror.example.com/tools//", "https://mirror.example.com/tools"],
  ])("takes the mirror %s", (mirror, baseUrl) => {
    const { headers, ...planned } = plan("helm", "4.2.3", source("linux-x64", { mirror, mirrorToken: "t" }));
    expect([planned.baseUrl, headers]).toEqual([baseUrl, { authorization: "Bearer t" }]);
  });

  it("never sends the mirror's token to a publisher", () => {
    expect(plan("helm", "4.2.3", source("linux-x64", { mirrorToken: "t" })).headers).toEqual({});
  });
});

describe("fetchTool on Windows", () => {
  let folder: string;
  const nothing: ArchiveCache = { kept: [], restore: async () => false, keep: async () => undefined };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "fetch-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A context whose downloads are `content` and whose programs say `version`. */
  function contextOf(content: Uint8Array, version: string): { context: Context; started: string[] } {
    const started: string[] = [];
    const context = {
      tempDir: async () => folder,
      log: { info: () => undefined },
      download: async (_: unknown, file: string) => {
        await writeFile(file, content);
        return { status: 200, sha256: createHash("sha256").update(content).digest("hex") };
      },
      exec: {
        run: async (path: string) => {
          started.push(basename(path));
          return { stdout: version };
        },
      },
    };
    return { context: context as unknown as Context, started };
  }

  it.each([
    ["helm", "4.2.3", "helm-v4.2.3-windows-amd64.zip", "windows-amd64/helm.exe"],
    ["kubeconform", "0.7.0", "kubeconform-windows-amd64.zip", "kubeconform.exe"],
  ] as const)("takes %s out of a zip and leaves `../` in it", async (tool, version, name, member) => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const archive = zipSync({ [`../../${tool}.exe`]: bytes("evil"), [member]: bytes(tool) });
    const checksums = [{ sum: createHash("sha256").update(archive).digest("hex"), name }];
    const wanted = resolveVersion(tool, version, "here");
    const { context, started } = contextOf(archive, `v${version}`);
    const planned = planDownload(wanted, source("win32-x64", { checksums }));
    const { executable, origin } = await fetchTool(context, wanted, planned, nothing);
    expect([await readFile(executable, "utf8"), origin]).toEqual([tool, "download"]);
    expect(started).toEqual([`unpacked-${tool}.exe`]);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(
      [tool, join(tool, name), join(tool, `unpacked-${tool}.exe`)].sort(),
    );
    expect(existsSync(join(folder, "..", `${tool}.exe`))).toBe(false);
  });

  it("takes kubectl.exe as it is", async () => {
    const content = new TextEncoder().encode("kubectl");
    const name = "release/v1.36.3/bin/windows/amd64/kubectl.exe";
    const checksums = [{ sum: createHash("sha256").update(content).digest("hex"), name }];
    const wanted = resolveVersion("kubectl", "1.36.3", "here");
    const { context, started } = contextOf(content, '{"clientVersion": {"gitVersion": "v1.36.3"}}');
    const planned = planDownload(wanted, source("win32-x64", { checksums }));
    expect((await fetchTool(context, wanted, planned, nothing)).executable).toBe(
      join(folder, "kubectl", "kubectl.exe"),
    );
    expect(started).toEqual(["kubectl.exe"]);
  });
});

describe("the tool cache outside a runner", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tool-cache-"));
    vi.stubEnv("RUNNER_TOOL_CACHE", undefined);
    vi.stubEnv("RUNNER_TEMP", folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it("lies in the user's own cache folder", async () => {
    const program = join(folder, "program");
    await writeFile(program, "helm");
    const cache = createToolCache({ XDG_CACHE_HOME: folder });
    const tool = { name: "clearml-helm", version: "4.2.3", variant: "win32-x64-0123456789ab" };
    expect(cache.find(tool)).toBeUndefined();
    const stored = await cache.store(tool, program, "helm.exe");
    expect(stored).toBe(join(folder, "clearml-actions", "tools", tool.name, tool.version, tool.variant));
    expect(cache.find(tool)).toBe(stored);
    expect(await readdir(stored)).toEqual(["helm.exe"]);
    expect(cache.find({ ...tool, variant: "win32-x64-0123456789ac" })).toBeUndefined();
  });
});
