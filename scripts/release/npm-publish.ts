/**
 * Publishes the npm package. A version that is there stays; with other content it is an error.
 * Usage: node scripts/release/npm-publish.ts <clearml-actions-1.2.3.tgz> <dist-tag> [--provenance] [--registry <address>]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../src/core/errors.ts";
import { runScript } from "./run-script.ts";

export interface Publication {
  archive: string;
  /** `latest`, or for a repair of an older version another: `npx` takes what is `latest`. */
  distTag: string;
  registry: string;
  /** Whether npm is to prove where the package was made. It can in a workflow only. */
  provenance: boolean;
}

/** Publishes an archive that is named as `npm pack` does. */
export async function publishPackage(publication: Publication): Promise<"published" | "there"> {
  const { archive, distTag, registry, provenance } = publication;
  const [, name = "", version = ""] = /^(.+)-(\d+\.\d+\.\d+)\.tgz$/.exec(basename(archive)) ?? [];
  if (version === "") throw new UserError({ message: `${archive} is not named <package>-<version>.tgz` });
  const published = await integrityOf(registry, name, version);
  if (published !== undefined) {
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (published === integrity) return "there";
    throw new UserError({
      message: `npm has ${name}@${version} with other content`,
      hint: "a version is never changed once it is out; release the next one",
    });
  }
  npmPublish(archive, ["--tag", distTag, "--registry", registry, `--provenance=${provenance}`]);
  return "published";
}

/** Outside of the checkout, whose .npmrc is not meant. */
function npmPublish(archive: string, options: readonly string[]): void {
  const { status, error } = spawnSync(
    "npm",
    ["publish", resolve(archive), "--access", "public", ...options],
    {
      cwd: tmpdir(),
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  if (error) throw error;
  if (status !== 0)
    throw new UserError({ message: "npm did not publish it", hint: "its own words are above" });
}

/** The checksum of a version that is out; undefined when it is not. */
async function integrityOf(registry: string, name: string, version: string): Promise<string | undefined> {
  const address = `${registry}/${name}/${version}`;
  const response = await fetch(address).catch((cause: unknown) => {
    throw new UserError({ message: `${registry} does not answer`, hint: "run the job again" }, { cause });
  });
  if (response.status === 404) return undefined;
  if (!response.ok)
    throw new UserError({ message: `${address} answers ${response.status}`, hint: "run the job again" });
  const { dist } = (await response.json()) as { dist: { integrity: string } };
  return dist.integrity;
}

if (import.meta.main) {
  await runScript(async () => {
    const { values, positionals } = parseArgs({
      options: {
        provenance: { type: "boolean", default: false },
        registry: { type: "string", default: "https://registry.npmjs.org" },
      },
      allowPositionals: true,
    });
    const [archive, distTag] = positionals;
    if (!archive || !distTag) throw new UserError({ message: "name the archive and the dist-tag" });
    console.log(`${basename(archive)}: ${await publishPackage({ archive, distTag, ...values })}`);
  });
}
