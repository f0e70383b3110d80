import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { CacheEntry } from "../core/actions-cache.ts";
import type { Context } from "../core/context.ts";
import { errorMessage } from "../core/errors.ts";

/** Publishers' files that were downloaded in this run and wait to be saved when the job ends. */
export const KEPT_ARCHIVES = z.array(z.object({ key: z.string(), version: z.string(), file: z.string() }));

export type KeptArchive = z.output<typeof KEPT_ARCHIVES>[number];

/** The Actions cache as a store of publishers' files; it never fails, it warns. */
export interface ArchiveCache {
  /** Fetches the file with that sum; false when it is not there, or what is there has another sum. */
  restore(name: string, sum: string, file: string): Promise<boolean>;
  /** Puts a checked download aside for `saveArchives`. */
  keep(name: string, sum: string, file: string): Promise<void>;
  readonly kept: readonly KeptArchive[];
}

/** The store of a run; after its first failure it is left alone. Without an Actions cache it holds nothing. */
export function createArchiveCache(context: Context): ArchiveCache {
  const kept: KeptArchive[] = [];
  const unwanted = new Set<string>();
  let cache = context.actionsCache;
  let folder: Promise<string> | undefined;
  return {
    kept,
    async restore(name, sum, file) {
      const entry = entryOf(name, sum);
      try {
        const found = await cache?.restore(entry, file);
        if (found === undefined || found === sum) return found === sum;
        unwanted.add(name);
        warnOfForeignContent(context, entry, found);
      } catch (thrown) {
        if (cache) context.annotate("warning", failure("cannot be read", thrown));
        cache = undefined;
      }
      await rm(file, { force: true });
      return false;
    },
    async keep(name, sum, file) {
      if (!cache || unwanted.has(name)) return;
      folder ??= context.keptDir("downloads");
      const own = join(await folder, name);
      await copyFile(file, own);
      kept.push({ ...entryOf(name, sum), file: own });
    },
  };
}

/** Saves what a run has put aside; for the post step. */
export async function saveArchives(context: Context, kept: readonly KeptArchive[]): Promise<void> {
  for (const { file, ...entry } of kept) {
    try {
      const saved = await context.actionsCache?.save(entry, file);
      context.log.info(`${entry.key} ${saved ? "saved to" : "was not wanted by"} the Actions cache`);
    } catch (thrown) {
      context.annotate("warning", failure("cannot be written", thrown));
      return;
    }
  }
}

/** The sum is part of what is asked for: an entry for other bytes is never an answer. */
function entryOf(name: string, sum: string): CacheEntry {
  return { key: `clearml-actions-${name}`, version: sum };
}

function warnOfForeignContent(context: Context, { key, version }: CacheEntry, found: string): void {
  context.annotate("warning", {
    message: `the entry ${key} of the Actions cache has the SHA-256 sum ${found} and not ${version}; it is not used`,
    hint: `delete it (gh cache delete ${key}) and find out which workflow wrote it`,
  });
}

function failure(what: string, thrown: unknown) {
  return {
    message: `the Actions cache ${what}: ${errorMessage(thrown)}`,
    hint: "nothing is lost but time: tools come from their publishers or the `mirror`",
  };
}
