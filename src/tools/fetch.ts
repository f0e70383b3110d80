import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import type { CachedTool } from "../core/tool-cache.ts";
import { extractMember } from "./archive.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import { type ChecksumLine, checksumFor, parseChecksums } from "./checksums.ts";
import { KNOWN_VERSIONS } from "./known-versions.ts";
import { askVersion } from "./path-lookup.ts";
import type { Platform } from "./platforms.ts";
import { type Artifact, PUBLISHERS } from "./publishers.ts";
import type { WantedVersion } from "./versions.ts";

/** Where tools come from. */
export interface Source {
  platform: Platform;
  /** Base URL in place of every publisher's own. */
  mirror?: string;
  /** Sent to the mirror as a bearer token. */
  mirrorToken?: string;
  /** Sums the user vouches for; they come before the built-in ones. */
  checksums: readonly ChecksumLine[];
}

export interface DownloadPlan {
  artifact: Artifact;
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  /** Absent: to be read from the checksum file. */
  sum?: string;
  /** What vouches for the bytes, in words for log and summary. */
  checkedAgainst: string;
  cacheEntry: CachedTool;
  /** Name of the publisher's file in the Actions cache. */
  archiveName: string;
}

/** From where a tool is downloaded, what vouches for it, and where it lies in the tool cache. */
export function planDownload({ tool, version }: WantedVersion, source: Source): DownloadPlan {
  const artifact = PUBLISHERS[tool].artifact(version, source.platform);
  const baseUrl = (source.mirror ?? PUBLISHERS[tool].baseUrl).replace(/\/+$/, "");
  const own = checksumFor(source.checksums, artifact.path);
  const sum = own ?? KNOWN_VERSIONS[tool][version]?.[source.platform];
  const builtIn = sum ? "built-in sum" : `checksum file of ${new URL(baseUrl).host}`;
  // The entry carries what vouched for the bytes: a tool from somewhere else is never taken for this one.
  const origin = createHash("sha256").update(sum ?? baseUrl);
  return {
    artifact,
    baseUrl,
    headers: source.mirror && source.mirrorToken ? { authorization: `Bearer ${source.mirrorToken}` } : {},
    ...(sum ? { sum } : {}),
    checkedAgainst: own ? "sum in `checksums`" : builtIn,
    cacheEntry: {
      name: `clearml-${tool}`,
      version,
      variant: `${source.platform}-${origin.digest("hex").slice(0, 12)}`,
    },
    archiveName: `${tool}-${version}-${source.platform}`,
  };
}

/** A publisher's file that was checked and unpacked. */
export interface FetchedTool {
  /** Path of the executable in the private folder of the run. */
  executable: string;
  origin: "Actions cache" | "download";
}

/**
 * Gets the publisher's file, from the Actions cache or its server, checks its sum, whichever it came from, and unpacks
 * it into the private folder of the run.
 * @throws UserError when the server does not have it (input), fails, or serves bytes with another sum (cluster)
 */
export async function fetchTool(
  context: Context,
  wanted: WantedVersion,
  plan: DownloadPlan,
  archives: ArchiveCache,
): Promise<FetchedTool> {
  const { member, path, executable: name } = plan.artifact;
  const folder = join(await context.tempDir(), wanted.tool);
  await mkdir(folder);
  const sum = plan.sum ?? (await publishedSum(context, wanted, plan, join(folder, "checksums")));
  const file = join(folder, basename(path));
  const cached = await archives.restore(plan.archiveName, sum, file);
  if (!cached) await downloadChecked(context, wanted, plan, sum, file);
  const executable = member ? join(folder, `unpacked-${name}`) : file;
  if (member) await extractMember(context, file, member, executable);
  await chmod(executable, 0o755);
  await checkVersion(context, wanted, executable);
  if (!cached) await archives.keep(plan.archiveName, sum, file);
  return { executable, origin: cached ? "Actions cache" : "download" };
}

async function downloadChecked(
  context: Context,
  wanted: WantedVersion,
  plan: DownloadPlan,
  sum: string,
  file: string,
): Promise<void> {
  const url = `${plan.baseUrl}/${plan.artifact.path}`;
  context.log.info(`downloading ${wanted.tool} ${wanted.version} from ${url}`);
  const result = await context.download({ url, headers: plan.headers }, file);
  if (result.status !== 200) throw notServed(wanted, url, result.status);
  if (result.sha256 === sum) return;
  await rm(file, { force: true });
  throw wrongSum(`${wanted.tool} ${wanted.version} from ${url}`, plan, sum, result.sha256);
}

/** The sum in the checksum file beside the download: better than none, but from the same server, hence a warning. */
async function publishedSum(
  context: Context,
  wanted: WantedVersion,
  plan: DownloadPlan,
  file: string,
): Promise<string> {
  const url = `${plan.baseUrl}/${plan.artifact.checksumPath}`;
  const { status } = await context.download({ url, headers: plan.headers }, file);
  if (status !== 200) throw notServed(wanted, url, status);
  const sum = checksumFor(parseChecksums(await readFile(file, "utf8")), plan.artifact.path);
  if (!sum) {
    throw new UserError(
      {
        message: `${url} holds no SHA-256 sum of ${basename(plan.artifact.path)}`,
        hint: "list the sum in the file that `checksums` names, or choose a version with a built-in sum",
      },
      { kind: "cluster" },
    );
  }
  context.annotate("warning", {
    message: `the sum of ${wanted.tool} ${wanted.version} is not built in; it comes from ${url}, the server of the download itself`,
    hint: "choose a version with a built-in sum, or list the sum in the file that `checksums` names",
  });
  return sum;
}

/** The executable must start here and must not call itself another version; builds from source name none. */
async function checkVersion(context: Context, wanted: WantedVersion, executable: string): Promise<void> {
  const version = await askVersion(context, wanted.tool, executable);
  if (version === undefined || version === wanted.version) return;
  throw new UserError(
    {
      message: `what was downloaded as ${wanted.tool} ${wanted.version} calls itself ${version}`,
      hint: "check what the `mirror` serves under this version",
    },
    { kind: "cluster" },
  );
}

function notServed(wanted: WantedVersion, url: string, status: number): UserError {
  const message = `${wanted.from}: ${url} answers ${status}`;
  if (status === 401 || status === 403) {
    return new UserError({ message, hint: "the server wants a login: set or correct `mirror-token`" });
  }
  if (status === 404) {
    const known = Object.keys(KNOWN_VERSIONS[wanted.tool]).join(", ");
    return new UserError({
      message: `${message}: ${wanted.tool} ${wanted.version} is not there`,
      hint: `correct the version (known: ${known}), or put the file and its checksum file on the \`mirror\``,
    });
  }
  return new UserError({ message, hint: "try again later, or check the server" }, { kind: "cluster" });
}

function wrongSum(what: string, plan: DownloadPlan, expected: string, found: string): UserError {
  const hint = plan.checkedAgainst.startsWith("built-in")
    ? "the file is not the publisher's; a `mirror` with builds of its own needs their sums in the file that `checksums` names"
    : "the file and its sum do not belong together: put both on the server anew, or correct the file that `checksums` names";
  return new UserError(
    {
      message: `${what} has the SHA-256 sum ${found}, but the ${plan.checkedAgainst} says ${expected}; the download was deleted`,
      hint,
    },
    { kind: "cluster" },
  );
}
