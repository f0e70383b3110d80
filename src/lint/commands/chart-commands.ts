import semver from "semver";
import { CATALOGUE } from "../../catalogue/index.ts";
import { CHART_OWNERS } from "../facts/chart-reference.ts";
import type { Hit } from "../model.ts";
import { isDynamic } from "./calls.ts";
import type { ShellCommand } from "./commands.ts";
import { chartOf, type HelmCall, helmCalls, optionOf } from "./helm-calls.ts";

/** What scripts say about where charts come from, for the rules that ask the same of the environment file. */

/** Calls of Helm that take the newest version of a ClearML chart. */
export function* unpinnedCalls(commands: readonly ShellCommand[]): Generator<Hit> {
  for (const call of helmCalls(commands)) {
    const chart = ["install", "upgrade", "template", "pull"].includes(call.verb) ? chartOf(call) : undefined;
    if (!chart || !isKnownChart(chart.text) || carriesVersion(chart.text)) continue;
    const version = optionOf(call, "--version");
    if (version?.value && isDynamic(version.value.text)) continue;
    if (version?.value && semver.valid(version.value.text) !== null) continue;
    yield {
      message: version?.value
        ? `\`${version.value.text}\` is not an exact version of a chart`
        : `\`helm ${call.verb} ${chart.text}\` has no \`--version\`, and gets the newest on every run`,
      hint: "write the exact version of the chart: `--version 10.12.7`",
      at: call.at(version?.value ?? chart),
    };
  }
}

/** A chart of the catalogue, or another of ClearML's. */
function isKnownChart(chart: string): boolean {
  if (isDynamic(chart) || /^[./]|\.tgz$/.test(chart)) return false;
  const name = nameOf(chart);
  return CHART_OWNERS.has(name) || /^clearml(-|$)/.test(name);
}

function nameOf(chart: string): string {
  return (chart.split("/").at(-1) ?? chart).replace(/[:@].*$/, "");
}

/** An OCI reference with the tag of a version, or a digest. */
function carriesVersion(chart: string): boolean {
  const tag = /^oci:\/\/.*?:([\w.+-]+)$/.exec(chart)?.[1];
  return /@sha256:/.test(chart) || (tag !== undefined && semver.valid(tag) !== null);
}

/**
 * Calls of Helm that add a repository of an earlier generation, or take a chart from one that never had it.
 * @param former matches addresses of earlier generations
 */
export function* formerRepositoryCalls(commands: readonly ShellCommand[], former: RegExp): Generator<Hit> {
  for (const call of helmCalls(commands)) {
    const address = call.verb === "repo add" ? call.positionals[1] : optionOf(call, "--repo")?.value;
    if (address && former.test(address.text)) {
      yield {
        message: `${address.text.replace(/^<|>$/g, "")} is where the charts of an earlier generation are`,
        hint: "the charts are at `oci://docker.io/clearml` now: log in with `helm registry login docker.io`",
        at: call.at(address),
      };
    }
    const hit = ociOnly(call);
    if (hit) yield hit;
  }
}

/** A chart that exists in the OCI registry only, named with the alias of a classic repository. */
function ociOnly(call: HelmCall): Hit | undefined {
  const chart = chartOf(call);
  const [, name] = /^(?:clearml|allegroai)(?:-enterprise)?\/([^/]+)$/.exec(chart?.text ?? "") ?? [];
  const owner = name === undefined ? undefined : CHART_OWNERS.get(name);
  if (!chart || !name || !owner) return undefined;
  const sources = CATALOGUE[owner].charts.filter((each) => each.name === name);
  if (!sources.every(({ repository }) => repository.startsWith("oci://"))) return undefined;
  return {
    message: `${name} was never in a repository for \`helm repo add\``,
    hint: `write \`${sources[0]?.repository}/${name}\``,
    at: call.at(chart),
  };
}

/** URLs that still carry the brackets of Markdown: to the shell two redirects. */
export function* bracketedUrls(commands: readonly ShellCommand[]): Generator<Hit> {
  for (const { text, locate } of commands) {
    for (const found of text.matchAll(/<https?:\/\/[^\s<>]+>/g)) {
      yield {
        message: `the URL \`${found[0]}\` is in angle brackets, which the shell takes for redirects`,
        hint: "remove them",
        at: locate(found.index, found.index + found[0].length),
      };
    }
  }
}
