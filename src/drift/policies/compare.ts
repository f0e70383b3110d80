import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { isMap } from "../../overrides/merge.ts";
import type { Values } from "../../overrides/values.ts";
import { listAt } from "../../plan/manifest.ts";
import { canonicalJson } from "../../plan/tags.ts";
import type { Difference, Place } from "../objects/model.ts";

/**
 * What a network policy in the cluster says otherwise than the one that was written. Compared by meaning, and as a
 * whole: one peer more opens a namespace, one selector more leaves pods out of it. Order means nothing in a policy.
 * What the server adds of its own (protocol TCP, policy types) is no difference, nor are labels of others.
 */
export function policyDifferences(wanted: KubernetesObject, live: KubernetesObject): Difference[] {
  return [
    ...metadataDifferences(wanted, live, "labels"),
    ...metadataDifferences(wanted, live, "annotations"),
    ...specDifferences(wanted, live),
  ];
}

function metadataDifferences(
  wanted: KubernetesObject,
  live: KubernetesObject,
  part: "labels" | "annotations",
): Difference[] {
  return Object.entries(wanted.metadata[part] ?? {}).flatMap(([name, expected]) => {
    const actual = live.metadata[part]?.[name];
    if (String(expected) === (actual ?? "")) return [];
    return [{ place: [{ field: "metadata" }, { field: part }, { field: name }], expected, actual }];
  });
}

function specDifferences(wanted: KubernetesObject, live: KubernetesObject): Difference[] {
  const [before, after] = [meaningOf(wanted), meaningOf(live)];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  // Without policy types in what was written the server says which.
  if (!Object.hasOwn(before, "policyTypes")) keys.delete("policyTypes");
  return [...keys].flatMap((key) => {
    const place = [{ field: "spec" }, { field: key }];
    const rules = RULES.has(key) ? listAt(live, ["spec", key]) : [];
    return differencesAt(place, before[key], after[key], rules);
  });
}

const RULES = new Set(["ingress", "egress"]);

function meaningOf({ spec }: KubernetesObject): Values {
  // Without a selector a policy is about all pods, as with an empty one.
  return { podSelector: {}, ...(meaning(isMap(spec) ? spec : {}) as Values) };
}

/**
 * Where two values differ, as deep as it can be said: of lists only the items that are not in both.
 * @param rules the live rules in their order, where the values are rules: a changed one is looked into
 */
function differencesAt(
  place: Place,
  wanted: unknown,
  live: unknown,
  rules: readonly unknown[] = [],
): Difference[] {
  if (isDeepStrictEqual(wanted, live)) return [];
  if (!Array.isArray(wanted) || !Array.isArray(live)) return [{ place, expected: wanted, actual: live }];
  const [gone, come] = [without(wanted, live), without(live, wanted)];
  const [before, after] = [gone[0], come[0]];
  const isOne = gone.length === 1 && come.length === 1;
  if (rules.length === 0 || !isOne || !isMap(before) || !isMap(after))
    return [{ place, expected: some(gone), actual: some(come) }];
  const index = rules.findIndex((rule) => isDeepStrictEqual(meaning(rule), after));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differencesAt([...place, { index }, { field: key }], before[key], after[key]),
  );
}

function without(items: readonly unknown[], others: readonly unknown[]): unknown[] {
  return items.filter((item) => !others.some((other) => isDeepStrictEqual(item, other)));
}

function some(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** A value in one form for all that mean the same: lists as sets, without what is empty or the server's default. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return asSet(value.map(meaning));
  if (!isMap(value)) return value;
  const entries = Object.entries(value)
    .map(([key, each]) => [key, meaning(each)] as const)
    .filter(([key, each]) => !isNothing(key, each));
  return Object.fromEntries(entries.filter(([key, each]) => !(key === "protocol" && each === "TCP")));
}

/** An empty selector selects everything, where none at all selects nothing; other empty values are left out. */
function isNothing(key: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return key === "matchLabels" && isMap(value) && Object.keys(value).length === 0;
}

function asSet(items: readonly unknown[]): unknown[] {
  const byText = new Map(items.map((item) => [canonicalJson(item), item]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
