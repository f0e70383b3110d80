import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readRegularFile, writeRegularFile } from "../../../src/core/files.ts";
import { inFolder } from "../environment/support.ts";

/** A checkout with ways out of it, and what lies outside. */
function inCheckout(work: (checkout: string, outside: string) => Promise<void>): Promise<void> {
  return inFolder(
    { "work/a.txt": "a", "work/sub/b.txt": "b", "outside/secret": "secret" },
    async (folder) => {
      const [checkout, outside] = [join(folder, "work"), join(folder, "outside")];
      symlinkSync("a.txt", join(checkout, "in"));
      symlinkSync("../outside/secret", join(checkout, "out"));
      symlinkSync("../outside", join(checkout, "up"));
      symlinkSync("../outside/new", join(checkout, "dangling"));
      symlinkSync("/dev/zero", join(checkout, "zero"));
      execFileSync("mkfifo", [join(checkout, "pipe")]);
      writeFileSync(join(checkout, "large"), "");
      truncateSync(join(checkout, "large"), 65 * 1024 * 1024);
      await work(checkout, outside);
    },
  );
}

it.each([
  ["out", "a link that leads out"],
  ["up/secret", "a link that leads out"],
  ["zero", "no regular file"],
  ["pipe", "no regular file"],
  ["sub", "a folder"],
  ["large", "larger than 64 MiB"],
  ["none", "ENOENT"],
])("%s is not read: %s", async (name, reason) => {
  await inCheckout(async (checkout) => {
    await expect(readRegularFile(join(checkout, name), checkout)).rejects.toThrow(reason);
  });
});

it("a file of the checkout is read, also by a link within, and one that somebody named elsewhere", async () => {
  await inCheckout(async (checkout, outside) => {
    expect(String(await readRegularFile(join(checkout, "in"), checkout))).toBe("a");
    expect(String(await readRegularFile(join(outside, "secret"), checkout))).toBe("secret");
  });
});

it.each(["out", "dangling", "up/new", "up/folder/new", "in"])(
  "nothing is written through %s",
  async (name) => {
    await inCheckout(async (checkout, outside) => {
      await expect(writeRegularFile(join(checkout, name), "x", checkout)).rejects.toThrow(/link|ELOOP/);
      expect(readFileSync(join(outside, "secret"), "utf8")).toBe("secret");
      expect(readFileSync(join(checkout, "a.txt"), "utf8")).toBe("a");
      expect(execFileSync("ls", [outside]).toString()).toBe("secret\n");
    });
  },
);

it("a file is written anew and over an old one, with its folders", async () => {
  await inCheckout(async (checkout, outside) => {
    for (const path of [join(checkout, "a.txt"), join(checkout, "x/y/z"), join(outside, "n/m")]) {
      await writeRegularFile(path, "new", checkout);
      expect(readFileSync(path, "utf8")).toBe("new");
    }
  });
});
