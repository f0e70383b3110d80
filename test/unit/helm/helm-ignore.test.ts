import { describe, expect, it } from "vitest";
import { helmIgnore } from "../../../src/helm/helm-ignore.ts";

describe("helmIgnore", () => {
  it.each([
    ["", "values.yaml", false],
    ["", "templates/.hidden", true],
    ["", "templates/a.yaml", false],
    ["# *.yaml", "a.yaml", false],
    ["*.bak", "deep/er/a.bak", true],
    ["*.bak", "a.bak.txt", false],
    ["/a.txt", "a.txt", true],
    ["/a.txt", "b/a.txt", false],
    ["b/a.txt", "b/a.txt", true],
    ["b/a.txt", "c/b/a.txt", false],
    ["notes/", "notes/deep/a.txt", true],
    ["notes/", "notes", false],
    ["docs/*.md", "docs/a.md", true],
    ["docs/*.md", "docs/deep/a.md", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["[a-c]1", "b1", true],
    ["[^a-c]1", "b1", false],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["a.b", "axb", false],
    // What the line with the mark does not name is ignored.
    ["!*.yaml", "a.txt", true],
    ["!*.yaml", "a.yaml", false],
    ["x\r\n*.bak\r", "a.bak", true],
    ["\uFEFF*.bak", "a.bak", true],
  ])("%j for %s", (text, path, ignored) => expect(helmIgnore(text)(path)).toBe(ignored));
});
