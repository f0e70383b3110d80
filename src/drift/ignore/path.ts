/** JSON pointers of at least one step, none of them empty. */
const POINTER = /^(?:\/(?:[^/~]|~[01])+)+$/;
/** `values`, then `.key`, `["a key with dots"]` or `[name of an item]`. */
const VALUES = /^values(?:\.[^.[\]\s]+|\.?\["[^"]*"\]|\[[^\]"]+\])*(?: \(order\))?$/;
const VALUE_STEP = /\["([^"]*)"\]|\[([^\]]*)\]|([^.[\]]+)/g;

/** What else is looked at in a release. */
const OF_RELEASES = ["status", "revision", "chart"];

/** Whether a text is a path as findings have them. */
export function isPath(text: string): boolean {
  return POINTER.test(text) || VALUES.test(text) || OF_RELEASES.includes(text);
}

/** The steps of a path, as they are written: of a JSON pointer, or of a path of values. */
export function stepsOf(path: string): string[] {
  if (path.startsWith("/")) return path.slice(1).split("/");
  return [...path.matchAll(VALUE_STEP)].map(([, quoted, item, key]) => quoted ?? item ?? key ?? "");
}
