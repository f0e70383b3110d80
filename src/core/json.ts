/** The data of a JSON text; undefined when it is none. The parser's own message repeats the text, so it is not kept. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
