import type { Finding } from "../model.ts";
import type { DriftReport } from "./model.ts";
import { byClass, placeOf, whenText } from "./words.ts";

const LONGEST_CLASS = "foreign-added".length;

/** The report for the log: what was repaired, a line for each finding, then what could not be read, and notes. */
export function driftLines({ findings, partial, notes, repaired = [] }: DriftReport): string[] {
  return [
    ...repaired.map((each) => `${lead(each.outcome)} ${placeOf(each)}: ${each.message}`),
    ...findings.toSorted(byClass).map(findingLine),
    ...partial.map(({ scope, reason }) => `${lead("unread")} ${scope}: ${reason}`),
    ...notes.map((note) => `${lead("note")} ${note}`),
  ].map((line) => line.replaceAll(/\s*[\r\n]+\s*/g, " "));
}

function lead(word: string): string {
  return word.padEnd(LONGEST_CLASS);
}

function findingLine(finding: Finding): string {
  const { message, path, expected, actual, hint } = finding;
  const change =
    expected === undefined && actual === undefined
      ? ""
      : ` (${expected ?? "nothing"} -> ${actual ?? "nothing"})`;
  const place = path === undefined || message.includes(path) ? "" : ` at ${path}`;
  const told = [`${message}${place}${change}`, writer(finding), repair(finding), hint ?? ""];
  return `${lead(finding.class)} ${told.filter((each) => each !== "").join("; ")}`;
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
