import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zipSync } from "fflate";
import { packTar, type TarEntry } from "modern-tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "../../../src/core/context.ts";
import { createExec } from "../../../src/core/exec.ts";
import { extractMember } from "../../../src/tools/archive.ts";

const log = {
  info: () => {},
  debug: () => {},
  group: async <T>(_: string, work: () => Promise<T>) => work(),
};
const context = { exec: createExec(process.env, log) } as unknown as Context;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "archive-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function zip(files: Record<string, string>): Promise<string> {
  const file = join(folder, "tool.zip");
  const entries = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]);
  await writeFile(file, zipSync(Object.fromEntries(entries)));
  return file;
}

async function tarball(prepare: (source: string) => Promise<void>, args: string[]): Promise<string> {
  const source = join(folder, "source");
  await mkdir(source);
  await prepare(source);
  const file = join(folder, "tool.tar.gz");
  execFileSync("tar", ["-czPf", file, "-C", source, ...args]);
  return file;
}

describe("extractMember", () => {
  it("takes one file out of a zip and nothing that stands beside it", async () => {
    const file = await zip({ "../evil": "evil", "windows-amd64/helm.exe": "helm", LICENSE: "x" });
    await extractMember(context, file, "windows-amd64/helm.exe", join(folder, "helm.exe"));
    expect(await readFile(join(folder, "helm.exe"), "utf8")).toBe("helm");
    expect((await readdir(folder)).sort()).toEqual(["helm.exe", "tool.zip"]);
    expect(await readdir(join(folder, ".."))).not.toContain("evil");
  });

  it("takes one file out of a tar archive and nothing that stands beside it", async () => {
    const file = await tarball(
      async (source) => {
        await mkdir(join(source, "linux-amd64"));
        await writeFile(join(source, "linux-amd64", "helm"), "helm");
        await writeFile(join(folder, "evil"), "evil");
      },
      ["linux-amd64/helm", "../evil"],
    );
    await rm(join(folder, "evil"));
    await extractMember(context, file, "linux-amd64/helm", join(folder, "helm"));
    expect(await readFile(join(folder, "helm"), "utf8")).toBe("helm");
    expect(await readdir(folder)).not.toContain("evil");
  });

  it("refuses a link in place of the file", async () => {
    const file = await tarball((source) => symlink("/etc/passwd", join(source, "helm")), ["helm"]);
    await expect(extractMember(context, file, "helm", join(folder, "out"))).rejects.toThrow(
      "tool.tar.gz cannot be unpacked: helm in it is no regular file",
    );
  });

  it.each([
    [
      "a link as its folder",
      [
        { header: { name: "linux-amd64", type: "symlink", linkname: "../outside" } },
        { header: { name: "linux-amd64/helm", size: 4 }, body: "helm" },
      ],
    ],
    [
      "a link of the same name before it",
      [
        { header: { name: "linux-amd64/helm", type: "symlink", linkname: "../../outside/helm" } },
        { header: { name: "linux-amd64/helm", size: 4 }, body: "helm" },
      ],
    ],
    [
      "a link of the same name after it",
      [
        { header: { name: "linux-amd64/helm", size: 4 }, body: "helm" },
        { header: { name: "linux-amd64/helm", type: "link", linkname: "../outside/helm" } },
      ],
    ],
  ] as [string, TarEntry[]][])(
    "writes and reads nothing outside when the file has %s",
    async (_, entries) => {
      await mkdir(join(folder, "outside"));
      await writeFile(join(folder, "outside", "helm"), "outside");
      const file = join(folder, "tool.tar.gz");
      await writeFile(file, gzipSync(await packTar(entries)));
      await extractMember(context, file, "linux-amd64/helm", join(folder, "out")).catch(() => undefined);
      expect(await readFile(join(folder, "outside", "helm"), "utf8")).toBe("outside");
      expect(await readdir(join(folder, "outside"))).toEqual(["helm"]);
      if (existsSync(join(folder, "out"))) expect(await readFile(join(folder, "out"), "utf8")).toBe("helm");
    },
  );

  it.each(["tool.zip", "tool.tar.gz"])("says so when %s is no archive", async (name) => {
    await writeFile(join(folder, name), "<html>login</html>");
    await expect(extractMember(context, join(folder, name), "helm", join(folder, "out"))).rejects.toThrow(
      `${name} cannot be unpacked`,
    );
  });

  it("says so when the file is not in it", async () => {
    const file = await zip({ README: "x" });
    await expect(extractMember(context, file, "helm.exe", join(folder, "out"))).rejects.toThrow(
      "tool.zip cannot be unpacked: it holds no helm.exe",
    );
  });
});
