import type { Comment } from "./comments.ts";

/** The word that makes a comment a suppression. */
export const WORD = "clearml-lint-ignore";

/** A suppression as written: `# clearml-lint-ignore rule, rule reason until=2027-01-31`. */
export interface Directive {
  comment: Comment;
  /** Rules by slug or number, with the column each stands at. */
  rules: readonly { name: string; column: number }[];
  reason: string;
  /** Last day it holds. */
  until?: string;
}

const FORM = new RegExp(`^#\\s*${WORD}(?![\\w-])(?<rest>.*)$`);
const RULES = /^\s*[\w-]+(?:\s*,\s*[\w-]+)*(?=\s|$)/;
const UNTIL = /(?:^|\s)until=(\S*)/;

/** Reads a comment; undefined when it is no suppression. */
export function readDirective(comment: Comment): Directive | undefined {
  const rest = FORM.exec(comment.text)?.groups?.rest;
  if (rest === undefined) return undefined;
  const start = comment.column + comment.text.length - rest.length;
  const list = RULES.exec(rest)?.[0] ?? "";
  const words = rest.slice(list.length);
  const until = UNTIL.exec(words)?.[1];
  return {
    comment,
    rules: [...list.matchAll(/[\w-]+/g)].map(({ 0: name, index }) => ({ name, column: start + index })),
    reason: words.replace(UNTIL, " ").trim().replaceAll(/\s+/g, " "),
    ...(until === undefined ? {} : { until }),
  };
}

/** Whether a text is a day of the calendar, such as `2027-01-31`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // A 31st of February would become another day.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
