/** What steps leave for the test. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** One action that has run; written by `step.mjs`. */
export interface StepRecord {
  job: string;
  /** Such as `deploy-tenant` or `upload-artifact`. */
  action: string;
  /** Whether it was the step after the job. */
  post: boolean;
  code: number;
  /** All that it was given, inputs (`INPUT_…`) included. */
  env: Record<string, string>;
}

/** Empties the folder of the record, and makes it where it is not there. */
export function startRecord(scratch: string): string {
  const record = join(scratch, "record");
  rmSync(record, { recursive: true, force: true });
  // The environment of steps holds secrets.
  mkdirSync(record, { mode: 0o700 });
  return record;
}

export function readRecord(record: string): { summaries: Record<string, string>; steps: StepRecord[] } {
  const files = readdirSync(record).filter((file) => file.startsWith("summary-"));
  const journal = join(record, "steps");
  const lines = existsSync(journal) ? readFileSync(journal, "utf8").trim().split("\n") : [];
  return {
    summaries: Object.fromEntries(
      files.map((file) => [
        file.slice("summary-".length, -".md".length),
        readFileSync(join(record, file), "utf8"),
      ]),
    ),
    steps: lines.map((line) => JSON.parse(line) as StepRecord),
  };
}
