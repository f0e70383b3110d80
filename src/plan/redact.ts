import { isSecretVariable, settingRule } from "../catalogue/environment-variables.ts";
import type { ComponentDefinition } from "../catalogue/model.ts";
import { secretForms } from "../core/secrets.ts";
import { readSettings } from "../hocon/settings.ts";
import { looksRandom, soundsSecret } from "../lint/facts/secret-names.ts";
import { isMap } from "../overrides/merge.ts";
import type { Values } from "../overrides/values.ts";
import type { Tag } from "./model.ts";

/** Replaces every known secret in a text by its tag. */
export type Redactor = (text: string) => string;

/** Shorter texts are words of everybody: replacing them would hide the plan, not the secret. */
const SHORTEST = 4;
/** `user:password@` of a URI. */
const URI_PASSWORD = /(:\/\/[^\s/@:]*:)([^\s/@]+)(?=@)/g;

/** What stands in place of a secret. */
export function tagged(secret: string, tag: Tag): string {
  return `(secret, tag ${tag(secret)})`;
}

/**
 * Replaces the known secret texts, in whatever form they turn up: the values of the environment's secrets, and what
 * stands at places of secrets in the values of a release.
 * @param known `values`: all that may show, those of the revision at hand and the new ones
 */
export function makeRedactor(
  tag: Tag,
  known: {
    secrets: ReadonlyMap<string, string>;
    values: readonly Values[];
    definition: ComponentDefinition;
  },
): Redactor {
  const texts = new Set(known.secrets.values());
  for (const values of known.values)
    for (const text of secretTexts(values, known.definition)) texts.add(text);
  return redactorOf(texts, tag);
}

/** Replaces the given texts, and passwords in URIs. */
export function redactorOf(texts: Iterable<string>, tag: Tag): Redactor {
  const secretOf = new Map<string, string>();
  for (const text of texts) {
    if (text.trim().length < SHORTEST) continue;
    for (const form of [...secretForms(text), ...insideBase64(text)])
      if (!secretOf.has(form)) secretOf.set(form, text);
  }
  // Longest first: a secret that contains another one is replaced as a whole.
  const forms = [...secretOf.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = forms.length > 0 ? new RegExp(forms.join("|"), "g") : undefined;
  return (text) => {
    const redacted = pattern
      ? text.replace(pattern, (form) => tagged(secretOf.get(form) ?? form, tag))
      : text;
    return redacted.replace(URI_PASSWORD, (whole, start: string, password: string) =>
      password.startsWith("(secret,") ? whole : start + tagged(password, tag),
    );
  };
}

/** How a text looks within base64 of a longer one: by where it starts, less the characters that its neighbours share. */
function insideBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  if (bytes.length < 8) return [];
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const inner = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** The secrets among a release's values: by the catalogue, by the names of variables, and by their look. */
export function secretTexts(values: Values, definition: ComponentDefinition): Set<string> {
  const found = new Set<string>();
  for (const { path, secret } of definition.values)
    if (secret) for (const value of valuesAt(values, path.split("."))) addScalar(found, value);
  addByName(found, values);
  return found;
}

/** The values at a path of the catalogue; `*` stands for any key, `[]` for the items of a list. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (step.endsWith("[]")) {
    const list = step === "[]" ? value : isMap(value) ? value[step.slice(0, -2)] : undefined;
    return Array.isArray(list) ? list.flatMap((item) => valuesAt(item, rest)) : [];
  }
  if (!isMap(value)) return [];
  const keys = step === "*" ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
  return keys.flatMap((key) => valuesAt(value[key], rest));
}

function addByName(found: Set<string>, value: unknown, key = ""): void {
  if (Array.isArray(value)) for (const item of value) addByName(found, item);
  else if (isMap(value)) {
    if (typeof value.name === "string" && isSecretVariable(value.name)) addScalar(found, value.value);
    const name = typeof value.name === "string" ? value.name : "";
    for (const [each, below] of Object.entries(value))
      addByName(found, below, each === "value" ? name : each);
  } else if (typeof value === "string") {
    if (soundsSecret(key) && looksRandom(unquoted(value))) addScalar(found, value);
    if (value.includes("\n")) addSettings(found, value);
  }
}

/** Secrets of a configuration file that stands in a value as text. */
function addSettings(found: Set<string>, text: string): void {
  for (const { path, text: written } of readSettings(text)) {
    const name = path.at(-1) ?? "";
    const isSecret = settingRule(path.join(".").toLowerCase())?.secret || /secret$|passw(or)?d$/i.test(name);
    if (isSecret || (soundsSecret(name) && looksRandom(unquoted(written)))) addScalar(found, written);
  }
}

function addScalar(found: Set<string>, value: unknown): void {
  if (typeof value !== "string" && typeof value !== "number") return;
  found.add(unquoted(String(value)));
}

/** A variable's text is HOCON: the quotes around it are not part of the secret. */
export function unquoted(text: string): string {
  return /^\s*"(.*)"\s*$/s.exec(text)?.[1] ?? text;
}
