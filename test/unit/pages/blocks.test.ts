/** Every fence of every page, as far as reading tells. `test/actions/pages.test.ts` has what it takes tools for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linkProblems } from "../../support/pages/links.ts";
import { allPages, blocksOf, pages, placeOf, ROOT } from "../../support/pages/pages.ts";
import { kindsOf, yamlProblems } from "../../support/pages/yaml-blocks.ts";
import { thirdPartyPins } from "../../support/workflow-rules.ts";

const PAGES = pages();
const BLOCKS = PAGES.flatMap(blocksOf);
const of = (language: string) =>
  BLOCKS.filter((block) => block.language === language).map((block) => [placeOf(block), block] as const);

it("finds the pages", () => {
  const files = PAGES.map(({ file }) => file);
  expect(files).toEqual(expect.arrayContaining(["README.md", "SECURITY.md", "docs/troubleshooting.md"]));
  expect(files.filter((file) => file.startsWith("actions/"))).toHaveLength(
    readdirSync(join(ROOT, "actions")).length,
  );
});

it("has a language for every block", () => {
  const known = ["yaml", "json", "sh", "text", "console", "mermaid"];
  expect(BLOCKS.filter(({ language }) => !known.includes(language)).map(placeOf)).toEqual([]);
});

describe("YAML", () => {
  it.each(of("yaml"))("%s is what it looks like", (_, { text }) => {
    expect(yamlProblems(text)).toEqual([]);
    expect(kindsOf(text)).not.toContain("text");
  });
});

it("has JSON that can be read", () => {
  for (const [place, { text }] of of("json")) expect(() => JSON.parse(text) as unknown, place).not.toThrow();
});

it("says why a command is not run, in words", () => {
  const reasons = BLOCKS.flatMap(({ notRun }) => notRun ?? []);
  for (const reason of reasons) expect(reason.split(" ").length, reason).toBeGreaterThan(2);
});

it("names actions of others in the version that the workflows use", () => {
  const folders = [".github/workflows", "workflows-examples"];
  const workflows = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".yml"))
      .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
  );
  const pins = new Map(
    workflows.flatMap(thirdPartyPins).map(({ uses, version }) => [uses.split("@")[0], version.split(".")[0]]),
  );
  const shown = of("yaml").flatMap(([place, { text }]) =>
    [...text.matchAll(/uses: ([\w-]+\/[\w/-]+)@(v\d+)$/gm)].map(([, name = "", major = ""]) => ({
      place,
      name,
      major,
    })),
  );
  const others = shown.filter(({ name }) => !name.startsWith("clearml/"));
  expect(others.length).toBeGreaterThan(5);
  const wrong = others.filter(({ name, major }) => pins.has(name) && pins.get(name) !== major);
  expect(wrong).toEqual([]);
});

it("has links that lead somewhere", () => {
  expect(allPages().flatMap(linkProblems)).toEqual([]);
});
