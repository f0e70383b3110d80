const ID = /[0-9a-f]{32}/g;
const WHOLE_ID = /^[0-9a-f]{32}$/;
const NAME = /<([a-z0-9-]+)>/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(\+00:00)?$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What stands in this run for the ids and the placeholders of the recordings. */
export interface Bindings {
  ids: Map<string, string>;
  /** `system-key`, `new1-secret` and so on, without the brackets. */
  names: Map<string, string>;
}

/** Recorded text as it must be sent in this run. @throws Error when it names something no answer gave yet */
export function substituted(bindings: Bindings, text: string): string {
  return text
    .replace(NAME, (_, name: string) => known(bindings.names, name))
    .replace(ID, (id) => (id === "0".repeat(32) ? id : known(bindings.ids, id)));
}

function known(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new Error(`nothing stands for ${name} yet`);
  return value;
}

/**
 * Compares recorded and actual value: keys, types and values; ids and placeholders consistently over the whole run,
 * times by their form.
 */
export function differences(bindings: Bindings, expected: unknown, actual: unknown, path: string): string[] {
  if (typeof expected === "string" && typeof actual === "string") {
    return sameText(bindings, expected, actual) ? [] : [unequal(path, expected, actual)];
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return [unequal(`${path}.length`, expected.length, actual.length)];
    return expected.flatMap((each, at) => differences(bindings, each, actual[at], `${path}[${at}]`));
  }
  if (isMap(expected) && isMap(actual)) {
    const keys = Object.keys(expected).sort();
    const actualKeys = Object.keys(actual).sort();
    if (keys.join() !== actualKeys.join()) return [unequal(`keys of ${path}`, keys, actualKeys)];
    return keys.flatMap((key) => differences(bindings, expected[key], actual[key], `${path}.${key}`));
  }
  return expected === actual ? [] : [unequal(path, expected, actual)];
}

export function unequal(path: string, expected: unknown, actual: unknown): string {
  return `${path}: recorded ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

/** Messages are compared up to `err=`: what follows is the wording of the database or of Python. */
export function sameMessage(bindings: Bindings, expected: string, actual: string): boolean {
  const head = (text: string) => text.replace(/err=.*$/s, "err=");
  return sameText(bindings, head(expected), head(actual));
}

function sameText(bindings: Bindings, expected: string, actual: string): boolean {
  if (expected === "<jwt>") return TOKEN.test(actual);
  if (TIME.test(expected))
    return TIME.test(actual) && expected.endsWith("+00:00") === actual.endsWith("+00:00");
  if (UUID.test(expected)) return UUID.test(actual);
  if (WHOLE_ID.test(expected)) return WHOLE_ID.test(actual) && bound(bindings.ids, expected, actual);
  const [, name] = /^<([a-z0-9-]+)>$/.exec(expected) ?? [];
  if (name !== undefined) return bound(bindings.names, name, actual);
  return sameParts(bindings, expected, actual);
}

/** Ids within a text: those known are put in, the others are bound to what stands in their place. */
function sameParts(bindings: Bindings, expected: string, actual: string): boolean {
  const filled = expected.replace(NAME, (whole, name: string) => bindings.names.get(name) ?? whole);
  const [wanted, found] = [filled.match(ID) ?? [], actual.match(ID) ?? []];
  const masked = (text: string) => text.replace(ID, "<id>");
  if (masked(filled) !== masked(actual)) return false;
  return wanted.every((id, at) => bound(bindings.ids, id, found[at] ?? ""));
}

function bound(values: Map<string, string>, name: string, actual: string): boolean {
  const before = values.get(name);
  if (before !== undefined) return before === actual;
  // Two recorded ids may not stand for one.
  if ([...values.values()].includes(actual) && WHOLE_ID.test(actual)) return false;
  values.set(name, actual);
  return true;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
