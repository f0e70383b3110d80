/** Go templates, cut into what the reader of values needs: actions and the text before them. */

/** A part of an action: a word, a text, a bracket or another sign. */
export interface Token {
  kind: "word" | "text" | "field" | "variable" | "sign";
  /** `if`, the content of a text, `.a.b` of a field, `$x` of a variable, the sign itself. */
  value: string;
  /** Whether blanks stand before it: `$x .y` are two values, `$x.y` is one. */
  spaced: boolean;
}

export interface Action {
  tokens: readonly Token[];
  /** Where it begins in the text. */
  start: number;
}

/** The actions of a template in their order; comments are left out, and what is cut off at the end. */
export function actionsOf(text: string): Action[] {
  const actions: Action[] = [];
  let at = text.indexOf("{{");
  while (at >= 0) {
    const { tokens, end } = tokensOf(text, at + 2);
    if (tokens.length > 0) actions.push({ tokens, start: at });
    at = text.indexOf("{{", end);
  }
  return actions;
}

const TOKENS =
  /(\s*)(?:(-?\}\})|(\/\*.*?\*\/)|"((?:[^"\\\n]|\\.)*)"|`([^`]*)`|'((?:[^'\\\n]|\\.)*)'|(\$[A-Za-z0-9_]*)|(\.[A-Za-z0-9_]+|\.)|([A-Za-z0-9_+-][A-Za-z0-9_.+-]*)|(:=|.))/suy;

function tokensOf(text: string, start: number): { tokens: Token[]; end: number } {
  const tokens: Token[] = [];
  // Of `{{- x`, the sign belongs to the braces.
  let at = /^-\s/.test(text.slice(start, start + 2)) ? start + 1 : start;
  while (at < text.length) {
    TOKENS.lastIndex = at;
    const match = TOKENS.exec(text);
    if (!match) break;
    at = TOKENS.lastIndex;
    const [, blanks, end, comment, quoted, raw, character, variable, field, word, sign] = match;
    if (end !== undefined) return { tokens, end: at };
    if (comment !== undefined) continue;
    const spaced = blanks !== "";
    const content = quoted ?? raw ?? character;
    if (content !== undefined) tokens.push({ kind: "text", value: content, spaced });
    else if (variable !== undefined) tokens.push({ kind: "variable", value: variable, spaced });
    else if (field !== undefined) tokens.push({ kind: "field", value: field, spaced });
    else if (word !== undefined) tokens.push({ kind: "word", value: word, spaced });
    else if (sign !== undefined) tokens.push({ kind: "sign", value: sign, spaced });
  }
  return { tokens, end: text.length };
}
