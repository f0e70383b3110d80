import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Level } from "../../core/host.ts";
import { docsOf } from "../findings.ts";
import type { Finding, Rule, TextEdit } from "../model.ts";
import { bySeverity } from "./counts.ts";

export interface SarifParts {
  findings: readonly Finding[];
  /** Findings that a comment silences, with its reason. */
  silenced: readonly { finding: Finding; reason: string }[];
  /** Findings that the baseline knows. */
  known: readonly Finding[];
  rules: readonly Rule[];
  /** Folder that files are relative to; GitHub takes it for the top of the repository. */
  cwd: string;
}

/** GitHub refuses a run with more results, and shows the first 5,000 of them. */
const MOST_RESULTS = 25_000;
const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const LEVELS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", info: "note" };

/** The findings as SARIF 2.1.0, most severe first; what is silenced is in it too, marked as such. */
export function sarifOf({ findings, silenced, known, rules, cwd }: SarifParts): object {
  const indexes = new Map(rules.map(({ slug }, index) => [slug, index]));
  const toResult = (finding: Finding, suppressions?: object[]) =>
    resultOf(finding, { cwd, index: indexes.get(finding.rule), suppressions });
  const results = [
    ...bySeverity(findings).map((finding) => toResult(finding)),
    ...known.map((finding) => toResult(finding, [{ kind: "external", justification: "in the baseline" }])),
    ...silenced.map(({ finding, reason }) =>
      toResult(finding, [{ kind: "inSource", justification: reason }]),
    ),
  ];
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "clearml lint-overrides",
            informationUri: "https://github.com/clearml/actions",
            rules: rules.map(ruleOf),
          },
        },
        columnKind: "utf16CodeUnits",
        results: results.slice(0, MOST_RESULTS),
      },
    ],
  };
}

function ruleOf(rule: Rule): object {
  const { id, slug, severity, about, why } = rule;
  const text = why;
  return {
    id: slug,
    name: slug,
    shortDescription: { text: about },
    fullDescription: { text },
    help: { text: `${about} ${text}`, markdown: `${about}\n\n${text}\n\n[${id} ${slug}](${docsOf(rule)})` },
    helpUri: docsOf(rule),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ["clearml", "helm", id],
      "problem.severity": severity === "info" ? "recommendation" : severity,
    },
  };
}

interface ResultOptions {
  cwd: string;
  index: number | undefined;
  suppressions: object[] | undefined;
}

function resultOf(finding: Finding, { cwd, index, suppressions }: ResultOptions): object {
  const { rule, severity, message, related, fix, fingerprint } = finding;
  return {
    ruleId: rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level: LEVELS[severity],
    message: { text: message },
    locations: [locationOf(finding, cwd)],
    ...(related
      ? {
          relatedLocations: related.map((each, id) => ({
            id,
            message: { text: each.message },
            ...locationOf(each, cwd),
          })),
        }
      : {}),
    partialFingerprints: { "clearmlLint/v1": fingerprint },
    ...(fix ? { fixes: [fixOf(fix, cwd)] } : {}),
    ...(suppressions ? { suppressions } : {}),
  };
}

type Place = Pick<Finding, "file" | "line" | "column"> & Partial<Pick<Finding, "endLine" | "endColumn">>;

function locationOf(place: Place, cwd: string): object {
  return { physicalLocation: { artifactLocation: artifactOf(place.file, cwd), region: regionOf(place) } };
}

function regionOf({ line, column, endLine, endColumn }: Place): object {
  return {
    startLine: line,
    startColumn: column,
    ...(endLine === undefined ? {} : { endLine }),
    ...(endColumn === undefined ? {} : { endColumn }),
  };
}

function artifactOf(file: string, cwd: string): object {
  const path = resolve(cwd, file);
  const way = relative(cwd, path);
  if (way.startsWith("..") || isAbsolute(way)) return { uri: pathToFileURL(path).href };
  return { uri: way.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}

function fixOf({ description, edits }: NonNullable<Finding["fix"]>, cwd: string): object {
  return {
    description: { text: description },
    artifactChanges: [...Map.groupBy(edits, ({ file }: TextEdit) => file)].map(([file, inFile]) => ({
      artifactLocation: artifactOf(file, cwd),
      replacements: inFile.map((edit) => ({
        deletedRegion: regionOf(edit),
        insertedContent: { text: edit.text },
      })),
    })),
  };
}
