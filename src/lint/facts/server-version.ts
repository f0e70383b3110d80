import semver from "semver";
import { valueAt } from "../../overrides/values.ts";
import type { LintRelease } from "../model.ts";

/** From which version of the enterprise chart on the server is at least of a version; newest first. */
const SERVER_OF_CHART = [
  { chart: "11.0.0", server: "3.29" },
  { chart: "10.11.7", server: "3.28" },
  { chart: "10.8.0", server: "3.26" },
] as const;

/** The server version a control plane's chart is made for: at least this one. Undefined when nothing says it. */
export function serverOfChart({ contents, version, environment }: LintRelease): string | undefined {
  if (contents?.appVersion) return contents.appVersion;
  const exact = semver.valid(version ?? "");
  if (exact === null || environment?.edition !== "enterprise") return undefined;
  return serverOfEnterpriseChart(exact);
}

/** The server version that a version of the enterprise chart brings: at least this one. */
export function serverOfEnterpriseChart(version: string): string | undefined {
  const exact = semver.valid(version);
  return exact === null ? undefined : SERVER_OF_CHART.find(({ chart }) => semver.gte(exact, chart))?.server;
}

/** The server version a control plane runs: its pinned image, else what the chart brings. */
export function serverVersion(release: LintRelease): string | undefined {
  const tag = valueAt(release.values, ["apiserver", "image", "tag"]);
  return typeof tag === "string" && minorOf(tag) ? tag : serverOfChart(release);
}

/** Compares the first two numbers of two versions: negative when the first is older, 0 when one is no version. */
export function compareMinor(a: string, b: string): number {
  const [first, second] = [minorOf(a), minorOf(b)];
  if (!first || !second) return 0;
  return first[0] - second[0] || first[1] - second[1];
}

/** `3.26` of `3.26.1-1500`; the rest are builds. Other tags, such as digests and names, say nothing. */
function minorOf(version: string): [major: number, minor: number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}
