import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { compareObject, type Facts } from "../../../../src/drift/compare/object.ts";
import type { LiveObject, ManagedFields, WantedObject } from "../../../../src/drift/objects/model.ts";
import { pointerOf } from "../../../../src/drift/objects/place.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { parseDocuments } from "../../../../src/yaml/source.ts";

export const FIXTURES = join(import.meta.dirname, "../../../fixtures/drift");

/** Manifests that are written as people write them. Beside each lies what a real API server (1.35) made of it. */
export const CASES = [
  ...["autoscaling", "custom", "defaults", "duplicates", "empties", "network"],
  ...["quantities", "rbac", "secrets", "services", "stateful", "webhooks"],
] as const;

type Case = (typeof CASES)[number];

export interface Pair {
  id: string;
  wanted: KubernetesObject;
  live: LiveObject;
}

const read = new Map<Case, Pair[]>();

/** The objects of a case, each with the server's answer. */
export function pairsOf(name: Case): readonly Pair[] {
  const pairs = read.get(name) ?? readPairs(name);
  read.set(name, pairs);
  return pairs;
}

function readPairs(name: Case): Pair[] {
  const manifest = parseDocuments(readFileSync(join(FIXTURES, `${name}.yaml`), "utf8"));
  const answers = parseAllDocuments(readFileSync(join(FIXTURES, `${name}.live.yaml`), "utf8"));
  return manifest.map((document, index) => {
    const wanted = document.toJS() as KubernetesObject;
    return {
      id: `${wanted.kind}/${wanted.metadata.name}`,
      wanted,
      live: answers[index]?.toJS() as LiveObject,
    };
  });
}

/** One object of a case, such as `Deployment/web`. */
export function pairOf(name: Case, id: string): Pair {
  const found = pairsOf(name).find((pair) => pair.id === id);
  if (!found) throw new Error(`${name} has no ${id}`);
  return found;
}

/** The places where they differ, as pointers, each with what stands there. */
export function differences(wanted: KubernetesObject, live: LiveObject, facts: Partial<Facts> = {}) {
  return found(wanted, live, facts).map(({ place, actual }) => [pointerOf(place), actual]);
}

/** What a comparison finds. */
export function found(wanted: KubernetesObject, live: LiveObject, facts: Partial<Facts> = {}) {
  const subject = { object: wanted, identity: "wanted" } as WantedObject;
  return compareObject(subject, live, { scaled: new Set(), ...facts });
}

type Path = readonly (string | number)[];

/** Another value at a path; none where it is undefined. */
export type Edit = readonly [path: Path, value: unknown];

/** A table row: what was done to which object of a case. */
export type Row = [what: string, name: Case, id: string, edits: Edit[]];

/** An object of a case after edits, written by these managers. */
export function withEdits(
  name: Case,
  id: string,
  edits: readonly Edit[],
  managedFields: ManagedFields[] = [],
) {
  const { wanted, live } = pairOf(name, id);
  const changed = edits.reduce((object, [path, value]) => edited(object, path, value), structuredClone(live));
  if (managedFields.length > 0) changed.metadata.managedFields = managedFields;
  return { wanted, live: changed };
}

/** A certificate of an authority in a webhook. */
export function bundle(path: Path): Edit {
  return [[...path, "clientConfig", "caBundle"], "QUJD"];
}

/** A copy with another value at a path; without it where the value is undefined. Maps on the way are made. */
export function edited<T>(object: T, path: Path, value: unknown): T {
  const copy = structuredClone(object);
  let parent = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) {
    parent[step] ??= {};
    parent = parent[step] as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? "";
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

/** All paths to texts, numbers and booleans. */
export function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object") return [path];
  return Object.entries(value ?? {}).flatMap(([key, each]) =>
    leavesOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
