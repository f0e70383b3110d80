import { strToU8, type Zippable, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readZip } from "../../../src/applications/zip.ts";

const text = (content: string) => strToU8(content);
const LIMITS = { files: 3, fileBytes: 1000, bytes: 1500 };

/** The same archive with another size in its directory: what a zip bomb does to look harmless. */
function withDeclaredSize(zip: Uint8Array, size: number): Uint8Array {
  const bytes = Buffer.from(zip);
  const entry = bytes.indexOf(Buffer.from("504b0102", "hex"));
  bytes.writeUInt32LE(size, entry + 24);
  return bytes;
}

describe("readZip", () => {
  it("gives the files with their folders, and leaves out what is not wanted", () => {
    const zip = zipSync({ "apps/a.zip": text("A"), "apps/": text(""), "b.py": text("B") });
    expect([...readZip(zip, "x")].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])).toEqual([
      ["apps/a.zip", "A"],
      ["b.py", "B"],
    ]);
    expect([...readZip(zip, "x", LIMITS, (path) => path.endsWith(".py")).keys()]).toEqual(["b.py"]);
  });

  it.each([
    ["../evil", "does not stay within its folder"],
    ["apps/../../evil", "does not stay within its folder"],
    ["/etc/passwd", "does not stay within its folder"],
    ["a//b", "does not stay within its folder"],
    ["..\\evil", "does not stay within its folder"],
    ["C:evil", "does not stay within its folder"],
    ["a\u0000b", "does not stay within its folder"],
  ])("refuses the name %j", (name, reason) => {
    expect(() => readZip(zipSync({ [name]: text("x") }), "apps.zip")).toThrow(reason);
  });

  it.each([
    ["names that differ in capitals", { "A.zip": text("1"), "a.zip": text("2") }, "`a.zip` twice"],
    ["a file too large", { a: new Uint8Array(1001) }, "`a` in it is larger than"],
    ["too much in all", { a: new Uint8Array(900), b: new Uint8Array(900) }, "unpacks to more than"],
    ["too many files", { a: text("1"), b: text("2"), c: text("3"), d: text("4") }, "more than 3 files"],
  ])("refuses %s", (_, files, reason) => {
    expect(() => readZip(zipSync(files), "apps.zip", LIMITS)).toThrow(reason);
  });

  it("refuses a file that is larger than the archive says", () => {
    const zip = withDeclaredSize(zipSync({ a: new Uint8Array(100_000) }), 10);
    expect(() => readZip(zip, "apps.zip", LIMITS)).toThrow("`a` in it is damaged");
  });

  it("refuses a link", () => {
    const link: Zippable = { evil: [text("/etc/passwd"), { os: 3, attrs: 0o120777 << 16 }] };
    expect(() => readZip(zipSync(link), "apps.zip")).toThrow("`evil` in it is a link");
  });

  it.each([
    ["a page of HTML", text("<html>log in</html>")],
    ["nothing", new Uint8Array()],
    ["half an archive", zipSync({ a: new Uint8Array(5000) }).slice(0, 60)],
  ])("refuses %s", (_, bytes) =>
    expect(() => readZip(bytes, "apps.zip")).toThrow(/^apps.zip cannot be unpacked/),
  );
});
