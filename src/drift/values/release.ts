import { plural } from "../../core/plural.ts";
import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import type { Values } from "../../overrides/values.ts";
import { type ChangedPath, valueChanges } from "../../plan/changed-paths.ts";
import type { Danger } from "../../plan/model.ts";
import { tagged, unquoted } from "../../plan/redact.ts";
import { releaseDangers } from "../../plan/release.ts";
import { type Finding, ownerOf, type Scan } from "../model.ts";
import { type ChartDifference, chartDifference, type WantedChart } from "./chart.ts";
import { nameOf } from "./names.ts";
import { publishedCredentials } from "./published.ts";
import { filledIn } from "./stand-ins.ts";
import type { ValuesText } from "./text.ts";

/** Changed values that are told one by one. */
const MOST = 20;

/** A release that is there, and what the files make of it. */
export interface ComparedRelease {
  use: ComponentUse;
  record: ReleaseRecord;
  /** Undefined where the files are wrong. */
  desired: Values | undefined;
  /** Undefined where it cannot be told. */
  chart?: WantedChart;
  text: ValuesText;
}

/** How a release that nobody works on differs from what the files say. */
export function releaseDifferences({ tag }: Pick<Scan, "tag">, release: ComparedRelease): Finding[] {
  const { use, record, chart } = release;
  if (record.status === "uninstalled") return [statusFinding(release)];
  const desired =
    release.desired === undefined ? record.values : (filledIn(release.desired, record.values) as Values);
  const chartChange = chart && chartDifference(record, chart);
  const valueChange = valueChanges(record.values, desired);
  const status = record.status === "deployed" ? [] : [statusFinding(release)];
  const credentials = credentialFindings(release, desired, tag);
  if (!chartChange && valueChange.length === 0) return [...status, ...credentials];
  const { name, version } = { name: record.chart, version: record.chartVersion, ...chart };
  const way = wayOf(releaseDangers({ use, current: record, chart: { name, version }, values: desired }, tag));
  return [
    ...status,
    ...(chartChange ? [chartFinding(release, chartChange, way)] : []),
    ...valueFindings(release, valueChange, way),
    ...credentials,
  ];
}

/** Whether a deployment of the files goes through, and what has to be done for it. */
interface Way {
  isFree: boolean;
  hint: string;
}

function wayOf(dangers: readonly Danger[]): Way {
  const stops = dangers.filter(({ severity }) => severity === "stop");
  const steps = stops.filter(({ rule }) => rule === "upgrade-step-skipped");
  const said = (danger: Danger) => [danger.message, ...(danger.hint ? [danger.hint] : [])].join(": ");
  if (steps.length > 0) return { isFree: false, hint: steps.map(said).join("; ") };
  if (stops.length > 0)
    return { isFree: true, hint: `its deployment takes an approved plan: ${stops.map(said).join("; ")}` };
  return { isFree: true, hint: "deploy it, or take the change out of the files" };
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  uninstalled: "was uninstalled, its history was kept",
  superseded: "has lost its newest revision: the last one left is superseded",
};

function statusFinding({ use, record, text }: ComparedRelease): Finding {
  const { status, revision, description, updated } = record;
  const words =
    STATUS_WORDS[status] ??
    `has the newest revision ${revision} in state ${status}: ${text.redact(description)}`;
  return {
    class: "release",
    ...ownerOf(use),
    path: "status",
    expected: "deployed",
    actual: status,
    since: updated.toISOString(),
    upgradeRepairs: true,
    message: `${nameOf(use)} ${words}`,
    hint: "deploy it again",
  };
}

function chartFinding(
  { use, record }: ComparedRelease,
  { expected, actual }: ChartDifference,
  { isFree, hint }: Way,
): Finding {
  return {
    class: "release",
    ...ownerOf(use),
    path: "chart",
    expected,
    actual,
    since: record.updated.toISOString(),
    upgradeRepairs: isFree,
    message: `${nameOf(use)} is made from ${actual}, the files say ${expected}`,
    hint,
  };
}

function valueFindings(
  { use, record, text }: ComparedRelease,
  changes: readonly ChangedPath[],
  { isFree, hint }: Way,
): Finding[] {
  const common = {
    class: "release",
    ...ownerOf(use),
    since: record.updated.toISOString(),
    upgradeRepairs: isFree,
    hint,
  } as const;
  const findings = changes.slice(0, MOST).map(({ path, before, after }): Finding => {
    const [expected, actual] = [text.show(after, path), text.show(before, path)];
    const shownPath = text.redact(path);
    return {
      ...common,
      path: `values.${shownPath}`,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      message: `${nameOf(use)}: value \`${shownPath}\` ${changeWords(before, after)}`,
    };
  });
  const rest = changes.length - findings.length;
  if (rest <= 0) return findings;
  const message = `${nameOf(use)}: ${plural(rest, "more value differs", "more values differ")} from the files`;
  return [...findings, { ...common, path: "values", actual: plural(rest, "more difference"), message }];
}

function changeWords(before: unknown, after: unknown): string {
  if (before === undefined) return "of the files is not deployed";
  if (after === undefined) return "is deployed, and the files do not set it";
  return "is deployed otherwise than the files say";
}

/** A deployment helps where the files have another credential by now. */
function credentialFindings(
  { use, record, text }: ComparedRelease,
  desired: Values,
  tag: Scan["tag"],
): Finding[] {
  const published = publishedCredentials(use, record.values);
  if (published.length === 0) return [];
  const kept = new Set(publishedCredentials(use, desired).map(({ path }) => path.join(".")));
  return published.map(({ path, value, message }): Finding => {
    const isGone = !kept.has(path.join("."));
    return {
      class: "credential",
      ...ownerOf(use),
      path: text.redact(`values.${path.join(".")}`),
      expected: "a secret of your own",
      actual: tagged(unquoted(String(value)), tag),
      since: record.updated.toISOString(),
      upgradeRepairs: isGone,
      message: `${nameOf(use)} runs with a secret that everybody knows: ${text.redact(message)}`,
      hint: isGone
        ? "deploy it: the files have another one by now"
        : "make a new one, name it in the files as `${NAME}`, deploy it, and exchange it wherever else it is used",
    };
  });
}
