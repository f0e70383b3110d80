import type { Location } from "../../core/errors.ts";
import type { Environment } from "../../environment/model.ts";
import { scalarsOf } from "../../overrides/resolve.ts";
import type { Path, YamlSource } from "../../yaml/source.ts";

/** A text of `clearml.yaml` or of a tenant file. */
export interface EnvironmentText {
  text: string;
  source: YamlSource;
  path: Path;
  part: "key" | "value";
  at: Location;
}

/** Every text of the environment's own files, without the values of components: those are entries of releases. */
export function* environmentTexts(environment: Environment): Generator<EnvironmentText> {
  const sources = new Set([environment.source, ...environment.tenants.map((tenant) => tenant.source)]);
  for (const source of sources) {
    for (const { text, path, part } of scalarsOf(source.value, [])) {
      if (isInValues(path)) continue;
      yield {
        text,
        source,
        path,
        part,
        get at() {
          return source.locate(path, part);
        },
      };
    }
  }
}

function isInValues(path: Path): boolean {
  const components = path.indexOf("components");
  return components >= 0 && path[components + 2] === "values";
}
