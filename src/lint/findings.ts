import { createHash } from "node:crypto";
import type { Level } from "../core/host.ts";
import { editsOf } from "./fix/edits.ts";
import type { Finding, Fix, Hit, Rule } from "./model.ts";

/** Folder of the rules' pages. */
const DOCS = "https://github.com/clearml/actions/blob/v1/actions/lint-overrides/rules";

const LONGEST = 1000;

/** A finding before it is known whether its repair can be made. */
export interface Found extends Omit<Finding, "fix" | "fingerprint"> {
  repair?: Fix;
}

/** What a rule says as a finding. A severity set by the user holds for every hit of the rule. */
export function toFound(rule: Rule, hit: Hit, severity: Level | undefined): Found {
  const { file, line, column, endLine = line, endColumn = column } = hit.at;
  return {
    rule: rule.slug,
    id: rule.id,
    severity: severity ?? hit.severity ?? rule.severity,
    message: shortened(hit.hint ? `${hit.message}; ${hit.hint}` : hit.message),
    file,
    line,
    column,
    endLine,
    endColumn,
    ...(hit.related
      ? {
          related: hit.related.map(({ at, message }) => ({
            file: at.file,
            line: at.line,
            column: at.column,
            message,
          })),
        }
      : {}),
    ...(hit.fix ? { repair: hit.fix } : {}),
    docs: docsOf(rule),
  };
}

/** A message that repeats a huge value helps nobody. */
function shortened(message: string): string {
  return message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
}

/** Address of a rule's page. */
export function docsOf({ slug }: Pick<Rule, "slug">): string {
  return `${DOCS}/${slug}.md`;
}

/** Findings by place, each once: a file that many tenants share is linted with each of them. */
export function uniqueByPlace(all: readonly Found[]): Found[] {
  const unique = new Map(
    all.map((each) => [JSON.stringify([each.rule, each.file, each.line, each.column, each.message]), each]),
  );
  return [...unique.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.id, b.id),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The fingerprint of each finding. Those of one rule on lines of one text are told apart by their order. */
export function fingerprintsOf(
  found: readonly Found[],
  textOf: (file: string) => string | undefined,
): Map<Found, string> {
  const lines = new Map<string, readonly string[]>();
  const seen = new Map<string, number>();
  const fingerprint = (each: Found): string => {
    const { rule, file, line } = each;
    const inFile = lines.get(file) ?? (textOf(file) ?? "").split("\n");
    lines.set(file, inFile);
    const context = (inFile[line - 1] ?? "").trim().replaceAll(/\s+/g, " ");
    const key = JSON.stringify([rule, file, context]);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return createHash("sha256").update(`${key} ${before}`).digest("hex").slice(0, 32);
  };
  return new Map(found.map((each) => [each, fingerprint(each)]));
}

/** A finding as reported, with its repair as edits where these do exactly what it says. */
export function toFinding({ repair, docs, ...found }: Found, fingerprint: string): Finding {
  const edits = repair && editsOf(repair.changes);
  return {
    ...found,
    ...(repair && edits ? { fix: { description: repair.description, edits } } : {}),
    fingerprint,
    docs,
  };
}
