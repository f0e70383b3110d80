import type { Finding } from "../model.ts";
import type { DriftReport } from "./model.ts";
import { byClass, whenText } from "./words.ts";

const LONGEST_CLASS = "foreign-added".length;

/** The report for the log: a line for each finding, then what could not be read, and notes. */
export function driftLines({ findings, partial, notes }: DriftReport): string[] {
  return [
    ...findings.toSorted(byClass).map(findingLine),
    ...partial.map(({ scope, reason }) => `${"unread".padEnd(LONGEST_CLASS)} ${scope}: ${reason}`),
    ...notes.map((note) => `${"note".padEnd(LONGEST_CLASS)} ${note}`),
  ].map((line) => line.replaceAll(/\s*[\r\n]+\s*/g, " "));
}

function findingLine(finding: Finding): string {
  const { message, path, expected, actual, hint } = finding;
  const change =
    expected === undefined && actual === undefined
      ? ""
      : ` (${expected ?? "nothing"} -> ${actual ?? "nothing"})`;
  const told = [
    `${message}${path === undefined ? "" : ` at ${path}`}${change}`,
    writer(finding),
    repair(finding),
    hint ?? "",
  ];
  return `${finding.class.padEnd(LONGEST_CLASS)} ${told.filter((each) => each !== "").join("; ")}`;
}

function writer({ manager, since }: Finding): string {
  const by = manager === undefined ? "" : ` by ${manager}`;
  const at = since === undefined ? "" : ` at ${whenText(since)}`;
  return by === "" && at === "" ? "" : `written${by}${at}`;
}

function repair({ upgradeRepairs, proved }: Finding): string {
  const words =
    upgradeRepairs === "conflict"
      ? "an upgrade is refused (conflict)"
      : upgradeRepairs
        ? "an upgrade repairs it"
        : "no upgrade repairs it";
  return proved === false ? `${words}; not proved` : words;
}
