import { CATALOGUE } from "../../catalogue/index.ts";
import type { ComponentId } from "../../catalogue/model.ts";
import type { Location } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import { valueAt } from "../../overrides/values.ts";
import type { Path } from "../../yaml/source.ts";

/** What the `chart` of a component names. */
export interface ChartReference {
  /** As written, with its placeholders replaced. */
  text: string;
  /** `alias/name` is how Helm writes a chart of a repository added by hand; here it would be a folder. */
  kind: "name" | "oci" | "package" | "folder" | "alias";
  /** Name of the chart; undefined for a folder, whose name says nothing. */
  name?: string;
  /** Tag of an OCI reference, or the version in the name of a package. */
  version?: string;
  digest?: string;
  at: Location;
}

/** How ClearML's guides call the repositories they add. */
const ALIASES = new Set([
  "allegroai",
  "allegroai-enterprise",
  "clearml",
  "clearml-enterprise",
  "nvidia",
  "bitnami",
]);

/** Which component each known chart belongs to. */
export const CHART_OWNERS: ReadonlyMap<string, ComponentId> = new Map(
  Object.values(CATALOGUE).flatMap(({ id, charts }) =>
    charts.map((chart): [string, ComponentId] => [chart.name, id]),
  ),
);

/** The `chart` field of a component, taken apart. */
export function chartReference(use: ComponentUse): ChartReference | undefined {
  if (use.chart === undefined) return undefined;
  const text = writtenField(use, "chart") ?? use.chart;
  return { ...parseReference(text), text, at: fieldPlace(use, "chart") };
}

/** A field of a component as it stands in the file; undefined when placeholders make it up. */
export function writtenField(use: ComponentUse, field: string): string | undefined {
  const value = valueAt(use.source.value, fieldPath(use, field));
  return typeof value === "string" && !value.includes("${") ? value : undefined;
}

/** The path of a component's field within its file. */
export function fieldPath(use: ComponentUse, field: string): Path {
  return [...use.path, field];
}

export function fieldPlace(use: ComponentUse, field: string): Location {
  return use.source.locate(fieldPath(use, field));
}

function parseReference(text: string): Omit<ChartReference, "text" | "at"> {
  if (text.startsWith("oci://")) {
    const [, name, version, digest] = /([^/:@]+)(?::([^/@]+))?(?:@(sha256:\w+))?$/.exec(text) ?? [];
    return {
      kind: "oci",
      ...(name ? { name } : {}),
      ...(version ? { version } : {}),
      ...(digest ? { digest } : {}),
    };
  }
  const [, file = text] = /([^/\\]+)[/\\]*$/.exec(text) ?? [];
  if (/\.(tgz|tar\.gz)$/.test(file)) {
    const [, name, version] = /^(.+?)-(v?\d+\.\d+.*)\.(?:tgz|tar\.gz)$/.exec(file) ?? [];
    return { kind: "package", ...(name ? { name } : {}), ...(version ? { version } : {}) };
  }
  if (!/[\\/]/.test(text)) return { kind: "name", name: text };
  const [alias = "", ...rest] = text.split("/");
  const isAlias = ALIASES.has(alias) && rest.length === 1 && CHART_OWNERS.has(file);
  return isAlias ? { kind: "alias", name: file } : { kind: "folder" };
}
