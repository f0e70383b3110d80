import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** Rendered manifests by all they depend on. No secret is in them: charts are rendered with stand-ins. */
export interface ManifestCache {
  /**
   * The manifests of a key; `render` makes them when they are not there yet.
   * @param lasting whether the key says all they depend on, so that they may outlive the run
   */
  get(key: readonly unknown[], lasting: boolean, render: () => Promise<string>): Promise<string>;
}

/** Counts what changes the meaning of a key. */
const FORM = 1;

/**
 * Keeps manifests in memory, and in a folder when there is one.
 * @param folder stays from run to run; a broken file in it counts as missing
 */
export function manifestCache(folder?: string): ManifestCache {
  const known = new Map<string, Promise<string>>();
  return {
    get(key, lasting, render) {
      const digest = createHash("sha256")
        .update(JSON.stringify([FORM, ...key]))
        .digest("hex");
      const manifests = known.get(digest) ?? throughFolder(lasting ? folder : undefined, digest, render);
      known.set(digest, manifests);
      return manifests;
    },
  };
}

async function throughFolder(
  folder: string | undefined,
  digest: string,
  render: () => Promise<string>,
): Promise<string> {
  if (folder === undefined) return render();
  const file = join(folder, `${digest}.yaml.gz`);
  const kept = await readFile(file)
    .then((packed) => gunzipSync(packed).toString())
    .catch(() => undefined);
  if (kept !== undefined) return kept;
  const manifests = await render();
  // A cache that cannot be written to only costs time.
  await keep(folder, file, manifests).catch(() => undefined);
  return manifests;
}

/** Whole or not at all, also when two runs write the same file. */
async function keep(folder: string, file: string, manifests: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, gzipSync(manifests), { mode: 0o600 });
  await rename(unfinished, file);
}
