import { HOST } from "../catalogue/patterns.ts";
import type { Location } from "../core/errors.ts";
import { valueAt } from "../overrides/values.ts";
import { isInert } from "./inert.ts";
import type { LintRelease } from "./model.ts";

/** A host that a file gives to a component. */
export interface NamedHost {
  host: string;
  at: Location;
  release: LintRelease;
}

/** The host of a path, where it is known from the files, well formed, and in use. */
export function hostAt(release: LintRelease, path: readonly string[]): NamedHost | undefined {
  const value = valueAt(release.values, path);
  if (typeof value !== "string" || isInert(release, path)) return undefined;
  return HOST.expression.test(value) ? { host: value, at: release.locate(path), release } : undefined;
}

/** The host of a URL at a path. */
export function urlHostAt(release: LintRelease, path: readonly string[]): NamedHost | undefined {
  const value = valueAt(release.values, path);
  const host = typeof value === "string" ? /^https?:\/\/([^/:]+)/.exec(value)?.[1] : undefined;
  return host !== undefined && HOST.expression.test(host)
    ? { host, at: release.locate(path), release }
    : undefined;
}
