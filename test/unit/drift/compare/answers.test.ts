import { describe, expect, it } from "vitest";
import { valueAtPlace } from "../../../../src/drift/objects/place.ts";
import { valueAt } from "../../../../src/overrides/values.ts";
import { CASES, differences, edited, found, leavesOf, type Pair, pairsOf } from "./support.ts";

const PAIRS = CASES.flatMap((name) => pairsOf(name).map((pair) => ({ ...pair, id: `${name}: ${pair.id}` })));

/** Fields that belong to somebody else, or to nobody. */
const NOT_OURS = [
  /^(apiVersion|kind|status)/,
  /^metadata\.(?!labels|annotations)/,
  /caBundle/,
  // Told as their data.
  /^stringData/,
];

/** What the manifest says, is not empty, and is kept as it was said. */
function saidBy({ wanted, live }: Pair) {
  const isOurs = (path: readonly (string | number)[]) =>
    !NOT_OURS.some((pattern) => pattern.test(path.join(".")));
  const isAggregated = wanted.aggregationRule !== undefined;
  return leavesOf(wanted).filter((path) => {
    const value = valueAt(wanted, path);
    const isEmpty = value === "" || value === 0 || value === false;
    return (
      isOurs(path) && !isEmpty && !(isAggregated && path[0] === "rules") && valueAt(live, path) !== undefined
    );
  });
}

function changed(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 7000;
  return `Li${value}`;
}

/** Where an item stands twice, the server may have dropped one. */
const CLEAR = PAIRS.filter(({ id }) => !id.startsWith("duplicates"));

describe("what a server makes of a manifest", () => {
  it.each(PAIRS)("is no drift: $id", ({ wanted, live }) => {
    expect(differences(wanted, live)).toEqual([]);
  });

  it.each(CLEAR)("is drift where a field is changed: $id", (pair) => {
    const { wanted, live } = pair;
    for (const path of saidBy(pair)) {
      const edit = edited(live, path, changed(valueAt(live, path)));
      const differing = found(wanted, edit);
      expect(differing, path.join(".")).toHaveLength(1);
      const [{ place, actual } = { place: [], actual: undefined }] = differing;
      expect(valueAtPlace(edit, place)).toEqual(actual);
    }
  });

  it.each(CLEAR)("is drift where a field is taken away: $id", (pair) => {
    const { wanted, live } = pair;
    for (const path of saidBy(pair)) {
      expect(found(wanted, edited(live, path, undefined)), path.join(".")).not.toEqual([]);
    }
  });
});
