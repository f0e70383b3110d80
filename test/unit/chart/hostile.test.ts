import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { linkOut, packageFiles } from "../../../src/chart/files.ts";
import { rawChart } from "../../../src/chart/raw-chart.ts";
import { UserError } from "../../../src/core/errors.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import { readLocalChart } from "../../../src/helm/chart.ts";
import { inFolder } from "../environment/support.ts";

const CHART = "apiVersion: v2\nname: own\nversion: 1.0.0\n";

interface Raw {
  name: string;
  /** `0` a file, `1` a hard link, `2` a link, `3` a device, `x` a header of more fields. */
  type?: string;
  link?: string;
  body?: string | Buffer;
  /** What the header says, where it lies. */
  size?: number;
}

/** One entry of a tar, byte for byte: no library writes such. */
function entry({ name, type = "0", link = "", body = "", size }: Raw): Buffer {
  const content = Buffer.from(body);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write((size ?? content.length).toString(8).padStart(11, "0"), 124);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write("ustar\u000000", 257);
  header.write("        ", 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const tgz = (...entries: Raw[]) =>
  gzipSync(Buffer.concat([...entries.map(entry), Buffer.alloc(1024)]), { level: 1 });
const pax = (field: string, value: string) => {
  const rest = ` ${field}=${value}\n`;
  const length = rest.length + String(rest.length + 2).length;
  return { name: "pax", type: "x", body: `${length}${rest}` };
};
const whole = { name: "own/Chart.yaml", body: CHART };

async function problemOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.catch((reason: unknown) => reason);
  expect(thrown).toBeInstanceOf(UserError);
  return (thrown as UserError).message;
}

describe("a package made by a stranger", () => {
  it.each<[string, Buffer, string]>([
    [
      "a name that leads out",
      tgz(whole, { name: "own/../../evil", body: "x" }),
      "does not lie in the chart's folder",
    ],
    ["a whole path", tgz(whole, { name: "/etc/passwd", body: "x" }), "does not lie in the chart's folder"],
    [
      "a backslash",
      tgz(whole, { name: "own\\..\\..\\evil", body: "x" }),
      "does not lie in the chart's folder",
    ],
    [
      "a longer name in a second header",
      tgz(whole, pax("path", "own/../../../evil"), { name: "own/a", body: "x" }),
      "does not lie in the chart's folder",
    ],
    ["a size that is not there", tgz(whole, { name: "own/a", size: 8 ** 11 - 1 }), "cannot be read"],
    [
      "a file of gigabytes",
      gzipSync(Buffer.alloc(120 * 1024 * 1024), { level: 1 }),
      "larger than the 100 MiB",
    ],
    [
      "files by the thousand",
      tgz(...Array.from({ length: 10_001 }, (_, index) => ({ name: `own/${index}` }))),
      "more than 10000 files",
    ],
    ["no archive", Buffer.from("#!/bin/sh\ntouch pwned\n"), "cannot be read"],
  ])("with %s is refused", async (_, bytes, says) => {
    expect(await problemOf(packageFiles(bytes, "own.tgz"))).toContain(says);
  });

  it.each<[string, Raw]>([
    ["a link", { name: "own/values.yaml", type: "2", link: "/etc/passwd" }],
    ["a hard link", { name: "own/values.yaml", type: "1", link: "/etc/passwd" }],
    ["a device", { name: "own/values.yaml", type: "3" }],
    ["a pipe", { name: "own/values.yaml", type: "6" }],
  ])("with %s has no such file", async (_, raw) => {
    const { files, incomplete } = await packageFiles(tgz(whole, raw), "own.tgz");
    expect([...files.keys()]).toEqual(["Chart.yaml"]);
    expect(incomplete).toContain("values.yaml");
  });

  it("cannot become gigabytes by packages within it", async () => {
    const body = Buffer.alloc(4 * 1024 * 1024);
    const zeros = Array.from({ length: 17 }, (_, index) => ({ name: `x/${index}`, body }));
    const inner = tgz({ name: "x/Chart.yaml", body: CHART }, ...zeros);
    const names = Array.from({ length: 50 }, (_, index) => `own/charts/${index}.tgz`);
    const outer = await packageFiles(tgz(whole, ...names.map((name) => ({ name, body: inner }))), "own.tgz");
    expect(await problemOf(rawChart(outer, "own.tgz"))).toContain("larger than the 100 MiB");
  }, 30_000);

  it("cannot hold packages in packages without an end", async () => {
    let bytes: Buffer = tgz(whole);
    for (let depth = 0; depth < 12; depth++) bytes = tgz(whole, { name: "own/charts/own.tgz", body: bytes });
    await inFolder({}, async (folder) => {
      writeFileSync(join(folder, "own.tgz"), bytes);
      const use = { id: "redis" } as ComponentUse;
      expect(await problemOf(readLocalChart(use, join(folder, "own.tgz")))).toContain("nest too deeply");
    });
    expect(await problemOf(rawChart(await packageFiles(bytes, "own"), "own"))).toContain("nest too deeply");
  });
});

describe("the folder of a chart", () => {
  it("names the first link that leads out of the folder around it", async () => {
    await inFolder({ "work/own/Chart.yaml": CHART, secret: "x" }, async (folder) => {
      const work = join(folder, "work");
      mkdirSync(join(work, "own/files"));
      symlinkSync("../Chart.yaml", join(work, "own/files/inside"));
      expect(await linkOut(join(work, "own"), work)).toBeUndefined();
      symlinkSync("../../../secret", join(work, "own/files/secret"));
      expect(await linkOut(join(work, "own"), work)).toBe("files/secret");
    });
  });
});

it("a package as our own library writes it is read", async () => {
  const bytes = gzipSync(
    await packTar([{ header: { name: "own/Chart.yaml", size: CHART.length }, body: CHART }]),
  );
  expect([...(await packageFiles(bytes, "own.tgz")).files.keys()]).toEqual(["Chart.yaml"]);
});
