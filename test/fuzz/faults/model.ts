import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../support/random.ts";
import type { Files } from "../../unit/environment/support.ts";

/** A mistake put into a good environment, and how the linter should put it. */
export interface Fault {
  family: string;
  what: string;
  files: Files;
  /** Where the mistake stands in `files`. */
  file: string;
  line: number;
  /** Any of these names it rightly. */
  rules: readonly string[];
}

/** A kind of mistake, made wherever it fits. */
export interface Operator {
  family: string;
  what: string;
  rules: readonly string[];
  /** Most places of one run; the seed chooses them. */
  most: number;
  /** Files it is made in; all override files when left out. */
  files?: RegExp;
  /** The line with the mistake; undefined where it does not fit. `rest` are the lines below. */
  spoil(
    line: string,
    context: { file: string; above: readonly string[]; random: Random },
  ): string | undefined;
  /** The mistake stands this many lines below the start of the spoilt line. */
  offset?: number;
}

/** A mistake at one place. */
export interface Spot {
  family: string;
  what: string;
  rules: readonly string[];
  file: string;
  /** Text that stands there once. */
  find: string;
  put: string;
  /** The line of this text is where the mistake is reported; that of `put` when left out. */
  at?: { file?: string; text: string };
}

/** What a spot takes beside its file. */
export type SpotArguments = [what: string, rules: string[], find: string, put: string, at?: Spot["at"]];

/** Makes the spots of one family. */
export function spotsOf(family: string) {
  return (file: string, ...[what, rules, find, put, at]: SpotArguments): Spot => ({
    family,
    file,
    what,
    rules,
    find,
    put,
    ...(at ? { at } : {}),
  });
}

/** The files of an environment below a folder. */
export function filesOf(folder: string): Files {
  return Object.fromEntries(
    globSync("**/*.yaml", { cwd: folder })
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  );
}

/** The faults an operator makes: each in a copy of the files with nothing else wrong. */
export function spoilt(files: Files, operator: Operator, random: Random): Fault[] {
  const faults = Object.entries(files)
    .filter(([file]) => operator.files?.test(file) ?? /^(overrides|tenants\/.*\/)/.test(file))
    .flatMap(([file, text]) => {
      const lines = text.split("\n");
      return lines.flatMap((line, index): Fault[] => {
        const spoiled = operator.spoil(line, { file, above: lines.slice(0, index), random });
        if (spoiled === undefined || spoiled === line) return [];
        const changed = [...lines.slice(0, index), spoiled, ...lines.slice(index + 1)].join("\n");
        const { family, what, rules, offset = 0 } = operator;
        return [
          {
            family,
            what: `${what}: ${spoiled.trim()}`,
            files: { ...files, [file]: changed },
            file,
            line: index + 1 + offset,
            rules,
          },
        ];
      });
    });
  while (faults.length > operator.most) faults.splice(random.integer(faults.length), 1);
  return faults;
}

/** The fault of a spot. Throws when its text is not there, or not once: the table is wrong then. */
export function spotted(files: Files, spot: Spot): Fault {
  const { family, what, rules, file, find, put, at } = spot;
  const text = files[file] ?? "";
  if (text.split(find).length !== 2)
    throw new Error(`${spot.what}: \`${find}\` stands ${text.split(find).length - 1} times in ${file}`);
  const changed = { ...files, [file]: text.replace(find, () => put) };
  const place = at?.file ?? file;
  const mark = at?.text ?? put;
  const offset = (changed[place] ?? "").indexOf(mark);
  if (offset < 0) throw new Error(`${spot.what}: \`${mark}\` is not in ${place}`);
  const line = (changed[place] ?? "").slice(0, offset).split("\n").length;
  return { family, what, files: changed, file: place, line, rules };
}
