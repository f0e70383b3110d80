import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../../core/context.ts";
import type { DriftReport } from "./model.ts";

const FILE_NAME = "drift.json";

/** Writes the report as JSON. The path of the file, which stays for the steps that follow. */
export async function writeReport(
  { outputDir, secrets }: Pick<Context, "outputDir" | "secrets">,
  report: DriftReport,
): Promise<string> {
  const path = join(await outputDir(), FILE_NAME);
  // Text by text: what replaces a secret cannot break the JSON around it.
  const json = JSON.stringify(
    reportFileOf(report),
    (_key, value: unknown) => (typeof value === "string" ? secrets.redact(value) : value),
    2,
  );
  await writeFile(path, `${json}\n`, { mode: 0o600 });
  return path;
}

/** The form in which a report is stored. */
export function reportFileOf(report: DriftReport) {
  const { environment, complete, scanned, findings, ignored, partial, notes, repaired } = report;
  return {
    version: 1 as const,
    ...{ environment, complete, scanned, findings },
    ignored: ignored.map(({ at: { file, line, column }, ...rest }) => ({ file, line, column, ...rest })),
    partial: partial.map(({ reason, scope }) => ({ reason, scope })),
    notes,
    ...(repaired ? { repaired } : {}),
  };
}
