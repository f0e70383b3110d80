import { type Expression, expressionOf } from "./template-expression.ts";
import { type Action, actionsOf, type Token } from "./template-text.ts";

/** A template as a tree of what changes its context. */
export type Block =
  | { kind: "print"; value: Expression; start: number }
  | { kind: "if" | "with" | "range"; value: Expression; body: readonly Block[]; otherwise: readonly Block[] };

/** A template file: its own text, and the named templates it defines. */
export interface Template {
  text: string;
  body: readonly Block[];
  defines: ReadonlyMap<string, readonly Block[]>;
}

/** Reads a template; unbalanced blocks end with the file. */
export function parseTemplate(text: string): Template {
  const cursor = { actions: actionsOf(text), at: 0, defines: new Map<string, readonly Block[]>() };
  const body: Block[] = [];
  // An `end` too many must not hide what follows it.
  while (cursor.at < cursor.actions.length) {
    body.push(...blocks(cursor));
    cursor.at += 1;
  }
  return { text, body, defines: cursor.defines };
}

interface Cursor {
  actions: readonly Action[];
  at: number;
  defines: Map<string, readonly Block[]>;
}

/** Blocks up to the `else` or `end` of the block around them, which is not taken. */
function blocks(cursor: Cursor): Block[] {
  const found: Block[] = [];
  while (cursor.at < cursor.actions.length) {
    const action = cursor.actions[cursor.at];
    const word = wordOf(action);
    if (!action || word === "end" || word === "else") break;
    cursor.at += 1;
    const rest = action.tokens.slice(1);
    if (word === "if" || word === "with" || word === "range") found.push(branch(word, rest, cursor));
    else if (word === "define") define(rest, cursor);
    else if (word === "block") {
      define(rest, cursor);
      found.push(print({ ...action, tokens: [{ kind: "word", value: "template", spaced: false }, ...rest] }));
    } else if (word !== "break" && word !== "continue") found.push(print(action));
  }
  return found;
}

function print(action: Action): Block {
  return { kind: "print", value: expressionOf(action.tokens), start: action.start };
}

function branch(kind: "if" | "with" | "range", condition: readonly Token[], cursor: Cursor): Block {
  const value = expressionOf(rangeAssignment(condition));
  const body = blocks(cursor);
  return { kind, value, body, otherwise: alternative(cursor) };
}

/** What follows `else`, up to and with `end`. */
function alternative(cursor: Cursor): readonly Block[] {
  const action = cursor.actions[cursor.at];
  cursor.at += 1;
  if (wordOf(action) !== "else") return [];
  const [, next, ...rest] = action?.tokens ?? [];
  if (next?.value === "if" || next?.value === "with") return [branch(next.value, rest, cursor)];
  const body = blocks(cursor);
  cursor.at += 1;
  return body;
}

function define([name]: readonly Token[], cursor: Cursor): void {
  const body = blocks(cursor);
  cursor.at += 1;
  if (name?.kind === "text")
    cursor.defines.set(name.value, [...(cursor.defines.get(name.value) ?? []), ...body]);
}

/** `range $k, $v := x` without the comma, which stands for nothing else. */
function rangeAssignment(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter(({ kind, value }) => kind !== "sign" || value !== ",");
}

function wordOf(action: Action | undefined): string | undefined {
  const first = action?.tokens[0];
  return first?.kind === "word" ? first.value : undefined;
}
