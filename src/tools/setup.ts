import { resolve } from "node:path";
import type { Context } from "../core/context.ts";
import { errorMessage, joinFailures, UserError } from "../core/errors.ts";
import { readRegularFile } from "../core/files.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import { type ChecksumLine, parseChecksums } from "./checksums.ts";
import type { Source } from "./fetch.ts";
import { type InstalledTool, installTool } from "./install.ts";
import { platformOf } from "./platforms.ts";
import { PUBLISHERS, TOOLS, type ToolId } from "./publishers.ts";
import { type FileVersions, parseVersionFile } from "./version-file.ts";
import { resolveVersion, type WantedVersion } from "./versions.ts";

/** The inputs that say which tools and from where. */
export type ToolInputs = Readonly<Partial<Record<`${ToolId}-version`, string | undefined>>> & {
  readonly "version-file"?: string | undefined;
  readonly mirror?: string | undefined;
  readonly "mirror-token"?: string | undefined;
  readonly checksums?: string | undefined;
};

export interface ToolOutputs {
  "helm-version"?: string;
  "helm-path"?: string;
  "kubectl-version"?: string;
  "kubeconform-version"?: string;
  "cache-hit"?: string;
}

export type InstalledTools = Readonly<Record<ToolId, InstalledTool>>;

/**
 * Installs all tools side by side, puts them on PATH and fills `outputs`, also for those that succeed while another
 * fails.
 * @throws UserError with the problems of every tool that failed
 */
export async function installTools(
  context: Context,
  inputs: ToolInputs,
  outputs: ToolOutputs,
  archives: ArchiveCache,
): Promise<InstalledTools> {
  const source = await readSource(inputs);
  const wanted = wantedVersions(inputs, await readVersionFile(inputs["version-file"]));
  const results = await Promise.allSettled(
    wanted.map((each) => installTool(context, each, source, archives)),
  );
  const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  for (const { tool, version, path } of done) {
    outputs[`${tool}-version`] = version;
    if (tool === "helm") outputs["helm-path"] = path;
  }
  throwFirst(results);
  outputs["cache-hit"] = String(done.every(({ origin }) => origin !== "download"));
  for (const { origin, folder } of done) if (origin !== "PATH") context.addPath(folder);
  return Object.fromEntries(done.map((each) => [each.tool, each])) as Record<ToolId, InstalledTool>;
}

/** The versions to install: the input, else the version file, else the default. All wrong ones in one error. */
export function wantedVersions(inputs: ToolInputs, file: FileVersions): WantedVersion[] {
  const attempts = TOOLS.map((tool): PromiseSettledResult<WantedVersion> => {
    const input = inputs[`${tool}-version`];
    const from = input ? `\`${tool}-version\`` : file[tool] ? "`version-file`" : "default";
    const request = input ?? file[tool] ?? PUBLISHERS[tool].defaultVersion;
    try {
      return { status: "fulfilled", value: resolveVersion(tool, request, from) };
    } catch (reason) {
      return { status: "rejected", reason };
    }
  });
  throwFirst(attempts);
  return attempts.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

/** Throws the failures as one error; wrong input outweighs a failed server. */
function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const reasons = results.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  const failure = joinFailures(reasons, (errors) =>
    errors.some(({ kind }) => kind === "input") ? "input" : "cluster",
  );
  if (failure !== undefined) throw failure;
}

async function readSource(inputs: ToolInputs): Promise<Source> {
  const { mirror } = inputs;
  if (mirror !== undefined && !/^https?:\/\/[^/]/.test(mirror)) {
    throw new UserError({
      message: `input \`mirror\`: \`${mirror}\` is no http(s) address`,
      hint: "write the base URL below which the publishers' paths lie, such as https://mirror.example.com/tools",
    });
  }
  return {
    platform: platformOf(process.platform, process.arch),
    ...(mirror ? { mirror } : {}),
    ...(inputs["mirror-token"] ? { mirrorToken: inputs["mirror-token"] } : {}),
    checksums: await readChecksums(inputs.checksums),
  };
}

async function readVersionFile(file: string | undefined): Promise<FileVersions> {
  return file === undefined ? {} : parseVersionFile(await readInputFile("version-file", file), file);
}

async function readChecksums(file: string | undefined): Promise<ChecksumLine[]> {
  if (file === undefined) return [];
  const sums = parseChecksums(await readInputFile("checksums", file)).filter(({ name }) => name);
  if (sums.length > 0) return sums;
  throw new UserError({
    message: `input \`checksums\`: ${file} holds no line of the form \`sha256  path\``,
    hint: "write it with sha256sum in the folder that the mirror serves",
  });
}

async function readInputFile(input: string, file: string): Promise<string> {
  try {
    return (await readRegularFile(resolve(file), resolve())).toString("utf8");
  } catch (thrown) {
    throw new UserError(
      {
        message: `input \`${input}\`: ${file} cannot be read: ${errorMessage(thrown)}`,
        hint: "correct the path",
      },
      { cause: thrown },
    );
  }
}
