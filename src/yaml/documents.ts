import type { Location } from "../core/errors.ts";
import { tooComplex } from "./limits.ts";
import { placesOf } from "./places.ts";
import { type Path, parseDocuments, type YamlSource } from "./source.ts";

/** One of the documents of a file. */
export interface YamlDocument {
  value: unknown;
  locate(path: Path, part?: "key" | "value"): Location;
}

/** Every document of a file of manifests; none when the file is not sound YAML. */
export function documentsOf(source: YamlSource): YamlDocument[] {
  if (source.problems.some(({ kind }) => kind === "syntax")) return [];
  return parseDocuments(source.text).flatMap((document): YamlDocument[] => {
    try {
      const value: unknown = document.toJS({ maxAliasCount: 1000 });
      if (value === null || value === undefined || tooComplex(value) !== undefined) return [];
      const places = placesOf(document);
      return [{ value, locate: (path, part = "value") => source.locateRange(...places.rangeOf(path, part)) }];
    } catch {
      // An alias of nothing, or a bomb of aliases.
      return [];
    }
  });
}
