import { join } from "node:path";
import type { Credentials } from "../clearml/api.ts";
import { UserError } from "../core/errors.ts";
import { imagesToMirror, type MirroredImage } from "./images.ts";
import type { Contents } from "./packages.ts";
import type { Python, ScriptResult } from "./python.ts";

/** ClearML's scripts, unpacked. */
export interface Scripts {
  python: Python;
  /** Where the archive is unpacked. */
  root: string;
  contents: Contents;
  timeoutMs: number;
}

/** Lines of an output that are shown when a script fails. */
const LAST_LINES = 5;

/**
 * Rewrites the unpacked packages for another registry. They must be fresh: a second conversion would take the new
 * registry for the old one.
 * @throws UserError when the archive brings no converter, or one with other options
 */
export async function convertImages(
  scripts: Scripts,
  registry: string,
): Promise<ScriptResult & { images: MirroredImage[] }> {
  const { contents } = scripts;
  if (contents.convert === undefined) {
    throw new UserError({
      message: "`imageRegistry` is set, but the applications archive brings no convert_image_registry.py",
      hint: "ask ClearML for the archive with the script, or take `imageRegistry` out",
    });
  }
  const help = await helpOf(scripts, contents.convert);
  const option = ["--artifactory", "--repo"].find((each) => hasOption(help, each));
  if (option === undefined) throw unknownOptions(contents.convert, "--artifactory or --repo", help);
  const folder = join(scripts.root, contents.folder);
  const result = await run(scripts, contents.convert, ["--apps-dir", folder, option, registry]);
  return { ...result, images: imagesToMirror(result.output) };
}

/**
 * Uploads the unpacked packages. Scripts of two generations are known, told apart by their own `--help`.
 * @throws UserError when the script knows neither set of options
 */
export async function runUpload(
  scripts: Scripts,
  host: string,
  { accessKey, secretKey }: Credentials,
): Promise<ScriptResult> {
  const { upload, folder } = scripts.contents;
  const help = await helpOf(scripts, upload);
  const directory = ["--dir", join(scripts.root, folder), "-ml"];
  if (hasOption(help, "--key") && hasOption(help, "--secret")) {
    const command = hasOption(help, "--command") ? ["--command", "upload"] : [];
    const login = ["--host", host, "--key", accessKey, "--secret", secretKey];
    return run(scripts, upload, [...login, ...command, ...directory]);
  }
  if (hasOption(help, "--user") && hasOption(help, "--password")) {
    const login = ["--host", host, "--user", accessKey, "--password", secretKey];
    return run(scripts, upload, [...login, ...directory]);
  }
  throw unknownOptions(upload, "--key and --secret, or --user and --password", help);
}

/** The error for a script that ended with a code other than 0, with its last words. */
export function failed(script: string, { code, output }: ScriptResult): UserError {
  const module = /ModuleNotFoundError: No module named '([^'.]+)/.exec(output)?.[1];
  const hint = module
    ? `install it in a step before this one: \`pip install ${module}\``
    : code === 124
      ? "set a longer `timeout`"
      : "see its output";
  return new UserError(
    { message: `${nameOf(script)} ended with exit code ${code}: ${lastLines(output)}`, hint },
    { kind: "cluster" },
  );
}

async function helpOf(scripts: Scripts, script: string): Promise<string> {
  const result = await run(scripts, script, ["--help"]);
  if (result.code !== 0) throw failed(script, result);
  return result.output;
}

function run(scripts: Scripts, script: string, values: readonly string[]): Promise<ScriptResult> {
  const { python, root, timeoutMs } = scripts;
  return python.run({ script: join(root, script), arguments: values, cwd: root, timeoutMs });
}

function hasOption(help: string, option: string): boolean {
  return new RegExp(`(^|[\\s,[|])${option}(?![\\w-])`, "m").test(help);
}

function lastLines(output: string): string {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.slice(-LAST_LINES).join(" | ") || "it said nothing";
}

function unknownOptions(script: string, expected: string, help: string): UserError {
  return new UserError(
    {
      message: `${nameOf(script)} of this archive has other options than those known here (${expected})`,
      hint: `its help says: ${help.trim().split("\n")[0] ?? "nothing"}; upload the applications by hand and tell us`,
    },
    { kind: "cluster" },
  );
}

function nameOf(script: string): string {
  return script.split("/").at(-1) ?? script;
}
