import { createHash } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "../../core/json.ts";
import { clipped } from "../../core/markdown.ts";
import { type Finding, objectText } from "../model.ts";
import { CLASS_WORDS, placeOf } from "../report/words.ts";

/** A finding as an issue remembers it. */
export interface Known {
  /** Tells where it is, and what it is there: `3f2a9c01bd.77ab02`. */
  key: string;
  /** Undefined where the issue had no room for it. */
  text?: string | undefined;
}

/** What stands in an issue, as its marker says. */
export interface Stored {
  /** Undefined where there were too many to name them. */
  found?: readonly Known[];
  /** Of all keys. */
  digest: string;
}

/** Characters of a marker, and of one finding's text in it: it must leave room for what people read. */
const MOST = 20_000;
const MOST_OF_TEXT = 160;
/** Hexadecimal digits for the place of a finding, and for what it is there. */
const [PLACE_DIGITS, VALUE_DIGITS] = [10, 6];

const dataSchema = z.object({
  digest: z.string(),
  keys: z.array(z.string()).optional(),
  texts: z.record(z.string(), z.string()).optional(),
});

/** What an issue remembers of findings, each once. Times are no part of it. */
export function knownOf(findings: readonly Finding[]): Known[] {
  const all = findings.map((finding) => ({ key: keyOf(finding), text: textOf(finding) }));
  return [...new Map(all.map((known) => [known.key, known])).values()];
}

/** The part of a key that says where it is. */
export function placeIn(key: string): string {
  return key.slice(0, PLACE_DIGITS);
}

export function digestOf(known: readonly Known[]): string {
  return hash(known.map(({ key }) => key).sort(), 2 * PLACE_DIGITS);
}

/** The hidden first line of an issue: whose it is, and what it tells. No name can end it. */
export function driftMarker(environment: string, known: readonly Known[]): string {
  const digest = digestOf(known);
  const keys = known.map(({ key }) => key);
  if (JSON.stringify(keys).length > MOST / 2) return markerWith(environment, { digest });
  const texts: Record<string, string> = {};
  let marker = markerWith(environment, { digest, keys });
  for (const { key, text } of known) {
    if (text === undefined) continue;
    texts[key] = text;
    const longer = markerWith(environment, { digest, keys, texts });
    if (longer.length > MOST) break;
    marker = longer;
  }
  return marker;
}

/** What the marker of an issue says; undefined when it is not about this environment. */
export function storedIn(body: string, environment: string): Stored | undefined {
  const [line = ""] = body.split(/\r?\n/, 1);
  const start = `${beginning(environment)} `;
  if (!line.startsWith(start) || !line.endsWith(" -->")) return undefined;
  const data = dataSchema.safeParse(jsonOf(line.slice(start.length, -" -->".length))).data;
  // It was changed by hand: ours still, but nothing in it can be relied on.
  if (!data) return { digest: "", found: [] };
  const { digest, keys, texts } = data;
  return { digest, ...(keys ? { found: keys.map((key) => ({ key, text: texts?.[key] })) } : {}) };
}

function markerWith(environment: string, data: z.infer<typeof dataSchema>): string {
  return `${beginning(environment)} ${harmless(JSON.stringify(data))} -->`;
}

function beginning(environment: string): string {
  return `<!-- clearml-actions:drift:${encodeURIComponent(environment)}`;
}

/** JSON that ends no comment and names nobody: what could is escaped, and comes back when it is read. */
function harmless(json: string): string {
  return json.replaceAll(/[<>&@#\u0080-\uffff]|--/g, (text) =>
    Array.from(
      { length: text.length },
      (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

function keyOf({ class: kind, component, tenant, object, path, expected, actual, message }: Finding): string {
  const id = object && [object.apiVersion, object.kind, object.namespace, object.name];
  const place = hash([kind, component, tenant, id, path], PLACE_DIGITS);
  // A sentence may count the days.
  const value = [expected, actual ?? message.replaceAll(/\d+/g, "")];
  return `${place}.${hash(value, VALUE_DIGITS)}`;
}

/** `agent of acme: Deployment acme/clearml-agent /spec/replicas (modified)`. */
function textOf(finding: Finding): string {
  const { object, path } = finding;
  const what = [...(object ? [objectText(object)] : []), ...(path === undefined ? [] : [path])].join(" ");
  const told = `${placeOf(finding)}: ${what === "" ? finding.message : `${what} (${CLASS_WORDS[finding.class].what})`}`;
  return clipped(told, MOST_OF_TEXT);
}

function hash(value: unknown, digits: number): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, digits);
}
