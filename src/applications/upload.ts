import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Credentials, connectClearml } from "../clearml/api.ts";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { Placeholders } from "../overrides/placeholders.ts";
import { resolveText } from "../overrides/resolve.ts";
import { type Archive, type ArchivePlace, archivePlace, fetchArchive } from "./fetch.ts";
import type { MirroredImage } from "./images.ts";
import { MEMORY, readUploaded, type Uploaded, writeUploaded } from "./memory.ts";
import { type Application, type Contents, contentsOf } from "./packages.ts";
import { findPython } from "./python.ts";
import { convertImages, failed, runUpload, type Scripts } from "./scripts.ts";
import { readZip } from "./zip.ts";

/** What an upload works with. */
export interface UploadSession {
  context: Context;
  kubernetes: Pick<Kubernetes, "get" | "apply">;
}

export interface UploadOptions {
  /** Address of the API server as the runner reaches it. */
  apiUrl: string;
  /** Of an administrator of the server. */
  credentials: Credentials;
  /** Where the credentials come from, for messages. */
  credentialSource: string;
  /** Namespace of the control plane: what was uploaded is remembered there. */
  namespace: string;
  /** What `${NAME}` means in `archive` and `imageRegistry`. */
  names: Placeholders;
  timeoutMs: number;
}

/** What became of the applications. */
export interface UploadResult {
  changed: boolean;
  uploaded: readonly Pick<Application, "id" | "version">[];
  /** Images to copy to `imageRegistry`; empty without it, and where nothing was uploaded. */
  images: readonly MirroredImage[];
  /** Path of the scripts' output; empty where none was run. */
  log: string;
}

/** What an upload would do. */
export interface ApplicationsPlan {
  action: "upload" | "none";
  /** Why, in words. */
  reasons: readonly string[];
  applications: readonly Pick<Application, "id" | "version">[];
}

/** Applications that are not as they were uploaded last, with the archive they come from. */
interface Due {
  archive: Archive;
  contents: Contents;
  files: ReadonlyMap<string, Uint8Array>;
  reasons: readonly string[];
  /** Written down once it is true. */
  next: Uploaded;
}

/**
 * Says what `uploadApplications` would do. The archive is downloaded where it may have changed; no script of it is
 * run, and nothing is written.
 * @throws UserError when the archive cannot be had or is none
 */
export async function planApplications(
  session: UploadSession,
  use: ComponentUse,
  options: Pick<UploadOptions, "apiUrl" | "namespace" | "names">,
): Promise<ApplicationsPlan> {
  const { due, before } = await compare(session, use, options);
  if (due) return { action: "upload", reasons: due.reasons, applications: due.contents.applications };
  return { action: "none", reasons: [], applications: before?.applications ?? [] };
}

/**
 * Uploads the applications of ClearML's archive with the archive's own scripts, after it has rewritten their images
 * for `imageRegistry` on a copy. What was uploaded is remembered in the cluster: the same archive, registry and
 * server are left alone, and a server that knows the archive's ETag is not even asked for its content.
 * @throws UserError (kind cluster) when a script fails, naming its last words and the file with its output
 */
export async function uploadApplications(
  session: UploadSession,
  use: ComponentUse,
  options: UploadOptions,
): Promise<UploadResult> {
  const { context, kubernetes } = session;
  const { due, before } = await compare(session, use, options);
  if (!due) {
    context.log.info(`${use.id}: unchanged; ConfigMap ${options.namespace}/${MEMORY} says what was uploaded`);
    return { changed: false, uploaded: before?.applications ?? [], images: [], log: "" };
  }
  const { applications } = due.contents;
  for (const { id, version } of applications) context.log.info(`${use.id}: ${id} ${version}`);
  await refuseBadKey(context, options);
  const python = await findPython(context);
  const root = await mkdtemp(join(await context.tempDir(), "applications-"));
  try {
    await writeFiles(root, due.files);
    const timeoutMs = use.timeoutMs ?? options.timeoutMs;
    const scripts: Scripts = { python, root, contents: due.contents, timeoutMs };
    const { images, log, doubtful } = await runScripts(context, scripts, due.next.registry, options);
    if (doubtful === undefined) await writeUploaded(kubernetes, options.namespace, due.next);
    else context.annotate("warning", doubt(doubtful, log));
    return { changed: true, uploaded: applications, images, log };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** What is to be uploaded; without `due` everything is as it was uploaded last. */
async function compare(
  { context, kubernetes }: UploadSession,
  use: ComponentUse,
  { apiUrl, namespace, names }: Pick<UploadOptions, "apiUrl" | "namespace" | "names">,
): Promise<{ before: Uploaded | undefined; due?: Due }> {
  const place = archivePlace(use, names, context);
  const registry = resolveText(use.imageRegistry ?? "", names, use.at)
    .trim()
    .replace(/\/+$/, "");
  const before = await readUploaded(kubernetes, namespace);
  const elsewhere = before ? movedReasons(before, apiUrl, registry) : [];
  const known = before?.source === place.id && elsewhere.length === 0 ? before.etag : undefined;
  const archive = await fetchArchive(context, place, known);
  if (archive === "unchanged") return { before };
  const isKnown = before?.archive === archive.sha256;
  if (isKnown && elsewhere.length === 0) return { before };
  const files = readZip(archive.bytes, place.name);
  const contents = contentsOf(files, place.name);
  const reasons = before
    ? [...(isKnown ? [] : archiveReasons(before, contents)), ...elsewhere]
    : ["nothing was uploaded yet"];
  const next = record(place, archive, contents, { registry, host: apiUrl });
  return { before, due: { archive, contents, files, reasons, next } };
}

function movedReasons(before: Uploaded, host: string, registry: string): string[] {
  return [
    ...(before.registry === registry
      ? []
      : [`imageRegistry ${before.registry || "none"} → ${registry || "none"}`]),
    ...(before.host === host ? [] : [`server ${before.host} → ${host}`]),
  ];
}

/** Which versions differ; an archive may also have changed without any. */
function archiveReasons(before: Uploaded, { applications }: Contents): string[] {
  const versions = new Map(before.applications.map(({ id, version }) => [id, version]));
  const changed = applications.flatMap(({ id, version }) => {
    const known = versions.get(id);
    return known === version
      ? []
      : [known === undefined ? `${id} ${version} is new` : `${id} ${known} → ${version}`];
  });
  return ["the archive has changed", ...changed];
}

function record(
  place: ArchivePlace,
  archive: Archive,
  { applications }: Contents,
  target: Pick<Uploaded, "registry" | "host">,
): Uploaded {
  const { sha256, etag } = archive;
  return { archive: sha256, source: place.id, ...(etag ? { etag } : {}), ...target, applications };
}

/** A key that the server refuses is told apart from a script that fails. */
async function refuseBadKey(context: Context, options: UploadOptions): Promise<void> {
  const { apiUrl: url, credentials, credentialSource: keySource } = options;
  await connectClearml({
    url,
    ...credentials,
    http: context.http,
    secrets: context.secrets,
    keySource,
  }).claims();
}

/** Unpacks into a folder of its own; names have been judged when the archive was read. */
async function writeFiles(root: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [path, bytes] of files) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { mode: 0o600, flag: "wx" });
  }
}

async function runScripts(
  context: Context,
  scripts: Scripts,
  registry: string,
  options: UploadOptions,
): Promise<{ images: readonly MirroredImage[]; log: string; doubtful?: string }> {
  const converted = registry === "" ? undefined : await convertImages(scripts, registry);
  if (converted && converted.code !== 0) {
    const log = await saveLog(context, [converted.output]);
    throw withLog(failed("convert_image_registry.py", converted), log);
  }
  const upload = await runUpload(scripts, options.apiUrl, options.credentials);
  const log = await saveLog(context, [converted?.output, upload.output]);
  context.log.info(`applications: the output of ClearML's scripts is in ${log}`);
  if (upload.code !== 0) throw withLog(failed("upload_apps.py", upload), log);
  const doubtful = troubleIn(upload.output);
  return { images: converted?.images ?? [], log, ...(doubtful === undefined ? {} : { doubtful }) };
}

async function saveLog(context: Context, outputs: readonly (string | undefined)[]): Promise<string> {
  const file = join(await context.outputDir(), "applications.log");
  const text = outputs.filter((output) => output !== undefined).join("\n");
  await writeFile(file, context.secrets.redact(text), { mode: 0o600 });
  return file;
}

function withLog(failure: UserError, log: string): UserError {
  const problems = failure.problems.map((each) => ({
    ...each,
    hint: `${each.hint ?? "see its output"} (${log})`,
  }));
  return new UserError(problems, { kind: failure.kind, cause: failure });
}

/** What the script's exit code does not say: whether it reports failures is not documented. */
function troubleIn(output: string): string | undefined {
  return output
    .split(/\r?\n/)
    .find((line) => /^(Traceback \(most|\W*(error|failed|failure)\b)/i.test(line) && !/\b0\b/.test(line))
    ?.trim();
}

function doubt(line: string, log: string) {
  return {
    message: `the applications may not all be uploaded: ClearML's script ended well, but said "${line}"`,
    hint: `look into ${log}; the next run uploads them again`,
  };
}
