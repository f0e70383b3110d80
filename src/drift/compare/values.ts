import { isMap } from "../../overrides/merge.ts";
import type { Difference, Place } from "../objects/model.ts";
import type { FieldNode } from "../owners/fields.ts";
import { isEmpty, isFilled } from "./empty.ts";
import { hasMore, isByHand, isSelector, isWhole, saysMore } from "./further.ts";
import { fieldAt, itemKey, listShape } from "./lists.ts";
import { sameScalar } from "./scalars.ts";

/** What a comparison is of. */
export interface Comparison {
  kind: { name: string; builtIn: boolean };
  /** Who has written what of the live object. */
  managed: () => FieldNode;
  /** Field managers that stand for people, beside the usual ones. */
  managers: readonly string[];
}

/** Where a value that is there differs from what is expected; what is expected of nothing is not looked at. */
export function compareValue(
  expected: unknown,
  actual: unknown,
  place: Place,
  comparison: Comparison,
): Difference[] {
  const { builtIn } = comparison.kind;
  if (expected === actual || expected === null || expected === undefined) return [];
  if (isFilled(expected, place, builtIn)) return [];
  if (actual === undefined || actual === null)
    return isEmpty(expected, place, builtIn) ? [] : [{ place, expected, actual: undefined }];
  if (isMap(expected) && isMap(actual)) return compareMap(expected, actual, place, comparison);
  if (Array.isArray(expected) && Array.isArray(actual))
    return compareList(expected, actual, place, comparison);
  return sameScalar(expected, actual, place, comparison.kind) ? [] : [{ place, expected, actual }];
}

type Fields = Readonly<Record<string, unknown>>;

function compareMap(expected: Fields, actual: Fields, place: Place, comparison: Comparison): Difference[] {
  const { kind } = comparison;
  const isTold =
    (isSelector(place, kind) && hasMore(expected, actual)) ||
    (isWhole(place, kind) && isAddedTo(expected, actual, place, comparison));
  if (isTold) return [{ place, expected, actual }];
  return Object.keys(expected).flatMap((field) =>
    compareValue(
      expected[field],
      Object.hasOwn(actual, field) ? actual[field] : undefined,
      [...place, { field }],
      comparison,
    ),
  );
}

type List = readonly unknown[];

function compareList(expected: List, actual: List, place: Place, comparison: Comparison): Difference[] {
  const { kind, managed } = comparison;
  if (isBag(place, kind.name)) return compareBag(expected, actual, place, comparison);
  const shape = listShape(kind, place, { expected, actual, managed });
  if (shape === "set")
    return expected
      .filter((value) => !actual.includes(value))
      .map((value) => ({ place: [...place, { value }], expected: value, actual: undefined }));
  if (isGivenTo(place, kind.name) && actual.length > expected.length && byHand(place, comparison))
    return [{ place, expected, actual }];
  if (shape !== "atomic") return compareKeyed({ expected, actual, keys: shape.keys }, place, comparison);
  if (expected.length !== actual.length) return [{ place, expected, actual }];
  const differences = expected.flatMap((item, index) =>
    compareValue(item, actual[index], [...place, { index }], comparison),
  );
  const isTold = differences.length === 0 && isAddedTo(expected, actual, place, comparison);
  return isTold ? [{ place, expected, actual }] : differences;
}

/**
 * Whether people have added to what has one owner as a whole. With the deployment as its owner, whatever is in it beside
 * the manifest was filled in by the server.
 */
function isAddedTo(expected: unknown, actual: unknown, place: Place, comparison: Comparison): boolean {
  return saysMore(expected, actual) && byHand(place, comparison);
}

function byHand(place: Place, { managed, managers }: Comparison): boolean {
  return isByHand(managed(), place, managers);
}

/** Some clusters give every account a secret to pull images with, in a list that has one owner. */
function isGivenTo(place: Place, kind: string): boolean {
  return kind === "ServiceAccount" && fieldAt(place, -1) === "imagePullSecrets";
}

interface KeyedLists {
  expected: List;
  actual: List;
  keys: readonly string[];
}

function compareKeyed(
  { expected, actual, keys }: KeyedLists,
  place: Place,
  comparison: Comparison,
): Difference[] {
  const found = Map.groupBy(actual, (item) => identityOf(item, keys));
  return [...Map.groupBy(expected, (item) => identityOf(item, keys))].flatMap(([identity, items]) => {
    const present = found.get(identity) ?? [];
    const at = [...place, { key: itemKey(present[0] ?? items[0], keys) }];
    if (present.length >= items.length)
      return items.flatMap((item, index) => compareValue(item, present[index], at, comparison));
    // Of items of the same key the last one counts, and the server may have kept one of them.
    const [one] = present;
    const same = items.some((item) => compareValue(item, one, at, comparison).length === 0);
    return same ? [] : compareValue(items.at(-1), one, at, comparison);
  });
}

function identityOf(item: unknown, keys: readonly string[]): string {
  return JSON.stringify(Object.values(itemKey(item, keys)).map(String));
}

/** Lists that the server keeps in an order of its own. */
function isBag(place: Place, kind: string): boolean {
  const field = fieldAt(place, -1);
  if (kind === "HorizontalPodAutoscaler") return field === "metrics";
  if (kind === "Endpoints") return true;
  return kind === "Pod" && field === "tolerations";
}

/** Each expected item must be there, in any order; whatever is there must be one of them. */
function compareBag(expected: List, actual: List, place: Place, comparison: Comparison): Difference[] {
  const holds = (item: unknown, one: unknown) => compareValue(item, one, place, comparison).length === 0;
  const missing = expected.some((item) => !actual.some((one) => holds(item, one)));
  const mayHaveMore = comparison.kind.name === "Pod";
  const further = !mayHaveMore && actual.some((one) => !expected.some((item) => holds(item, one)));
  return missing || further ? [{ place, expected, actual }] : [];
}
