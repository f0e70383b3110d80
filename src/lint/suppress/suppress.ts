import type { Location } from "../../core/errors.ts";
import { nearestHint } from "../../yaml/nearest.ts";
import type { Finding, Hit, Rule } from "../model.ts";
import { SUPPRESSION_EXPIRED, SUPPRESSION_INVALID, SUPPRESSION_UNUSED } from "../rules/suppressions/index.ts";
import { shellComments, yamlComments } from "./comments.ts";
import { type Directive, isDay, readDirective, WORD } from "./directive.ts";

/** A file that was linted. */
export interface LintedText {
  file: string;
  text: string;
  kind: "yaml" | "shell";
}

export interface Suppressing {
  texts: Iterable<LintedText>;
  rules: readonly Rule[];
  /** Rules that looked at everything they can look at; others may find something another time. */
  complete: ReadonlySet<string>;
  /** Such as `2026-11-21`. */
  today: string;
}

export interface Suppressed<F> {
  kept: F[];
  silenced: { found: F; reason: string }[];
  /** What is wrong with the comments themselves. */
  hits: { rule: Rule; hit: Hit }[];
}

/** A name in a suppression that is a rule, and whether it silenced anything. */
interface Silence {
  directive: Directive;
  file: string;
  rule: Rule;
  at: Location;
  isUsed: boolean;
}

/** Takes out the findings that a comment on their line, or on a line of its own above, says to ignore. */
export function suppress<F extends Pick<Finding, "rule" | "file" | "line">>(
  found: readonly F[],
  options: Suppressing,
): Suppressed<F> {
  const hits: Suppressed<F>["hits"] = [];
  const silences = new Map<string, Silence[]>();
  for (const { file, text, kind } of options.texts) {
    if (!text.includes(WORD)) continue;
    const comments = kind === "yaml" ? yamlComments(text, WORD) : shellComments(text, WORD);
    const directives = comments.flatMap((comment) => readDirective(comment) ?? []);
    const inFile = directives.flatMap((directive) => silencesOf(directive, file, options, hits));
    if (inFile.length > 0) silences.set(file, inFile);
  }
  const kept: F[] = [];
  const silenced: Suppressed<F>["silenced"] = [];
  for (const each of found) {
    const by = silences.get(each.file)?.filter((silence) => isAbout(silence, each)) ?? [];
    for (const silence of by) silence.isUsed = true;
    if (by[0]) silenced.push({ found: each, reason: by[0].directive.reason });
    else kept.push(each);
  }
  for (const silence of [...silences.values()].flat()) {
    if (!silence.isUsed && options.complete.has(silence.rule.slug)) hits.push(unused(silence));
  }
  return { kept, silenced, hits };
}

function isAbout({ rule, directive }: Silence, finding: Pick<Finding, "rule" | "line">): boolean {
  const [from, to] = directive.comment.covers;
  return finding.rule === rule.slug && finding.line >= from && finding.line <= to;
}

/** The rules a comment silences; what is wrong with it is added to `hits`. */
function silencesOf(
  directive: Directive,
  file: string,
  { rules, today }: Suppressing,
  hits: Suppressed<unknown>["hits"],
): Silence[] {
  const { comment, reason, until } = directive;
  const at = (column: number, length: number): Location => ({
    file,
    line: comment.line,
    column,
    endLine: comment.line,
    endColumn: column + length,
  });
  const whole = at(comment.column, comment.text.length);
  const refuse = (rule: Rule, message: string, hint: string, place = whole) =>
    void hits.push({ rule, hit: { message, hint, at: place } });
  const form = `write \`# ${WORD} <rule> <reason> until=YYYY-MM-DD\`; until is optional`;
  if (directive.rules.length === 0) refuse(SUPPRESSION_INVALID, "the suppression names no rule", form);
  else if (reason === "")
    refuse(SUPPRESSION_INVALID, "the suppression gives no reason, so nobody can judge it later", form);
  else if (until !== undefined && !isDay(until))
    refuse(SUPPRESSION_INVALID, `\`until=${until}\` is no day`, "write it as until=2027-01-31");
  else if (until !== undefined && until < today)
    refuse(
      SUPPRESSION_EXPIRED,
      `the suppression held until ${until}`,
      "repair what it hides, or give it a new day",
    );
  else {
    return directive.rules.flatMap(({ name, column }): Silence[] => {
      const rule = rules.find(({ slug, id }) => slug === name || id === name.toUpperCase());
      const place = at(column, name.length);
      if (rule) return [{ directive, file, rule, at: place, isUsed: false }];
      const names = rules.map(({ slug }) => slug);
      refuse(
        SUPPRESSION_INVALID,
        `there is no rule \`${name}\``,
        nearestHint(name, names, "name a rule by its slug or number"),
        place,
      );
      return [];
    });
  }
  return [];
}

function unused({ rule, at }: Silence): { rule: Rule; hit: Hit } {
  const message = `\`${rule.slug}\` finds nothing here`;
  return { rule: SUPPRESSION_UNUSED, hit: { message, hint: "remove the suppression", at } };
}
