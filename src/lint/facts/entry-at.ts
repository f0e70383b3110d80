import type { Location } from "../../core/errors.ts";
import type { Path } from "../../yaml/source.ts";
import type { Entry, Fix, LintRelease } from "../model.ts";
import { pathInFile } from "./entry-text.ts";

/** The entry that sets the merged value at a path; of the strongest layer where several do. */
export function entryAt(release: LintRelease, path: Path): Entry | undefined {
  return release.entries.findLast(
    (each) => each.path.length === path.length && each.path.every((step, index) => step === path[index]),
  );
}

/** A fix that writes another value in the place of an entry. */
export function writes(entry: Entry, to: string | number | boolean, description: string): Fix {
  return {
    description,
    changes: [{ source: entry.layer.source, kind: "value", path: pathInFile(entry), to }],
  };
}

/** Where the key of a merged value stands: better than all of it where the value is a map or list. */
export function keyAt(release: LintRelease, path: Path): Location {
  return entryAt(release, path)?.at("key") ?? release.locate(path);
}
