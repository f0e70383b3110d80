import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative as pathTo, sep } from "node:path";
import type { Location } from "../../core/errors.ts";
import { isMap } from "../../overrides/merge.ts";
import { lineStarts, toLocation } from "../../yaml/places.ts";
import { type Path, parseYaml, type YamlSource } from "../../yaml/source.ts";
import { type SimpleCommand, type Statement, statementsOf, type Word } from "./shell.ts";

/** One command of a shell script: a `run:` block of a workflow, or a `.sh` file. A pipeline is one command. */
export interface ShellCommand {
  file: string;
  /** The command with its continued lines, as written. */
  text: string;
  /** The commands of its pipeline; their words stand at offsets of `text`. */
  stages: readonly SimpleCommand[];
  /** The place of a range of `text`. */
  locate(start: number, end: number): Location;
}

/** Bounds of what is read: beyond them are no workflows a person wrote. */
const MAX_FILES = 300;
const MAX_BYTES = 512 * 1024;
const MAX_DEPTH = 6;

/**
 * The workflows, composite actions and scripts beside an environment, by their names.
 * @param folder the environment's folder, whose scripts are read
 * @param workspace where `.github` is; files are named relative to it, and links that lead out of it are not followed
 */
export async function readCommandTexts(folder: string, workspace = folder): Promise<Map<string, string>> {
  const paths = await findCommandFiles(folder, workspace);
  const texts = await Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      const text = await readFile(path, "utf8").catch(() => "");
      return [pathTo(workspace, path).split(sep).join("/"), text.replace(/^\uFEFF/, "")];
    }),
  );
  return new Map(texts);
}

/** `.github/workflows/*.yml`, the composite actions below `.github/actions`, and the scripts beside the environment. */
export async function findCommandFiles(folder: string, workspace = folder): Promise<string[]> {
  const root = await realpath(workspace);
  const found = [
    ...(await filesIn(join(workspace, ".github", "workflows"), /\.ya?ml$/i, 0)),
    ...(await filesIn(join(workspace, ".github", "actions"), /^action\.ya?ml$/i, MAX_DEPTH)),
    ...(await filesIn(folder, /\.sh$/i, 0)),
  ].slice(0, MAX_FILES);
  const fits = await Promise.all(found.map((path) => isFit(path, root)));
  return found.filter((_, index) => fits[index]);
}

/** Files of a folder and the folders below it, sorted; none when it is not there. */
async function filesIn(folder: string, name: RegExp, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (paths.length >= MAX_FILES) break;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0) paths.push(...(await filesIn(path, name, depth - 1)));
    else if (!entry.isDirectory() && name.test(entry.name)) paths.push(path);
  }
  return paths;
}

/** Whether a path is a file of sensible size within the workspace, also when a link stands in between. */
async function isFit(path: string, root: string): Promise<boolean> {
  try {
    const [real, stats] = await Promise.all([realpath(path), stat(path)]);
    return (
      stats.isFile() && stats.size <= MAX_BYTES && real.startsWith(root.endsWith(sep) ? root : root + sep)
    );
  } catch {
    return false;
  }
}

/** The commands of a workflow (`run:` blocks) or a shell script. */
export function commandsOf(file: string, text: string): ShellCommand[] {
  if (/\.ya?ml$/i.test(file)) return workflowCommands(file, text);
  let lines: number[] | undefined;
  return commandsIn(file, text, (start, end) => {
    lines ??= lineStarts(text);
    return toLocation(file, lines, start, end);
  });
}

function commandsIn(
  file: string,
  script: string,
  locate: (start: number, end: number) => Location,
): ShellCommand[] {
  return statementsOf(script).map((statement) => ({
    file,
    text: script.slice(statement.start, statement.end),
    stages: relative(statement),
    locate: (start, end) => locate(statement.start + start, statement.start + end),
  }));
}

/** Offsets of words count from the start of their command. */
function relative({ start, stages }: Statement): SimpleCommand[] {
  const move = (word: Word): Word => ({ text: word.text, start: word.start - start, end: word.end - start });
  return stages.map(({ words, redirects }) => ({
    words: words.map(move),
    redirects: redirects.map(({ operator, target }) => ({ operator, target: move(target) })),
  }));
}

function workflowCommands(file: string, text: string): ShellCommand[] {
  if (!/\brun["']?\s*:/.test(text)) return [];
  const source = parseYaml(text, file);
  return runBlocks(source.value, []).flatMap(({ script, path }) =>
    commandsIn(file, script, scalarLocator(source, path, script)),
  );
}

/** The scripts of `steps` whose shell is bash or sh, at any depth: of jobs, and of composite actions. */
function runBlocks(value: unknown, path: Path): { script: string; path: Path }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => runBlocks(item, [...path, index]));
  if (!isMap(value)) return [];
  const shell = typeof value.shell === "string" ? value.shell : "bash";
  if (typeof value.run === "string" && path.at(-2) === "steps")
    return /^(ba|da|z)?sh\b/.test(shell) ? [{ script: value.run, path: [...path, "run"] }] : [];
  return Object.entries(value).flatMap(([key, item]) => runBlocks(item, [...path, key]));
}

/** Finds ranges of a scalar's value in the file, whatever its style: only blanks and escapes differ from what is written. */
export function scalarLocator(source: YamlSource, path: Path, value: string) {
  let offsets: number[] | undefined;
  return (start: number, end: number): Location => {
    offsets ??= offsetsOf(source, path, value);
    const from = offsets[start];
    const to = offsets[Math.max(end - 1, start)];
    if (from === undefined || to === undefined) return source.locate(path);
    return source.locateRange(from, to + 1);
  };
}

/** The offset in the file of every character of a scalar. */
function offsetsOf({ document, text }: YamlSource, path: Path, value: string): number[] {
  const node = document.getIn(path, true) as { range?: [number, number, number]; type?: string } | undefined;
  const [start = 0, end = 0] = node?.range ?? [];
  let at = start;
  if (node?.type?.startsWith("BLOCK")) at = text.indexOf("\n", start) + 1;
  if (node?.type?.startsWith("QUOTE")) at = start + 1;
  const offsets: number[] = [];
  for (const unit of value.split("")) {
    // What is written and not part of the value: indentation, and the marks of quoting.
    while (at < end && text[at] !== unit && /[\s\\'"]/.test(text[at] ?? "") && !isEscape(text, at, unit))
      at++;
    offsets.push(at);
    if (text[at] === unit) at++;
    else if (isEscape(text, at, unit)) at += 2;
  }
  return offsets;
}

/** Whether a blank of the value is written as an escape, such as `\n`. */
function isEscape(text: string, at: number, unit: string): boolean {
  return /\s/.test(unit) && text[at] === "\\" && /[nrt]/.test(text[at + 1] ?? "");
}
