/**
 * Refreshes src/tools/known-versions.json from the publishers' checksum files: known versions are compared, new ones
 * added. A sum that stands there is never changed; a publisher that says otherwise ends the run with code 1 and
 * nothing written. Without names it adds the newest releases of Helm and kubectl; kubeconform's must be named, since
 * its publisher has no file that says which it is.
 * Usage: npm run known-versions -- [--mirror URL] [--file FILE] [tool@version …]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import semver from "semver";
import { createDownload } from "../src/core/download.ts";
import { checksumFor, parseChecksums } from "../src/tools/checksums.ts";
import type { VersionSums } from "../src/tools/known-versions.ts";
import { PLATFORMS, type Platform } from "../src/tools/platforms.ts";
import { PUBLISHERS, TOOLS, type ToolId } from "../src/tools/publishers.ts";
import { isRefused } from "../src/tools/versions.ts";

export type KnownVersions = Record<ToolId, VersionSums>;

/** What a publisher's checksum files say about one version. */
export interface Published {
  tool: ToolId;
  version: string;
  sums: Partial<Record<Platform, string>>;
}

export interface Merged {
  versions: KnownVersions;
  /** `tool version platform` of every new sum. */
  added: string[];
  /** Versions that no publisher vouches for. */
  unproven: string[];
  /** Known sums that a publisher contradicts. */
  contradictions: string[];
}

/** Adds what was published to what is known; known sums stay. */
export function merge(known: KnownVersions, published: readonly Published[]): Merged {
  const result: Merged = { versions: structuredClone(known), added: [], unproven: [], contradictions: [] };
  for (const { tool, version, sums } of published) {
    const before = known[tool][version] ?? {};
    for (const [platform, sum] of Object.entries(sums) as [Platform, string][]) {
      const what = `${tool} ${version} ${platform}`;
      if (!before[platform]) result.added.push(what);
      else if (before[platform] !== sum)
        result.contradictions.push(`${what}: known ${before[platform]}, published ${sum}`);
    }
    const all = { ...sums, ...before };
    if (Object.keys(all).length === 0) result.unproven.push(`${tool} ${version}`);
    else result.versions[tool] = { ...result.versions[tool], [version]: all };
  }
  for (const tool of TOOLS) result.versions[tool] = sorted(result.versions[tool]);
  return result;
}

/** Newest version first, platforms in their usual order: the same content is always the same file. */
function sorted(versions: VersionSums): VersionSums {
  return Object.fromEntries(
    semver.rsort(Object.keys(versions)).map((version) => {
      const sums = versions[version] ?? {};
      return [
        version,
        Object.fromEntries(
          PLATFORMS.flatMap((platform) => (sums[platform] ? [[platform, sums[platform]]] : [])),
        ),
      ];
    }),
  );
}

/** `tool@version` as a pair. */
export function parseName(name: string): { tool: ToolId; version: string } {
  const [word, rest] = name.split("@");
  const tool = TOOLS.find((each) => each === word);
  const version = semver.valid(rest ?? "");
  if (!tool || !version) throw new Error(`${name}: write tool@version with one of ${TOOLS.join(", ")}`);
  if (isRefused(tool, version)) throw new Error(`${name}: ${PUBLISHERS[tool].refused?.reason}`);
  return { tool, version };
}

/** Files that say which release is the newest one of a line. */
function latestFiles(tool: ToolId, known: VersionSums): string[] {
  const versions = Object.keys(known);
  if (tool === "helm")
    return [...new Set(versions.map((each) => `helm${semver.major(each)}-latest-version`))];
  if (tool === "kubeconform") return [];
  const lines = versions.map((each) => `stable-${semver.major(each)}.${semver.minor(each)}`);
  return ["stable", ...new Set(lines)].map((line) => `release/${line}.txt`);
}

interface Server {
  /** The text of a file below the publisher's base URL; undefined when it is not there. */
  read(tool: ToolId, path: string): Promise<string | undefined>;
}

function openServer(mirror: string | undefined, folder: string): Server {
  const download = createDownload(new AbortController().signal);
  let count = 0;
  return {
    async read(tool, path) {
      const file = join(folder, String(count++));
      const url = `${(mirror ?? PUBLISHERS[tool].baseUrl).replace(/\/+$/, "")}/${path}`;
      const { status } = await download({ url }, file);
      if (status === 404) return undefined;
      if (status !== 200) throw new Error(`${url} answers ${status}`);
      return readFileSync(file, "utf8");
    },
  };
}

async function newest(server: Server, known: KnownVersions): Promise<{ tool: ToolId; version: string }[]> {
  const found = TOOLS.flatMap((tool) =>
    latestFiles(tool, known[tool]).map(async (path) => {
      const version = semver.valid((await server.read(tool, path))?.trim() ?? "");
      return version && !isRefused(tool, version) ? [{ tool, version }] : [];
    }),
  );
  return (await Promise.all(found)).flat();
}

async function published(server: Server, tool: ToolId, version: string): Promise<Published> {
  const sums: Published["sums"] = {};
  for (const platform of PLATFORMS) {
    const { path, checksumPath } = PUBLISHERS[tool].artifact(version, platform);
    const text = await server.read(tool, checksumPath);
    const sum = text === undefined ? undefined : checksumFor(parseChecksums(text), path);
    if (sum) sums[platform] = sum;
  }
  return { tool, version, sums };
}

async function refresh(file: string, mirror: string | undefined, names: readonly string[]): Promise<number> {
  const known = JSON.parse(readFileSync(file, "utf8")) as KnownVersions;
  const folder = mkdtempSync(join(tmpdir(), "known-versions-"));
  try {
    const server = openServer(mirror, folder);
    const wanted = names.length > 0 ? names.map(parseName) : await newest(server, known);
    const listed = TOOLS.flatMap((tool) => Object.keys(known[tool]).map((version) => ({ tool, version })));
    const all = new Map([...listed, ...wanted].map((each) => [`${each.tool} ${each.version}`, each]));
    const found: Published[] = [];
    for (const { tool, version } of all.values()) found.push(await published(server, tool, version));
    const { versions, added, unproven, contradictions } = merge(known, found);
    for (const each of contradictions) console.error(`the sum is another one than before: ${each}`);
    if (contradictions.length > 0) {
      console.error("nothing was written: a release never changes; find out who changed it");
      return 1;
    }
    for (const each of unproven) console.log(`left out, no checksum file: ${each}`);
    for (const each of added) console.log(`added: ${each}`);
    if (added.length === 0) console.log("nothing new");
    else writeFileSync(file, `${JSON.stringify(versions, null, 2)}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { mirror: { type: "string" }, file: { type: "string" } },
    allowPositionals: true,
  });
  const file = values.file ?? resolve(import.meta.dirname, "../src/tools/known-versions.json");
  try {
    process.exitCode = await refresh(file, values.mirror, positionals);
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  }
}
