import { HOST } from "../../catalogue/patterns.ts";
import type { Location } from "../../core/errors.ts";
import { valueAt } from "../../overrides/values.ts";
import type { ReleaseValues } from "../model.ts";
import { isInert } from "./inert.ts";

/** A host that a file gives to a component. */
export interface NamedHost {
  host: string;
  /** Found when it is asked for: most hosts are never reported. */
  readonly at: Location;
  release: ReleaseValues;
}

/** The host of a path, where it is known from the files, well formed, and in use. */
export function hostAt(release: ReleaseValues, path: readonly string[]): NamedHost | undefined {
  const value = valueAt(release.values, path);
  return typeof value === "string" && !isInert(release, path) ? named(release, path, value) : undefined;
}

/** The host of a URL at a path. */
export function urlHostAt(release: ReleaseValues, path: readonly string[]): NamedHost | undefined {
  const value = valueAt(release.values, path);
  const host = typeof value === "string" ? /^https?:\/\/([^/:]+)/.exec(value)?.[1] : undefined;
  return host === undefined ? undefined : named(release, path, host);
}

function named(release: ReleaseValues, path: readonly string[], host: string): NamedHost | undefined {
  if (!HOST.expression.test(host)) return undefined;
  return {
    host,
    release,
    get at() {
      return release.locate(path);
    },
  };
}

/** Whether a host is an IPv4 address: no cookie can name a domain above it. */
export function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

/** Whether a host is the domain itself or below it. */
export function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
