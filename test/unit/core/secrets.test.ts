import { describe, expect, it } from "vitest";
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
