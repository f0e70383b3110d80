import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/lint/rules/index.ts";
import { loadCases } from "./cases/load.ts";
import { lintSample } from "./support.ts";

const CASES = await loadCases();
const slugs = RULES.map((rule) => rule.slug);

describe("the list of rules", () => {
  it("has each number and name once, and says what each is about", () => {
    expect(new Set(slugs).size).toBe(RULES.length);
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
    for (const rule of RULES) {
      expect(rule.id).toMatch(/^[A-Z]\d+$/);
      expect(rule.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(rule.about).toMatch(/^.{20,}\.$/);
    }
  });

  it("has a bad and a good file for every rule", () => {
    expect(slugs.filter((slug) => !CASES.some((each) => each.rule === slug))).toEqual([]);
    expect(CASES.filter((each) => !slugs.includes(each.rule))).toEqual([]);
  });
});

describe.each(CASES)("$rule: $what", ({ rule, bad, good, at }) => {
  it("finds it at its place", async () => {
    const found = (await lintSample(bad)).filter((each) => each.rule === rule);
    expect(found.map((each) => `${each.severity} ${each.file}:${each.line}:${each.column}`)).toEqual(at);
  });

  it("is quiet about a good file close to it, and so are the others", async () => {
    const found = (await lintSample(good)).filter((each) => each.rule === rule || each.severity === "error");
    expect(found.map((each) => `${each.rule} ${each.line}: ${each.message}`)).toEqual([]);
  });
});
