import { posix } from "node:path";
import type { Location } from "../../core/errors.ts";
import type { ComponentUse, Environment } from "../../environment/model.ts";
import type { Finding } from "../model.ts";

type Place = Pick<Location, "file" | "line">;

/**
 * Whether a finding has to do with what has changed: it stands in a changed file, points to one, or is about a release
 * that a changed file is part of. A changed `clearml.yaml` concerns everything.
 */
export function concerns(
  changed: ReadonlySet<string>,
  environment?: Environment,
): (finding: Pick<Finding, "file" | "line" | "related">) => boolean {
  if (environment && changed.has(environment.file)) return () => true;
  const { files, ranges } = pulledIn(changed, environment);
  const isTouched = ({ file, line }: Place) =>
    changed.has(file) ||
    files.has(file) ||
    (ranges.get(file)?.some(([from, to]) => line >= from && line <= to) ?? false);
  return (finding) => isTouched(finding) || (finding.related?.some(isTouched) ?? false);
}

interface PulledIn {
  /** Override files of the releases. */
  files: ReadonlySet<string>;
  /** Lines of the releases themselves, by file. */
  ranges: ReadonlyMap<string, readonly [from: number, to: number][]>;
}

/** The releases with a changed file, chart or tenant. */
function pulledIn(changed: ReadonlySet<string>, environment: Environment | undefined): PulledIn {
  const files = new Set<string>();
  const ranges = new Map<string, [number, number][]>();
  const uses = environment
    ? [environment, ...environment.tenants].flatMap(({ components }) => components)
    : [];
  for (const use of uses.filter((each) => isChanged(each, changed))) {
    for (const { file } of use.overrides) files.add(file);
    const { file, line } = use.source.locate(use.path, "key");
    const end = use.source.locate(use.path).endLine ?? line;
    ranges.set(file, [...(ranges.get(file) ?? []), [line, end]]);
  }
  return { files, ranges };
}

/** Whether the file a component stands in, one of its override files, or its chart has changed. */
export function isChanged(use: ComponentUse, changed: ReadonlySet<string>): boolean {
  if (changed.has(use.source.file) || use.overrides.some(({ file }) => changed.has(file))) return true;
  if (use.chart === undefined || use.chart.startsWith("oci://")) return false;
  const chart = posix.normalize(use.chart);
  return changed.has(chart) || [...changed].some((file) => file.startsWith(`${chart}/`));
}
