import semver from "semver";
import type { ComponentId } from "../../../catalogue/model.ts";
import { fillMissing, type Values } from "../../../overrides/values.ts";

/** The chart of a tenant's component, as far as its values depend on it. */
export interface TenantChart {
  id: ComponentId;
  version?: string;
  /** Name, reference or file, where the environment file names one. */
  chart?: string;
  namespace?: string;
}

/** Whether a chart is certainly older than a version; one whose version is not known is taken for new. */
export function isBefore({ version, chart }: TenantChart, limit: string): boolean {
  const inFileName = /-v?(\d+\.\d+\.\d+[^/\\]*)\.tgz$/.exec(chart ?? "")?.[1];
  const known = semver.valid(version ?? "") ?? semver.valid(inFileName ?? "");
  return known !== null && semver.lt(known, limit);
}

/** A value for a path, if it is known. */
export type Fact = readonly [path: readonly string[], fact: unknown];

/** The values with the facts that are known, where nothing is there yet. */
export function fill(values: Values, facts: readonly Fact[]): Values {
  return facts.reduce(
    (filled, [path, fact]) => (fact === undefined ? filled : fillMissing(filled, path, fact)),
    values,
  );
}
