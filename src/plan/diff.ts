import { formatPatch, OMIT_HEADERS, structuredPatch } from "diff";
import { stringify } from "yaml";
import { isSecretVariable } from "../catalogue/environment-variables.ts";
import { soundsSecret } from "../lint/facts/secret-names.ts";
import { isMap } from "../overrides/merge.ts";
import type { Values } from "../overrides/values.ts";
import type { Tag } from "./model.ts";
import { type Redactor, tagged, unquoted } from "./redact.ts";

const MOST_LINES = 200;
const LONGEST_LINE = 400;
/** Texts that differ more are shown as a whole instead of being matched up line by line. */
const MOST_EDITS = 500;
const FIRST_KEYS = ["apiVersion", "kind", "metadata", "name"];

/**
 * Unified diff of an object's YAML, secrets replaced before it is made: nothing of them is in it, and whether they
 * changed can be seen. Undefined stands for no object. Bounded; says how many lines it leaves out.
 */
export function objectDiff(
  before: Values | undefined,
  after: Values | undefined,
  tag: Tag,
  redact: Redactor,
): string {
  const [old, new_] = [before, after].map((object) =>
    object === undefined ? "" : toYaml(masked(object, tag, redact)),
  ) as [string, string];
  return unified(old, new_);
}

function unified(before: string, after: string): string {
  const patch = structuredPatch("", "", before, after, undefined, undefined, {
    context: 3,
    maxEditLength: MOST_EDITS,
  });
  if (patch) return bounded(formatPatch(patch, OMIT_HEADERS).trimEnd().split("\n"), MOST_LINES);
  // Something of both is shown.
  return [["-", before] as const, ["+", after] as const]
    .map(([sign, text]) =>
      bounded(
        text
          .trimEnd()
          .split("\n")
          .map((line) => sign + line),
        MOST_LINES / 2,
      ),
    )
    .join("\n");
}

function bounded(lines: readonly string[], most: number): string {
  const kept = lines
    .slice(0, most)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line));
  const rest = lines.length - kept.length;
  if (rest > 0) kept.push(`… ${rest} more ${rest === 1 ? "line" : "lines"}`);
  return kept.join("\n");
}

function toYaml(value: unknown): string {
  return stringify(inOrder(value), { lineWidth: 0, aliasDuplicateObjects: false });
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isMap(value)) return value;
  const first = FIRST_KEYS.filter((key) => Object.hasOwn(value, key));
  const rest = Object.keys(value).filter((key) => !first.includes(key));
  return Object.fromEntries([...first, ...rest.sort()].map((key) => [key, inOrder(value[key])]));
}

/** The object with tags in place of secrets: the data of a Secret whatever it is, known texts wherever they stand. */
export function masked(object: Values, tag: Tag, redact: Redactor): unknown {
  if (object.kind !== "Secret") return maskedValue(object, tag, redact);
  const { data, stringData, ...rest } = object;
  return {
    ...(maskedValue(rest, tag, redact) as object),
    ...(isMap(data) ? { data: maskedData(data, tag, (text) => Buffer.from(text, "base64").toString()) } : {}),
    ...(isMap(stringData) ? { stringData: maskedData(stringData, tag, (text) => text) } : {}),
  };
}

function maskedData(data: Values, tag: Tag, decode: (text: string) => string): Values {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, tagged(decode(String(value)), tag)]),
  );
}

function maskedValue(value: unknown, tag: Tag, redact: Redactor): unknown {
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, tag, redact));
  if (isMap(value)) {
    return Object.fromEntries(
      Object.entries(variableMasked(value, tag)).map(([key, each]) => [
        redact(key),
        isChecksum(key, each) ? `(checksum, tag ${tag(each)})` : maskedValue(each, tag, redact),
      ]),
    );
  }
  if (typeof value === "string") return redact(value);
  if (typeof value !== "number") return value;
  const text = String(value);
  return redact(text) === text ? value : redact(text);
}

/** An environment variable whose name says that its value is a secret. */
function variableMasked(map: Values, tag: Tag): Values {
  const { name, value } = map;
  if (typeof name !== "string" || typeof value !== "string" || value === "") return map;
  return isSecretVariable(name) || soundsSecret(name) ? { ...map, value: tagged(unquoted(value), tag) } : map;
}

/** Charts put the plain hash of their Secrets on pods: a weak secret could be guessed from it. */
function isChecksum(key: string, value: unknown): value is string {
  return /checksum/i.test(key) && typeof value === "string" && /^[0-9a-f]{32,128}$/i.test(value);
}
