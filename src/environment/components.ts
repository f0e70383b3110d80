import { CATALOGUE } from "../catalogue/index.ts";
import type { ComponentId } from "../catalogue/model.ts";
import { parseDuration } from "../core/fields.ts";
import { isMap } from "../overrides/merge.ts";
import type { Path, YamlSource } from "../yaml/source.ts";
import { displayPath, pathFrom, type Reader, readYaml } from "./files.ts";
import type { ComponentUse, OverrideFile } from "./model.ts";
import type { RawComponent } from "./schema.ts";

/** Where components stand, and what they default to there. */
export interface Place {
  source: YamlSource;
  /** Path of the `components` map. */
  path: Path;
  tenant?: { name: string; namespace: string };
}

/** Namespace of what belongs to the server and says nothing else. */
const SERVER_NAMESPACE = "clearml";

/** The components of one place with their defaults, in the order of the file; their override files are read. */
export function buildComponents(
  reader: Reader,
  raw: Readonly<Partial<Record<ComponentId, RawComponent | null | undefined>>>,
  place: Place,
): ComponentUse[] {
  return Object.entries(raw).map(([id, component]) =>
    buildComponent(reader, id as ComponentId, component ?? {}, place),
  );
}

function buildComponent(reader: Reader, id: ComponentId, raw: RawComponent, place: Place): ComponentUse {
  const definition = CATALOGUE[id];
  const { source } = place;
  const path = [...place.path, id];
  const optional = {
    tenant: place.tenant?.name,
    version: raw.version,
    chart: raw.chart === undefined ? undefined : chartReference(reader, source, raw.chart),
    repository: raw.repository,
    values: raw.values,
    timeoutMs: raw.timeout === undefined ? undefined : parseDuration(raw.timeout),
    ingressNamespace: raw.ingressNamespace,
    archive: raw.archive,
    imageRegistry: raw.imageRegistry,
  };
  return {
    ...defined(optional),
    id,
    definition,
    enabled: raw.enabled ?? true,
    namespace: raw.namespace ?? place.tenant?.namespace ?? definition.namespace ?? SERVER_NAMESPACE,
    release: raw.release ?? definition.release,
    overrides: (raw.overrides ?? []).flatMap((file, index) =>
      readOverride(reader, source, file, [...path, "overrides", index]),
    ),
    needs: raw.needs ?? [],
    source,
    path,
    at: source.locate(path, "key"),
  };
}

/** The fields that have a value: an optional field of the model is absent, never undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** A chart name or OCI reference as written; a path relative to the working folder. */
function chartReference(reader: Reader, source: YamlSource, chart: string): string {
  const isPath = !chart.startsWith("oci://") && (/[\\/]/.test(chart) || chart.endsWith(".tgz"));
  if (!isPath) return chart;
  const path = displayPath(reader, pathFrom(reader, source, chart));
  // Helm takes a bare `name.tgz` for a file, but a bare folder for a chart name, and a dash for the start of a flag.
  return !path.startsWith("-") && (path.includes("/") || path.endsWith(".tgz")) ? path : `./${path}`;
}

/** Looks for the override files of a file whose schema is broken, so that all its problems come out at once. */
export function noteMissingOverrides(reader: Reader, value: unknown, source: YamlSource): undefined {
  const components = isMap(value) && isMap(value.components) ? value.components : {};
  for (const [id, component] of Object.entries(components)) {
    const files = isMap(component) && Array.isArray(component.overrides) ? component.overrides : [];
    for (const [index, file] of files.entries()) {
      if (typeof file === "string")
        readOverride(reader, source, file, ["components", id, "overrides", index]);
    }
  }
}

function readOverride(reader: Reader, source: YamlSource, written: string, path: Path): OverrideFile[] {
  const at = source.locate(path);
  const absolute = pathFrom(reader, source, written);
  const file = displayPath(reader, absolute);
  const read = readYaml(reader, absolute, (reason) => ({
    message: `override file ${file} ${reason}`,
    hint: "correct the path; it is relative to the file it stands in",
    at,
  }));
  return read ? [{ file, source: read, at }] : [];
}
