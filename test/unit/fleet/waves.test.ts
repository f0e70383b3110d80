import { describe, expect, it } from "vitest";
import { allowedFailures, parseBudget, weigh } from "../../../src/fleet/budget.ts";
import { checkSize, matrixOf } from "../../../src/fleet/matrix.ts";
import { type ErrorBudget, type TenantState, WAVES, type WaveName } from "../../../src/fleet/model.ts";
import { matchingNames } from "../../../src/fleet/patterns.ts";
import { cutShards } from "../../../src/fleet/shards.ts";
import { assignWaves, placeOf } from "../../../src/fleet/waves.ts";

const fleet = (count: number) => Array.from({ length: count }, (_, index) => `tenant-${index}`);
const sizes = (waves: ReadonlyMap<WaveName, readonly string[]>) =>
  WAVES.map((wave) => waves.get(wave)?.length);
const TWO_PERCENT: ErrorBudget = { kind: "percent", value: 2 };

describe("waves", () => {
  it("are one tenant, 5 %, 25 % and the rest", () => {
    const [canary, five, quarter, rest] = sizes(assignWaves(fleet(10_000)));
    expect(canary).toBe(1);
    expect((five ?? 0) / 10_000).toBeCloseTo(0.05, 2);
    expect(((five ?? 0) + (quarter ?? 0)) / 10_000).toBeCloseTo(0.25, 1);
    expect((canary ?? 0) + (five ?? 0) + (quarter ?? 0) + (rest ?? 0)).toBe(10_000);
  });

  it("do not move anybody when a tenant comes or goes", () => {
    const before = waveOf(assignWaves(fleet(500), new Set(["tenant-7"])));
    const after = waveOf(assignWaves([...fleet(499), "a-new-one"], new Set(["tenant-7"])));
    const moved = [...before].filter(([name, wave]) => after.has(name) && after.get(name) !== wave);
    expect(moved).toEqual([]);
    expect(after.get("a-new-one")).toBeDefined();
  });

  it("give the same whatever the order of the names", () => {
    expect(assignWaves(fleet(50).reverse())).toEqual(assignWaves(fleet(50)));
  });

  it("spread names by a place that is the same on every machine", () => {
    expect(placeOf("acme")).toBeCloseTo(0x822b33ad / 2 ** 32, 6);
  });

  it.each<[string, string[], string[], string[]]>([
    ["those marked", ["a", "b", "c"], ["b", "c"], ["b", "c"]],
    ["one, when none is marked", ["acme"], [], ["acme"]],
    ["one, when those marked are not listed", ["acme"], ["globex"], ["acme"]],
    ["nobody in an empty fleet", [], ["globex"], []],
  ])("begin with %s", (_, names, marked, canaries) =>
    expect(assignWaves(names, new Set(marked)).get("canary")).toEqual(canaries),
  );
});

function waveOf(waves: ReadonlyMap<WaveName, readonly string[]>): Map<string, WaveName> {
  return new Map([...waves].flatMap(([wave, names]) => names.map((name) => [name, wave] as const)));
}

describe("shards", () => {
  const cut = (tenants: number, most: number, size: number) =>
    cutShards(assignWaves(fleet(tenants)), { most, size }, TWO_PERCENT);

  it.each([
    [0, 256, 20],
    [1, 256, 20],
    [3, 3, 1],
    [100, 256, 20],
    [5_000, 256, 20],
    [5_000, 4, 1],
    [10_000, 256, 1],
    [257, 256, 1],
  ])("hold %i tenants once each, in at most %i jobs of %i", (tenants, most, size) => {
    const shards = cut(tenants, most, size);
    expect(shards.length).toBeLessThanOrEqual(most);
    expect(shards.flatMap((shard) => shard.tenants).sort()).toEqual(fleet(tenants).sort());
    expect(shards.map(({ shard }) => shard)).toEqual(shards.map((_, index) => index + 1));
    expect(shards.every((shard) => shard.tenants.length > 0)).toBe(true);
  });

  it("keep the size that was asked for where it fits, and are about as long as each other", () => {
    const rest = cut(1_000, 256, 20).filter(({ wave }) => wave === "rest");
    const lengths = rest.map(({ tenants }) => tenants.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(20);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
  });

  it("use the jobs there are before they grow", () => {
    const shards = cut(10_000, 256, 1);
    expect(shards.length).toBeGreaterThan(240);
  });

  it("stop by themselves when they alone use up the budget of their wave", () => {
    const names = fleet(1_000);
    const waves = new Map([
      ["canary" as const, names.slice(0, 1)],
      ["5" as const, names.slice(1, 50)],
      ["rest" as const, names.slice(50)],
    ]);
    const shards = cutShards(waves, { most: 256, size: 20 }, TWO_PERCENT);
    const limitOf = (wave: WaveName) => shards.find((shard) => shard.wave === wave)?.maxFailures;
    expect(limitOf("canary")).toBe(0);
    expect(limitOf("5")).toBe(1);
    expect(limitOf("rest")).toBe(20);
  });

  it("are refused when GitHub could not carry them from job to job", () => {
    const names = fleet(20_000).map((name) => `a-rather-long-name-of-a-${name}`);
    const all = matrixOf(cutShards(assignWaves(names), { most: 256, size: 20 }, TWO_PERCENT));
    expect(() => checkSize({ all })).toThrow(/GitHub passes at most 1048576/);
    const one = matrixOf(cutShards(assignWaves(names.slice(0, 5_000)), { most: 4, size: 20 }, TWO_PERCENT));
    expect(() => checkSize({ one })).toThrow(/a step takes less than 131072/);
    const fits = matrixOf(cutShards(assignWaves(fleet(20_000)), { most: 256, size: 20 }, TWO_PERCENT));
    expect(() => checkSize({ fits })).not.toThrow();
  });
});

describe("the error budget", () => {
  it.each<[string, ErrorBudget | undefined]>([
    ["2 %", { kind: "percent", value: 2 }],
    ["0.5%", { kind: "percent", value: 0.5 }],
    [" 3 ", { kind: "count", value: 3 }],
    ["0", { kind: "count", value: 0 }],
    ["101 %", undefined],
    ["1.5", undefined],
    ["-1", undefined],
    ["many", undefined],
  ])("reads %j", (text, budget) => expect(parseBudget(text)).toEqual(budget));

  it.each([
    ["2 %", 49, 0],
    ["2 %", 50, 1],
    ["7 %", 100, 7],
    ["29 %", 100, 29],
    ["3", 1, 3],
  ])("of %s lets fail of %i tenants %i", (text, tenants, allowed) =>
    expect(allowedFailures(parseBudget(text) as ErrorBudget, tenants)).toBe(allowed),
  );

  const states = (wave: WaveName, good: number, bad: number): TenantState[] =>
    Array.from({ length: good + bad }, (_, index) => ({
      tenant: `${wave}-${index}`,
      wave,
      shard: 1,
      state: index < good ? "ok" : "failed",
      outcome: "",
    }));

  it.each<[string, TenantState[], string, string | undefined]>([
    ["goes on without a failure", states("canary", 1, 0), "0", undefined],
    ["stops for a canary, whatever the budget", states("canary", 0, 1), "50", "a canary failed: `canary-0`"],
    ["goes on within the share", [...states("canary", 1, 0), ...states("5", 48, 1)], "2 %", undefined],
    [
      "stops beyond the share",
      states("5", 47, 2),
      "2 %",
      "2 of 49 tenants failed, and the error budget is 2 %",
    ],
    [
      "adds up the waves",
      [...states("5", 49, 1), ...states("25", 8, 1)],
      "2 %",
      "2 of 59 tenants failed, and the error budget is 2 %",
    ],
    [
      "stops beyond a number",
      states("rest", 90, 4),
      "3",
      "4 of 94 tenants failed, and the error budget is 3",
    ],
    [
      "counts nobody who waits",
      [
        ...states("5", 10, 0),
        ...states("rest", 0, 9).map((each) => ({ ...each, state: "waiting" as const })),
      ],
      "0",
      undefined,
    ],
    [
      "counts who nothing was heard of",
      states("5", 0, 1).map((each) => ({ ...each, state: "no result" as const })),
      "0",
      "1 of 1 tenants failed, and the error budget is 0",
    ],
  ])("%s", (_, all, text, stop) => expect(weigh(all, parseBudget(text) as ErrorBudget).stop).toBe(stop));
});

describe("names of tenants", () => {
  const names = ["acme", "acme-dev", "globex"];

  it.each<[string[], string[]]>([
    [[], names],
    [["acme"], ["acme"]],
    [["acme*"], ["acme", "acme-dev"]],
    [["*e*", "globex"], names],
    [["*"], names],
    [["*-dev"], ["acme-dev"]],
  ])("%j means %j", (patterns, expected) =>
    expect([...matchingNames(names, patterns, "tenants")].sort()).toEqual(expected),
  );

  it("may be all of an environment without tenants", () =>
    expect(matchingNames([], ["*"], "tenants").size).toBe(0));

  it("are refused when nobody has them, all at once, with the nearest one", () => {
    expect(() => matchingNames(names, ["acne", "x*", "globex"], "tenants")).toThrow(
      "input `tenants`: `acne` is the name of no tenant\ninput `tenants`: `x*` is the name of no tenant",
    );
  });
});
