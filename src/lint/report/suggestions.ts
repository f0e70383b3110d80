import { posix } from "node:path";
import { fenced, withCode } from "../../core/markdown.ts";
import type { Finding } from "../model.ts";
import { type LineChange, lineChange, mayBeShown } from "./repair-text.ts";

/** A comment of a review, as GitHub's API takes it. */
export interface ReviewComment {
  path: string;
  line: number;
  side: "RIGHT";
  start_line?: number;
  start_side?: "RIGHT";
  body: string;
}

/** Lines of the new side of a pull request's diff, by file: their numbers and texts. */
export type DiffLines = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Comments of one review; people read no more, and the next run makes the rest. */
const MOST = 50;
const MARKER = /<!-- clearml-lint:([0-9a-f]+) -->/g;

/** The lines that a patch shows of the new file. */
export function linesOfPatch(patch: string): Map<number, string> {
  const lines = new Map<number, string>();
  let next = 0;
  for (const line of patch.split("\n")) {
    const start = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(line)?.[1];
    if (start !== undefined) next = Number(start);
    else if (line.startsWith("+") || line.startsWith(" "))
      lines.set(next++, line.slice(1).replace(/\r$/, ""));
  }
  return lines;
}

/** The findings that comments are about already. */
export function markedIn(bodies: readonly string[]): Set<string> {
  return new Set(
    bodies.flatMap((body) => [...body.matchAll(MARKER)].map(([, fingerprint]) => fingerprint ?? "")),
  );
}

export interface SuggestionParts {
  findings: readonly Finding[];
  texts: ReadonlyMap<string, string>;
  diff: DiffLines;
  /** Fingerprints that have a comment already. */
  marked: ReadonlySet<string>;
  /** Working folder within the repository, such as `clusters/eu/`; empty at its top. */
  prefix: string;
}

/** Repairs as comments with a suggestion, where the lines they change are part of the diff as they are here. */
export function suggestionsOf({ findings, texts, diff, marked, prefix }: SuggestionParts): ReviewComment[] {
  const taken = new Set<string>();
  const comments = findings.flatMap((finding): ReviewComment[] => {
    const change = marked.has(finding.fingerprint) ? undefined : lineChange(finding, texts);
    if (!change || !mayBeShown(change, findings)) return [];
    const path = posix.join(prefix, change.file);
    const lines = diff.get(path);
    const isInDiff = change.before.every((text, index) => lines?.get(change.from + index) === text);
    const place = `${path}:${change.from}`;
    if (!isInDiff || taken.has(place)) return [];
    taken.add(place);
    return [comment(finding, change, path)];
  });
  return comments.slice(0, MOST);
}

function comment(finding: Finding, { from, to, after }: LineChange, path: string): ReviewComment {
  const { id, rule, docs, message, fingerprint } = finding;
  return {
    path,
    line: to,
    side: "RIGHT",
    ...(from < to ? { start_line: from, start_side: "RIGHT" as const } : {}),
    body: `[${id} ${rule}](${docs}): ${withCode(message)}\n\n${fenced("suggestion", after)}\n<!-- clearml-lint:${fingerprint} -->`,
  };
}
