import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Location, Problem } from "../core/errors.ts";
import { isBelow } from "../core/files.ts";
import { isWild, matchesName, parseGlob } from "../yaml/glob.ts";
import { isUnread, readYamlFile } from "../yaml/read.ts";
import type { YamlSource } from "../yaml/source.ts";

/** Reads the files of an environment, each once, and gathers what is wrong on the way. */
export interface Reader {
  readonly cwd: string;
  /** Where files may lie: whoever writes them must not read what else is on the machine. */
  readonly within: readonly string[];
  readonly problems: Problem[];
  readonly sources: Map<string, YamlSource>;
}

/** @param file absolute path of `clearml.yaml`; whoever starts us may have named one elsewhere */
export function createReader(cwd: string, file: string): Reader {
  return { cwd, within: [repositoryOf(cwd), repositoryOf(dirname(file))], problems: [], sources: new Map() };
}

/** The checkout that a folder is part of; the folder itself where there is none. */
function repositoryOf(folder: string): string {
  for (let each = folder; each !== dirname(each); each = dirname(each)) {
    if (existsSync(join(each, ".git"))) return each;
  }
  return folder;
}

/** A path as the user knows it: relative to the working folder, with forward slashes. */
export function displayPath(reader: Reader, path: string): string {
  return relative(reader.cwd, path).split(sep).join("/") || basename(path);
}

/** A path written in a file, made absolute. */
export function pathFrom(reader: Reader, source: YamlSource, written: string): string {
  return isAbsolute(written) ? written : resolve(reader.cwd, dirname(source.file), written);
}

/** A parsed file; undefined, with a problem noted by `missing`, when it cannot be read. */
export function readYaml(
  reader: Reader,
  path: string,
  missing: (reason: string) => Problem,
): YamlSource | undefined {
  const known = reader.sources.get(path);
  if (known) return known;
  const root = rootOf(reader, path);
  const read = root ? readYamlFile(path, displayPath(reader, path), root) : { reason: OUTSIDE };
  if (isUnread(read)) {
    reader.problems.push(missing(read.reason));
    return undefined;
  }
  reader.sources.set(path, read);
  return read;
}

const OUTSIDE = "lies outside of the repository";

function rootOf({ within }: Reader, path: string): string | undefined {
  return within.find((folder) => isBelow(path, folder));
}

/**
 * The files of a glob, sorted. A pattern whose folder does not exist is a problem, and so is one that leads out of the
 * repository; an empty folder is not.
 */
export function globFiles(reader: Reader, source: YamlSource, pattern: string, at: Location): string[] {
  const absolute = resolve(pathFrom(reader, source, pattern));
  const root = rootOf(reader, absolute);
  const glob = root && parseGlob(relative(root, absolute).split(sep).join("/"));
  const problem = (message: string, hint: string) => reader.problems.push({ message, hint, at });
  if (!root || !glob) {
    const what = root ? "stands for too many patterns" : OUTSIDE;
    problem(
      `\`tenants\`: \`${pattern}\` ${what}`,
      "write one pattern within the repository, such as tenants/*.yaml",
    );
    return [];
  }
  for (const names of glob) {
    const folder = join(root, ...names.slice(0, -1).slice(0, wildAt(names)));
    if (!statSync(folder, { throwIfNoEntry: false })) {
      problem(
        `\`tenants\`: ${displayPath(reader, folder)} does not exist`,
        "create it, or correct the path; it is relative to this file",
      );
    } else if (isElsewhere(folder, root)) {
      problem(
        `\`tenants\`: ${displayPath(reader, folder)} is a link that leads out of the working folder`,
        "put the files themselves there",
      );
      return [];
    }
  }
  return [...new Set(glob.flatMap((names) => filesOf(root, names, { root, seen: new Set() })))].sort();
}

/** Where the first name that is a pattern stands. */
function wildAt(names: readonly string[]): number {
  const index = names.findIndex(isWild);
  return index < 0 ? names.length : index;
}

interface Walk {
  root: string;
  /** Folders with what is left of the pattern: `**` leads to each in many ways. */
  seen: Set<string>;
}

/** Whether a folder that is there leads out of another by a link. */
function isElsewhere(folder: string, root: string): boolean {
  return existsSync(folder) && !isBelow(realpathSync.native(folder), realpathSync.native(root));
}

/** Files below a folder, by the names of a pattern. Folders that are links are entered where they are named only. */
function filesOf(folder: string, names: readonly string[], walk: Walk): string[] {
  const [name, ...rest] = names;
  const place = `${names.length} ${folder}`;
  if (name === undefined || walk.seen.has(place) || isElsewhere(folder, walk.root)) return [];
  walk.seen.add(place);
  if (name !== "**" && !isWild(name)) {
    const path = join(folder, name);
    return rest.length > 0 ? filesOf(path, rest, walk) : existsSync(path) ? [path] : [];
  }
  const entries = readFolder(folder);
  if (name !== "**") {
    return entries
      .filter((entry) => matchesName(name, entry.name) && (rest.length === 0 || entry.isDirectory()))
      .flatMap((entry) => {
        const path = join(folder, entry.name);
        return rest.length > 0 ? filesOf(path, rest, walk) : [path];
      });
  }
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const below = folders.flatMap((entry) => filesOf(join(folder, entry.name), names, walk));
  return [...filesOf(folder, rest, walk), ...below];
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
