import { helmReason } from "../helm/failures.ts";
import type { LintRelease } from "../lint/model.ts";
import { isMap } from "../overrides/merge.ts";
import { valueAt } from "../overrides/values.ts";
import type { Path } from "../yaml/source.ts";
import type { RenderFailure } from "./model.ts";

/** Words of Helm that speak of the chart and its values, not of how the chart was fetched. */
const ABOUT_VALUES =
  /execution error at|executing "|error calling|YAML parse error|don't meet the specifications|requires kubeVersion|template: |parse error at/i;
const WINDOW = /chart requires kubeVersion: (.+) which is incompatible with Kubernetes (\S+)/;
/** Ways in which Helm's sentences name a value, the surest first. */
const NAMED_VALUES: readonly RegExp[] = [
  /\.Values((?:\.[\w-]+)+)/g,
  /at '(\/[^']*)'/g,
  /(?:^| )- ([\w-]+(?:\.[\w-]+)*): /g,
  /([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)+)/g,
];

/** Why Helm made nothing of a release's values; undefined when its words are about something else. */
export function renderFailure(
  stderr: string,
  release: LintRelease,
): (RenderFailure & { window?: string }) | undefined {
  if (!ABOUT_VALUES.test(stderr)) return undefined;
  const reason = helmReason(stderr).replace(/ ?Use --debug flag.*$/, "");
  const window = WINDOW.exec(reason);
  if (window) {
    return {
      message: `the chart accepts Kubernetes ${window[1]}, and \`kubernetesVersion\` is ${window[2]?.replace(/^v/, "")}`,
      at: release.at,
      ...(window[1] ? { window: window[1] } : {}),
    };
  }
  const path = namedPaths(reason)
    .map((each) => writtenPart(each, release))
    .find((each) => each.length > 0);
  return { message: shortened(reason), at: path ? release.locate(path) : release.at };
}

/** Helm's sentence without the templates it came through: what went wrong stands last. */
function shortened(reason: string): string {
  const refusal = /execution error at \((?<place>[^)]+)\): (?<words>.+)/.exec(reason)?.groups;
  if (refusal) return `${refusal.words} (${withoutColumn(refusal.place)})`;
  const step = [
    ...reason.matchAll(
      /(?<place>\S+:\d+):\d+:?\s+executing "[^"]*" at <(?<what>[^>]*)>:\s+(?<words>.+?)(?=\s+\S+:\d+:\d+:?\s+executing|$)/g,
    ),
  ].at(-1)?.groups;
  return step ? `${step.words} at \`${step.what}\` (${withoutColumn(step.place)})` : reason;
}

function withoutColumn(place: string | undefined): string {
  return (place ?? "").replace(/^(.+:\d+):\d+$/, "$1");
}

function namedPaths(reason: string): Path[] {
  // Names of templates look like paths of values.
  const words = reason.replaceAll(/\S+\.(?:yaml|yml|tpl|txt|json)\b(?::\d+)*/g, "");
  return NAMED_VALUES.flatMap((expression) =>
    [...words.matchAll(expression)].map(([, name = ""]) => name.split(/[./]/).filter((step) => step !== "")),
  );
}

/** As much of a path as the overrides hold. A subchart names its values without its own key. */
function writtenPart(path: Path, { values, contents }: LintRelease): Path {
  const homes: Path[] = [[], ...(contents?.subcharts ?? []).map(({ key }) => [key])];
  const parts = homes.map((home) => heldBy(values, [...home, ...path]));
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), []);
}

function heldBy(values: unknown, path: Path): Path {
  const missing = path.findIndex((_, at) => {
    const parent = valueAt(values, path.slice(0, at));
    return !isMap(parent) || valueAt(values, path.slice(0, at + 1)) === undefined;
  });
  return missing < 0 ? path : path.slice(0, missing);
}
