import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Context } from "../core/context.ts";
import { errorMessage, UserError } from "../core/errors.ts";
import { readRegularFile } from "../core/files.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { Placeholders } from "../overrides/placeholders.ts";
import { resolveText } from "../overrides/resolve.ts";

/** Where the applications archive comes from. */
export interface ArchivePlace {
  kind: "url" | "file";
  /** The whole address, which is a credential, or the path. */
  address: string;
  /** What to call it in messages: the host, or the path as written. */
  name: string;
  /** Tells one source from another without giving the address away. */
  id: string;
}

export interface Archive {
  bytes: Uint8Array;
  /** In hex. */
  sha256: string;
  etag?: string;
}

const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The archive that `archive` names. Its address is masked before anything is said about it: whoever has it can
 * download the applications.
 * @throws UserError when it is missing, or is neither an http(s) address nor a path
 */
export function archivePlace(
  use: ComponentUse,
  names: Placeholders,
  { secrets }: Pick<Context, "secrets">,
): ArchivePlace {
  if (use.archive === undefined) {
    throw new UserError({
      message: "component `applications` has no `archive`",
      hint: "set it to a secret with the address that ClearML gave you (`archive: ${CLEARML_APPS_URL}`), or to a path",
      at: use.at,
    });
  }
  const text = resolveText(use.archive, names, use.at).trim();
  const url = /^[a-z][a-z0-9+.-]+:\/\//i.test(text) ? URL.parse(text) : undefined;
  if (url === undefined) return filePlace(use, text);
  secrets.mask(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UserError({
      message: "`archive` of component `applications` is no http(s) address",
      hint: "copy the whole address that ClearML gave you into the secret",
      at: use.at,
    });
  }
  // The signature alone is as good as the whole.
  for (const part of [url.href, url.search.slice(1), url.password]) secrets.mask(part);
  return {
    kind: "url",
    address: url.href,
    name: `the applications archive on ${url.host}`,
    id: digest(url.origin + url.pathname),
  };
}

function filePlace(use: ComponentUse, text: string): ArchivePlace {
  const address = isAbsolute(text) ? text : resolve(dirname(use.source.file), text);
  return { kind: "file", address, name: `the applications archive ${text}`, id: digest(text) };
}

/** A few digits tell sources apart; the address cannot be told from them. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * Reads or downloads the archive.
 * @param etag the content that is known already; the server is asked to send nothing when it still has that one
 * @throws UserError (kind cluster) when it cannot be had
 */
export async function fetchArchive(
  context: Context,
  place: ArchivePlace,
  etag?: string,
): Promise<Archive | "unchanged"> {
  if (place.kind === "file") return readArchive(place, place.address);
  const file = join(await context.tempDir(), "applications.zip");
  const headers = etag === undefined ? {} : { "If-None-Match": etag };
  const result = await context.download({ url: place.address, headers }, file);
  if (result.status === 304 && etag !== undefined) return "unchanged";
  if (result.status !== 200) throw refused(place, result.status);
  return { ...(await readArchive(place, file)), ...(result.etag === undefined ? {} : { etag: result.etag }) };
}

async function readArchive(place: ArchivePlace, file: string): Promise<Archive> {
  try {
    const bytes = await readRegularFile(resolve(file), resolve(), MAX_BYTES);
    return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
  } catch (thrown) {
    throw new UserError({
      message: `${place.name} cannot be read: ${errorMessage(thrown)}`,
      hint: "correct `archive` of component `applications`; a path is relative to the file it stands in",
    });
  }
}

function refused(place: ArchivePlace, status: number): UserError {
  const expired = [401, 403, 404, 410].includes(status);
  return new UserError(
    {
      message: `${place.name}: the server answered ${status}`,
      hint: expired
        ? "such addresses expire: ask ClearML for a new one and put it into the secret"
        : "try again later, or download it by hand and name its path in `archive`",
    },
    { kind: "cluster" },
  );
}
