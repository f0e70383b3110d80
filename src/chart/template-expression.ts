import type { Token } from "./template-text.ts";

/** An expression of a Go template, as far as values can flow through it. */
export type Expression =
  /** `.`, `$` or `$name`. */
  | { kind: "name"; name: string }
  | { kind: "text"; text: string }
  /** A number, `true`, `nil`. */
  | { kind: "constant" }
  | { kind: "fields"; of: Expression; fields: readonly string[] }
  | { kind: "call"; name: string; args: readonly Expression[] }
  | { kind: "assign"; names: readonly string[]; value: Expression };

/** The expression of an action's tokens; what cannot be read becomes a constant. */
export function expressionOf(tokens: readonly Token[]): Expression {
  const assigned = tokens.findIndex(
    ({ kind, value }) => kind === "sign" && (value === ":=" || value === "="),
  );
  const cursor = { tokens, at: assigned + 1 };
  const value = pipeline(cursor);
  if (assigned < 0) return value;
  const names = tokens
    .slice(0, assigned)
    .flatMap((token) => (token.kind === "variable" ? [token.value] : []));
  return { kind: "assign", names, value };
}

interface Cursor {
  tokens: readonly Token[];
  at: number;
}

/** Commands parted by `|`; the value of each becomes the last argument of the next. */
function pipeline(cursor: Cursor): Expression {
  let value = command(cursor);
  while (isSign(cursor, "|")) {
    cursor.at += 1;
    value = piped(command(cursor), value);
  }
  return value;
}

function piped(into: Expression, value: Expression): Expression {
  if (into.kind === "call") return { ...into, args: [...into.args, value] };
  // A field or variable at the end of a pipe is called with the value: nothing that charts do.
  return { kind: "call", name: "", args: [into, value] };
}

function command(cursor: Cursor): Expression {
  const first = cursor.tokens[cursor.at];
  if (first?.kind === "word" && !isConstant(first.value)) {
    cursor.at += 1;
    return { kind: "call", name: first.value, args: operands(cursor) };
  }
  const [value = { kind: "constant" } as const, ...rest] = operands(cursor);
  return rest.length === 0 ? value : { kind: "call", name: "", args: [value, ...rest] };
}

/** The values up to the next `|` or closing bracket. */
function operands(cursor: Cursor): Expression[] {
  const found: Expression[] = [];
  while (cursor.at < cursor.tokens.length && !isSign(cursor, "|") && !isSign(cursor, ")"))
    found.push(operand(cursor));
  return found;
}

function operand(cursor: Cursor): Expression {
  const token = cursor.tokens[cursor.at];
  cursor.at += 1;
  if (token?.kind === "text") return { kind: "text", text: token.value };
  if (token?.kind === "variable") return withFields({ kind: "name", name: token.value }, cursor);
  if (token?.kind === "field") {
    const dot: Expression = { kind: "name", name: "." };
    if (token.value === ".") return dot;
    cursor.at -= 1;
    return withFields(dot, cursor, true);
  }
  if (token?.kind === "word") {
    return isConstant(token.value) ? { kind: "constant" } : { kind: "call", name: token.value, args: [] };
  }
  if (token?.value !== "(") return { kind: "constant" };
  const value = pipeline(cursor);
  if (isSign(cursor, ")")) cursor.at += 1;
  return withFields(value, cursor);
}

/** The `.a.b` right behind a value. */
function withFields(of: Expression, cursor: Cursor, spaced = false): Expression {
  const fields: string[] = [];
  for (let token = cursor.tokens[cursor.at]; token?.kind === "field"; token = cursor.tokens[cursor.at]) {
    const follows = !token.spaced || (spaced && fields.length === 0);
    if (!follows || token.value === ".") break;
    fields.push(token.value.slice(1));
    cursor.at += 1;
  }
  return fields.length === 0 ? of : { kind: "fields", of, fields };
}

function isConstant(word: string): boolean {
  return /^([-+]?[0-9]|(true|false|nil)$)/.test(word);
}

function isSign(cursor: Cursor, sign: string): boolean {
  const token = cursor.tokens[cursor.at];
  return token?.kind === "sign" && token.value === sign;
}
