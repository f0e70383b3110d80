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

export interface Recorded {
  /** What actions wrote for the summary, by job. */
  summaries: Record<string, string>;
  /** Every action that ran, but checkout, in the order in which they ended. */
  steps: StepRecord[];
  /** The lines with which our actions showed errors, warnings and notices. */
  annotations: string;
}

export function readRecord(record: string): Recorded {
  const files = readdirSync(record).filter((file) => file.startsWith("summary-"));
  const textOf = (name: string) => {
    const file = join(record, name);
    return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  };
  const lines = textOf("steps").split("\n");
  return {
    summaries: Object.fromEntries(
      files.map((file) => [
        file.slice("summary-".length, -".md".length),
        readFileSync(join(record, file), "utf8"),
      ]),
    ),
    steps: lines.filter((line) => line !== "").map((line) => JSON.parse(line) as StepRecord),
    annotations: textOf("annotations"),
  };
}
