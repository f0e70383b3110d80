/** Splits a shell script into its commands. No shell: nothing is expanded or run, and what is unclear stays as written. */

/** A word of a command: quotes and continued lines taken out, expansions as written. */
export interface Word {
  text: string;
  /** Offsets in the text of the command. */
  start: number;
  end: number;
}

/** One command of a pipeline. */
export interface SimpleCommand {
  words: readonly Word[];
  /** Files it reads or writes, with the operator. */
  redirects: readonly { operator: string; target: Word }[];
}

/** A pipeline, from its first word to its last. */
export interface Statement {
  start: number;
  end: number;
  stages: readonly SimpleCommand[];
}

interface Token extends Word {
  kind: "word" | "redirect" | "pipe" | "end";
}

/** Commands within `$(…)` are looked at to this depth. */
const MAX_DEPTH = 8;

/** Blanks and continued lines; guides print the backslash twice, which continues nothing but is meant to. */
const BLANK = /(?:[ \t\r]|\\\r?\n|\\\\[ \t]*\r?\n(?=[ \t]*[^\s#]))+/y;
const NEWLINE = /\n/y;
const COMMENT = /#[^\n]*/y;
const HEREDOC = /<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([^\s'"<>;&|()]+))/y;
/** What guides print for the reader to replace; to the shell these would be redirects. */
const ANGLE = /<https?:\/\/[^\s<>]*>|<[A-Za-z][A-Za-z0-9_ -]{0,80}>/y;
const REDIRECT = /&>>?|\d*(?:<<<|>>|>\||[<>]&|<>|[<>])/y;
const OPERATOR = /&&|\|\||\|&|;;&?|[;&|()]/y;
const PLAIN = /[^\s'"\\$`;&|()<>]+/y;
const EXPRESSION = /\$\{\{[\s\S]{0,500}?\}\}|\$\{[^}\n]{0,500}\}|\$\w+|`[^`]{0,2000}`/y;
const SINGLE = /\$?'([^']*)'/y;
const ESCAPE = /\\(?:\r?\n|([\s\S]))/y;
const IN_DOUBLE = /[^"\\$`]+/y;

/** Words of the shell's own grammar that may stand before a command. */
const KEYWORDS = new Set(["if", "then", "else", "elif", "while", "until", "do", "!", "{", "time"]);
const CLOSING = new Set(["fi", "done", "esac", "}"]);

/** The commands of a script in their order; those within `$(…)` stand after the one they are part of. */
export function statementsOf(script: string, depth = 0): Statement[] {
  const nested: [start: number, end: number][] = [];
  const statements = parse(tokensOf(script, nested));
  if (depth >= MAX_DEPTH || nested.length === 0) return statements;
  const inner = nested.flatMap(([start, end]) =>
    statementsOf(script.slice(start, end), depth + 1).map((each) => shifted(each, start)),
  );
  return [...statements, ...inner].sort((a, b) => a.start - b.start || b.end - a.end);
}

function shifted({ start, end, stages }: Statement, by: number): Statement {
  const move = (word: Word): Word => ({ text: word.text, start: word.start + by, end: word.end + by });
  return {
    start: start + by,
    end: end + by,
    stages: stages.map(({ words, redirects }) => ({
      words: words.map(move),
      redirects: redirects.map(({ operator, target }) => ({ operator, target: move(target) })),
    })),
  };
}

function parse(tokens: Iterable<Token>): Statement[] {
  const statements: Statement[] = [];
  let range: { start: number; end: number } | undefined;
  let stages: { words: Word[]; redirects: { operator: string; target: Word }[] }[] = [];
  let redirect: string | undefined;
  const finish = () => {
    const kept = stages.filter(({ words, redirects }) => words.length + redirects.length > 0);
    if (range && kept.length > 0) statements.push({ ...range, stages: kept });
    [range, stages, redirect] = [undefined, [], undefined];
  };
  for (const { kind, text, start, end } of tokens) {
    if (kind === "end") {
      finish();
      continue;
    }
    const stage = stages.at(-1);
    if (kind === "word" && !stage?.words.length && redirect === undefined) {
      if (KEYWORDS.has(text) || CLOSING.has(text)) continue;
    }
    range = { start: range?.start ?? start, end };
    if (kind === "pipe" || !stage) stages.push({ words: [], redirects: [] });
    if (kind === "redirect") redirect = text;
    if (kind !== "word") continue;
    const word = { text, start, end };
    if (redirect === undefined) stages.at(-1)?.words.push(word);
    else stages.at(-1)?.redirects.push({ operator: redirect, target: word });
    redirect = undefined;
  }
  finish();
  return statements;
}

/** Matches an expression at an offset. */
function match(expression: RegExp, script: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(script);
}

function* tokensOf(script: string, nested: [number, number][]): Generator<Token> {
  const heredocs: { delimiter: string; indented: boolean }[] = [];
  let at = 0;
  const token = (kind: Token["kind"], text: string): Token => {
    const start = at;
    at += text.length;
    return { kind, text, start, end: at };
  };
  while (at < script.length) {
    const skipped = match(BLANK, script, at) ?? match(COMMENT, script, at);
    if (skipped) {
      at += skipped[0].length;
      continue;
    }
    if (match(NEWLINE, script, at)) {
      yield token("end", "\n");
      for (const heredoc of heredocs.splice(0)) at = afterHeredoc(script, at, heredoc);
      continue;
    }
    const heredoc = match(HEREDOC, script, at);
    if (heredoc) {
      heredocs.push({
        delimiter: heredoc[2] ?? heredoc[3] ?? heredoc[4] ?? "",
        indented: heredoc[1] === "-",
      });
      yield { ...token("redirect", heredoc[0]), text: "<<" };
      yield { kind: "word", text: heredoc[0], start: at - heredoc[0].length, end: at };
      continue;
    }
    const redirect = match(ANGLE, script, at) ? null : match(REDIRECT, script, at);
    if (redirect) {
      yield token("redirect", redirect[0]);
      continue;
    }
    const operator = match(OPERATOR, script, at)?.[0];
    if (operator !== undefined) {
      yield token(operator === "|" || operator === "|&" ? "pipe" : "end", operator);
      continue;
    }
    const word = wordAt(script, at, nested);
    at = word.end;
    yield { kind: "word", ...word };
  }
}

/** The offset after the body of a here-document; the end of the script when its delimiter is missing. */
function afterHeredoc(
  script: string,
  at: number,
  { delimiter, indented }: { delimiter: string; indented: boolean },
): number {
  let start = at;
  while (start < script.length) {
    const next = script.indexOf("\n", start);
    const end = next < 0 ? script.length : next;
    const line = script.slice(start, end).replace(/\r$/, "");
    if ((indented ? line.replace(/^\t+/, "") : line) === delimiter) return end;
    start = end + 1;
  }
  return script.length;
}

function wordAt(script: string, start: number, nested: [number, number][]): Word {
  let at = start;
  let text = "";
  while (at < script.length) {
    const piece = pieceAt(script, at, nested);
    if (piece === undefined) break;
    text += piece.text;
    at = piece.end;
  }
  // A character that is part of nothing, such as a lone `$`, must not be met for ever.
  if (at === start) return { text: script.charAt(at), start, end: at + 1 };
  return { text, start, end: at };
}

/** A part of a word; undefined at its end. */
function pieceAt(
  script: string,
  at: number,
  nested: [number, number][],
): { text: string; end: number } | undefined {
  if (script.startsWith("$(", at)) return substitutionAt(script, at, nested);
  if (script[at] === '"') return doubleQuoted(script, at, nested);
  const single = match(SINGLE, script, at);
  if (single) return { text: single[1] ?? "", end: at + single[0].length };
  const escaped = match(ESCAPE, script, at);
  if (escaped) return { text: escaped[1] ?? "", end: at + escaped[0].length };
  const plain =
    match(EXPRESSION, script, at) ??
    match(ANGLE, script, at) ??
    match(PLAIN, script, at) ??
    match(/\$/y, script, at);
  return plain ? { text: plain[0], end: at + plain[0].length } : undefined;
}

function doubleQuoted(script: string, start: number, nested: [number, number][]) {
  let at = start + 1;
  let text = "";
  while (at < script.length && script[at] !== '"') {
    const escaped = match(ESCAPE, script, at);
    const piece = script.startsWith("$(", at)
      ? substitutionAt(script, at, nested)
      : escaped
        ? { text: unescaped(escaped), end: at + escaped[0].length }
        : plainInDouble(script, at);
    text += piece.text;
    at = piece.end;
  }
  return { text, end: Math.min(at + 1, script.length) };
}

/** Within double quotes a backslash escapes only what would mean something there. */
function unescaped(escaped: RegExpExecArray): string {
  const character = escaped[1];
  if (character === undefined) return "";
  return /["\\$`]/.test(character) ? character : escaped[0];
}

function plainInDouble(script: string, at: number) {
  const found = match(EXPRESSION, script, at) ?? match(IN_DOUBLE, script, at);
  const text = found?.[0] ?? script.charAt(at);
  return { text, end: at + text.length };
}

/** `$(…)` as written; what stands in it is noted. */
function substitutionAt(script: string, start: number, nested: [number, number][]) {
  const from = start + 2;
  let depth = 1;
  let at = from;
  while (at < script.length && depth > 0) {
    const character = script[at];
    if (character === "(") depth++;
    if (character === ")") depth--;
    const quoted =
      character === "'" ? match(SINGLE, script, at) : character === "\\" ? match(ESCAPE, script, at) : null;
    at += quoted ? quoted[0].length : 1;
  }
  if (script[from] !== "(") nested.push([from, depth === 0 ? at - 1 : at]);
  return { text: script.slice(start, at), end: at };
}
