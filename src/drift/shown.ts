import { soundsSecret } from "../lint/facts/secret-names.ts";
import { isMap } from "../overrides/merge.ts";
import type { Values } from "../overrides/values.ts";
import { masked } from "../plan/diff.ts";
import type { Tag } from "../plan/model.ts";
import { makeRedactor, type Redactor, tagged } from "../plan/redact.ts";
import type { Scan } from "./model.ts";
import type { Difference, LiveObject, Place, WantedObject } from "./objects/model.ts";
import { valueAtPlace } from "./objects/place.ts";
import { isCustom } from "./upgrade-repairs.ts";

const LONGEST = 200;
const CONTEXT = 40;

/** How what is in an object may be shown. */
export interface Shown {
  /** Both values of a difference as short JSON, those parts of long ones where they part. */
  values(difference: Difference): { expected?: string; actual?: string };
  /** Any text about the object. */
  text: Redactor;
}

/**
 * Shows an object without its secrets: data of Secrets, variables and keys whose names say so, and every secret text that
 * the files, the record or either form of the object hold, are replaced by their tags.
 * @param others what else is secret: what Secrets of the same release hold, what the files say is one
 */
export function shownOf(
  { tag, secrets }: Pick<Scan, "tag" | "secrets">,
  { use, record, object }: Pick<WantedObject, "use" | "record" | "object">,
  live: LiveObject,
  others: readonly string[] = [],
): Shown {
  const redact = makeRedactor(tag, {
    secrets: new Map([...secrets, ...others.map((text, index) => [`${index}`, text] as const)]),
    values: [record.values, object, live],
    definition: use.definition,
  });
  return {
    text: redact,
    values({ place, expected, actual }) {
      const [before, after] = [expected, actual].map((value) =>
        value === undefined
          ? undefined
          : JSON.stringify(maskedAt(value, place, { objects: [live, object], tag, redact })),
      );
      const start = before !== undefined && after !== undefined ? partingOf(before, after) : 0;
      return {
        ...(before === undefined ? {} : { expected: cut(before, start) }),
        ...(after === undefined ? {} : { actual: cut(after, start) }),
      };
    },
  };
}

/** Where two texts begin to differ, with a little of what is before it; nothing is left out of short ones. */
function partingOf(before: string, after: string): number {
  if (Math.max(before.length, after.length) <= LONGEST) return 0;
  const all = Math.min(before.length, after.length);
  let same = 0;
  while (same < all && before[same] === after[same]) same++;
  return Math.max(0, same - CONTEXT);
}

function cut(text: string, start: number): string {
  const shown = start > 0 ? `…${text.slice(start)}` : text;
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown;
}

interface Masking {
  /** Its forms: where the name of a list's item stands, whose value is shown. */
  objects: readonly [LiveObject, ...WantedObject["object"][]];
  tag: Tag;
  redact: Redactor;
}

/** A value without secrets. What it is called, and what stands beside it, says whether it is one. */
function maskedAt(value: unknown, place: Place, { objects, tag, redact }: Masking): unknown {
  const [{ apiVersion, kind }] = objects;
  const last = place.at(-1);
  const field = last && "field" in last ? last.field : "";
  // The value once more below its field, within a map that has a name where the real one has.
  if (kind === "Secret" && isDataOfSecret(place)) {
    if (place.length === 1) return mapIn(masked({ kind, data: isMap(value) ? value : {} }, tag, redact)).data;
    return mapIn(mapIn(masked({ kind, data: { [field]: value } }, tag, redact)).data)[field];
  }
  const siblings = objects.map((object) => mapIn(valueAtPlace(object, place.slice(0, -1))));
  const name = field === "name" ? undefined : siblings.find((map) => typeof map.name === "string")?.name;
  const named = { ...(name === undefined ? {} : { name }), [field]: withoutNamed(value, field) };
  return mapIn(mapIn(masked({ of: named }, tag, redact)).of)[redact(field)];

  /** Nobody knows what the keys of ConfigMaps and custom resources mean but by their names. */
  function withoutNamed(each: unknown, key: string): unknown {
    if (kind !== "ConfigMap" && !isCustom(apiVersion)) return each;
    if (Array.isArray(each)) return each.map((item) => withoutNamed(item, key));
    if (isMap(each))
      return Object.fromEntries(
        Object.entries(each).map(([below, item]) => [below, withoutNamed(item, below)]),
      );
    const isSecret = typeof each === "string" && soundsSecret(key) && !/(name|ref)$/i.test(key);
    return isSecret ? tagged(each, tag) : each;
  }
}

function isDataOfSecret([first]: Place): boolean {
  return first !== undefined && "field" in first && (first.field === "data" || first.field === "stringData");
}

function mapIn(value: unknown): Values {
  return isMap(value) ? value : {};
}
