import data from "./known-versions.json" with { type: "json" };
import type { Platform } from "./platforms.ts";
import type { ToolId } from "./publishers.ts";

/** SHA-256 sums of the publisher's file for each platform, by version. */
export type VersionSums = Readonly<Record<string, Readonly<Partial<Record<Platform, string>>>>>;

/**
 * Versions that ranges resolve to, newest first, with the SHA-256 of the publisher's file for each platform.
 * A sum stands here only when the publisher's own checksum file was read (`npm run known-versions`), or when two
 * independent public sources (release notes, build files of other projects) agree on it. A platform without a proven
 * sum is left out; its sum is then read from the checksum file beside the download, with a warning.
 */
export const KNOWN_VERSIONS: Readonly<Record<ToolId, VersionSums>> = data;
