import semver from "semver";
import { chartSource } from "../../../catalogue/index.ts";
import type { ChartSource } from "../../../catalogue/model.ts";
import type { ComponentUse } from "../../../environment/model.ts";
import { formerRepositoryCalls } from "../../commands/chart-commands.ts";
import { chartReference, fieldPath, fieldPlace, writtenField } from "../../facts/chart-reference.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** Where charts were published before; their last versions are from 2025 or older. */
const FORMER =
  /\/\/(?:raw\.githubusercontent\.com\/allegroai\/|allegroai\.github\.io\/|docker\.io\/allegroai(?:\/|$))/;
const ORDER = ["A", "B", "C"];

export const repoGeneration: Rule = {
  id: "L20",
  slug: "repo-generation",
  severity: "warning",
  about:
    "The `repository` of a component is one of an earlier generation of charts, or not an address at all.",
  why: "ClearML moved its charts from the allegroai organisation on GitHub to the clearml organisation in March 2025 and to the OCI registry `oci://docker.io/clearml` in December 2025. The older addresses serve old versions or nothing. Leave `repository` out to get the right one. An alias of `helm repo add` means nothing here: write the address.",
  fixable: true,
  *check(release) {
    const { use } = release;
    const repository = use?.repository?.replace(/\/+$/, "");
    if (!use || repository === undefined) return;
    const at = fieldPlace(use, "repository");
    const reason =
      notAddress(repository) ?? doubledName(use, release, repository) ?? earlier(use, release, repository);
    if (reason) yield { ...reason, at };
  },
  checkCommands: (commands) => formerRepositoryCalls(commands, FORMER),
};

function notAddress(repository: string): Omit<Hit, "at"> | undefined {
  // Angle brackets have a rule of their own.
  if (/^(?:https?|oci|file):\/\/|^</.test(repository)) return undefined;
  return {
    message: `\`${repository}\` is not an address; an alias of \`helm repo add\` is known on one machine only`,
    hint: "write the `https://…` or `oci://…` address, or leave `repository` out",
    severity: "error",
  };
}

/** An OCI prefix that ends in the chart's name: the chart would be looked for below itself. */
function doubledName(
  use: ComponentUse,
  release: LintRelease,
  repository: string,
): Omit<Hit, "at"> | undefined {
  const name = release.chart;
  const isPrefix = !use.chart || chartReference(use)?.kind === "name";
  if (!isPrefix || !name || !repository.startsWith("oci://") || !repository.endsWith(`/${name}`))
    return undefined;
  const prefix = repository.slice(0, -name.length - 1);
  return {
    message: `\`${repository}\` ends in the chart's own name, and the chart would be looked for below it`,
    hint: `write \`${prefix}\``,
    severity: "error",
    ...fixTo(use, prefix),
  };
}

function earlier(use: ComponentUse, release: LintRelease, repository: string): Omit<Hit, "at"> | undefined {
  const { definition, environment, version } = release;
  const edition = environment?.edition ?? "enterprise";
  const wanted = chartSource(definition, { edition, version });
  if (!wanted || wanted.repository === repository) return undefined;
  const source = definition.charts.find((chart) => chart.repository === repository);
  if (source?.versions && isOutside(source.versions, version)) {
    return {
      message: `${repository} has versions ${source.versions} of ${source.name} only`,
      hint: `write \`${wanted.repository}\`, or leave \`repository\` out`,
      ...fixTo(use, wanted.repository),
    };
  }
  if (!FORMER.test(repository) && !(source && isEarlier(source, wanted))) return undefined;
  return {
    message: `${repository} is where the charts of an earlier generation are`,
    hint: `write \`${wanted.repository}\`, or leave \`repository\` out`,
    // A pinned version may well be in the old place only.
    ...(version === undefined ? fixTo(use, wanted.repository) : {}),
  };
}

function isOutside(range: string, version: string | undefined): boolean {
  const exact = semver.valid(version ?? "");
  return exact !== null && !semver.satisfies(exact, range, { includePrerelease: true });
}

function isEarlier(source: ChartSource, wanted: ChartSource): boolean {
  return ORDER.indexOf(source.generation) < ORDER.indexOf(wanted.generation);
}

function fixTo(use: ComponentUse, to: string): Pick<Hit, "fix"> {
  if (writtenField(use, "repository") === undefined) return {};
  const change = { source: use.source, kind: "value", path: fieldPath(use, "repository"), to } as const;
  return { fix: { description: `write \`${to}\``, changes: [change] } };
}
