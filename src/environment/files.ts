import { globSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { Location, Problem } from "../core/errors.ts";
import { isUnread, readYamlFile } from "../yaml/read.ts";
import type { YamlSource } from "../yaml/source.ts";

/** Reads the files of an environment, each once, and gathers what is wrong on the way. */
export interface Reader {
  readonly cwd: string;
  readonly problems: Problem[];
  readonly sources: Map<string, YamlSource>;
}

export function createReader(cwd: string): Reader {
  return { cwd, problems: [], sources: new Map() };
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
  const read = readYamlFile(path, displayPath(reader, path), reader.cwd);
  if (isUnread(read)) {
    reader.problems.push(missing(read.reason));
    return undefined;
  }
  reader.sources.set(path, read);
  return read;
}

/** The files of a glob, sorted. A pattern whose folder does not exist is a problem; an empty folder is not. */
export function globFiles(reader: Reader, source: YamlSource, pattern: string, at: Location): string[] {
  const absolute = pathFrom(reader, source, pattern).split(sep).join("/");
  const files = globSync(absolute).sort();
  const fixed = absolute.split("/");
  const firstWild = fixed.findIndex((part) => /[*?[{]/.test(part));
  const root = firstWild < 0 ? absolute : fixed.slice(0, firstWild).join("/") || "/";
  if (files.length === 0 && !statSync(root, { throwIfNoEntry: false })) {
    reader.problems.push({
      message: `\`tenants\`: ${displayPath(reader, root)} does not exist`,
      hint: "create it, or correct the path; it is relative to this file",
      at,
    });
  }
  return files;
}
