import type { Location } from "../../core/errors.ts";
import type { Path, YamlSource } from "../../yaml/source.ts";
import type { Entry } from "../model.ts";

/** The characters of a file as they stand there, for rules about how something is written. */

/** The file whose lines were asked for last: rules go from entry to entry of one file. */
let last: { source: YamlSource; lines: readonly string[] } | undefined;

/** The lines of a file. */
export function linesOf(source: YamlSource): readonly string[] {
  if (last?.source !== source) last = { source, lines: source.text.split("\n") };
  return last.lines;
}

/** What stands at a place; undefined when it takes several lines. */
export function writtenAt(source: YamlSource, at: Location): string | undefined {
  if (at.endLine !== at.line) return undefined;
  return linesOf(source)[at.line - 1]?.slice(at.column - 1, (at.endColumn ?? at.column) - 1);
}

/** What follows a place on its last line. */
export function restOfLine(source: YamlSource, at: Location): string {
  return linesOf(source)[(at.endLine ?? at.line) - 1]?.slice((at.endColumn ?? at.column) - 1) ?? "";
}

/** The first match of an expression within a place, as a place of its own. */
export function findWithin(source: YamlSource, at: Location, expression: RegExp): Location | undefined {
  const { line, column, endLine = line, endColumn = column } = at;
  for (let number = line; number <= endLine; number++) {
    const text = linesOf(source)[number - 1] ?? "";
    const from = number === line ? column - 1 : 0;
    const found = expression.exec(text.slice(from, number === endLine ? endColumn - 1 : undefined));
    if (found) {
      const start = from + found.index + 1;
      return {
        file: source.file,
        line: number,
        column: start,
        endLine: number,
        endColumn: start + found[0].length,
      };
    }
  }
  return undefined;
}

/** The whole path of an entry within its file, as changes need it. */
export function pathInFile({ layer, path }: Entry): Path {
  return [...layer.path, ...path];
}
