import { describe, expect, it } from "vitest";
import { code, escapeHtml, plainText, table } from "../../../src/core/markdown.ts";
import { createSecrets } from "../../../src/core/secrets.ts";

const VALUE = 'pa"ss+w/ord\nsecond line';

describe("createSecrets", () => {
  const secrets = createSecrets(() => undefined);
  secrets.mask(VALUE);

  it.each([
    ["itself", VALUE],
    ["one of its lines", "second line"],
    ["base64", Buffer.from(VALUE).toString("base64")],
    ["a JSON string", JSON.stringify(VALUE)],
    ["a URL component", encodeURIComponent(VALUE)],
  ])("hides %s", (_, form) => {
    const text = secrets.redact(`before ${form} after`);
    expect(text).toMatch(/^before .*\*\*\*.* after$/s);
    expect(text).not.toContain("ord");
    expect(text).not.toContain("second");
  });

  it.each([1, 2, 3, 4, 5, 6])("hides base64 of a text with it at offset %d, as in a login", (before) => {
    const key = createSecrets(() => undefined);
    key.mask("a-secret-key-of-a-tenant");
    const text = `${"u".repeat(before - 1)}:a-secret-key-of-a-tenant"}}`;
    for (const encoding of ["base64", "base64url"] as const) {
      const hidden = key.redact(Buffer.from(text).toString(encoding));
      expect(hidden).toContain("***");
      // What is left of it are the characters that hold a part of what stands around it.
      expect(Buffer.from(hidden.replace("***", ""), "base64").toString("latin1")).not.toMatch(
        /secret|key-of|tenant/,
      );
    }
  });

  it.each([
    ["plain text of a page", plainText],
    ["HTML", escapeHtml],
    ["code in a cell", (text: string) => table(["a"], [[code(text)]])],
    [
      "Go's JSON",
      (text: string) =>
        JSON.stringify(text).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e"),
    ],
    ["a quoted scalar", (text: string) => `'${text.replaceAll("'", "''")}'`],
  ])("hides it as %s", (_, written) => {
    const special = createSecrets(() => undefined);
    special.mask("it's_a&<p@ss>*w|rd#1");
    const hidden = special.redact(written("it's_a&<p@ss>*w|rd#1"));
    expect(hidden).toContain("***");
    expect(hidden).not.toMatch(/ss|rd/);
  });

  it("replaces a longer secret as a whole, not the shorter one inside it", () => {
    const nested = createSecrets(() => undefined);
    nested.mask("abcd");
    nested.mask("xxabcdxx");
    expect(nested.redact("xxabcdxx")).toBe("***");
  });

  it("leaves very short values alone: they would garble everything", () => {
    const short = createSecrets(() => undefined);
    short.mask("no");
    expect(short.redact("nothing to note")).toBe("nothing to note");
  });
});
