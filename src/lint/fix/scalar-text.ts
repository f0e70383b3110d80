import type { Scalar } from "yaml";

type Plain = string | number | boolean | null;

/**
 * Ways to write a scalar, the one closest to how it is written now first. Not each of them means the value in every
 * place: the caller parses the result.
 * @param now the scalar that is replaced, with its source text; undefined when nothing stands there
 */
export function scalarTexts(to: Plain, now: { type?: Scalar["type"]; text: string } | undefined): string[] {
  if (typeof to !== "string") return [String(to)];
  const single = /[\n\r\t]/.test(to) ? [] : [`'${to.replaceAll("'", "''")}'`];
  const double = [JSON.stringify(to)];
  const quoted = /["\\]/.test(to) ? [...single, ...double] : [...double, ...single];
  switch (now?.type) {
    case "QUOTE_SINGLE":
      return [...single, ...double];
    case "QUOTE_DOUBLE":
      return [...double, ...single];
    case "BLOCK_LITERAL":
      return blockTexts(to, now.text);
    default:
      return /[\n\r]/.test(to) || to === "" ? quoted : [to, ...quoted];
  }
}

/** A literal block with other lines: its header and its indentation stay. */
function blockTexts(to: string, text: string): string[] {
  const headerEnd = text.indexOf("\n") + 1;
  const indent = /^( +)\S/m.exec(text.slice(headerEnd))?.[1];
  if (headerEnd === 0 || indent === undefined) return [];
  const lines = to.replace(/\n+$/, "").split("\n");
  const body = lines.map((line) => (line === "" ? "" : indent + line)).join("\n");
  const end = /\n*$/.exec(text)?.[0] ?? "";
  return [text.slice(0, headerEnd) + body + end];
}
