import semver from "semver";
import { UserError } from "../core/errors.ts";
import { KNOWN_VERSIONS } from "./known-versions.ts";
import { PUBLISHERS, type ToolId } from "./publishers.ts";

/** A version the user asked for, resolved. */
export interface WantedVersion {
  tool: ToolId;
  /** What is installed when it is not there yet. */
  version: string;
  /** What a tool that is already there must satisfy. */
  range: string;
  /** Where the request stands: the input, the line of a version file, or "default". */
  from: string;
}

/**
 * The version to install for a request: an exact version, `latest`, or a range as npm's semver reads it. Ranges
 * choose among the known versions only; `latest` is the newest known one of the default's major.
 * @throws UserError when the request is no version, no known version satisfies it, or the release is refused
 */
export function resolveVersion(tool: ToolId, request: string, from: string): WantedVersion {
  const known = knownVersions(tool);
  if (request === "latest") {
    const major = semver.major(PUBLISHERS[tool].defaultVersion);
    const version = known.find((each) => semver.major(each) === major) ?? PUBLISHERS[tool].defaultVersion;
    return { tool, version, range: `>=${version} <${major + 1}.0.0-0`, from };
  }
  const exact = semver.valid(request);
  if (exact) {
    if (isRefused(tool, exact)) throw refusal(tool, exact, from);
    return { tool, version: exact, range: exact, from };
  }
  const range = semver.validRange(request, { loose: false });
  if (range === null) {
    throw new UserError({
      message: `${from}: \`${request}\` is no version of ${tool}`,
      hint: "write an exact version (4.2.3), a range (3.x, ~4.2, 4) or latest",
    });
  }
  const version = semver.maxSatisfying([...known], range);
  if (version) return { tool, version, range, from };
  const { refused } = PUBLISHERS[tool];
  if (refused && semver.subset(range, refused.range, { includePrerelease: true }))
    throw refusal(tool, request, from);
  throw new UserError({
    message: `${from}: no known version of ${tool} satisfies \`${request}\` (known: ${known.join(", ")})`,
    hint: "write the exact version; its sum is then read from the publisher's checksum file",
  });
}

/** Whether a version must not be used even when it is already there. */
export function isRefused(tool: ToolId, version: string): boolean {
  const range = PUBLISHERS[tool].refused?.range;
  return range !== undefined && semver.satisfies(version, range, { includePrerelease: true });
}

/** Whether a tool that is already there will do. */
export function satisfies(wanted: WantedVersion, version: string): boolean {
  return semver.satisfies(version, wanted.range) && !isRefused(wanted.tool, version);
}

/** Known versions of a tool, newest first, without refused ones. */
export function knownVersions(tool: ToolId): readonly string[] {
  return semver.rsort(Object.keys(KNOWN_VERSIONS[tool]).filter((version) => !isRefused(tool, version)));
}

function refusal(tool: ToolId, request: string, from: string): UserError {
  const { refused } = PUBLISHERS[tool];
  return new UserError({
    message: `${from}: ${tool} ${request} is refused: ${refused?.reason ?? ""}`,
    ...(refused ? { hint: refused.repair } : {}),
  });
}
