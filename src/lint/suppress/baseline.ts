import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json.ts";
import type { Finding } from "../model.ts";

/** Findings that are known and to be repaired later: the findings file of an earlier run. */
export interface Baseline {
  file: string;
  text: string;
  entries: readonly BaselineEntry[];
}

export interface BaselineEntry {
  rule: string;
  file: string;
  line?: number;
  fingerprint: string;
}

export interface Compared {
  /** Findings the baseline does not know. */
  fresh: Finding[];
  known: Finding[];
  /** Entries that are found no longer. */
  gone: BaselineEntry[];
}

const MAKE_IT =
  "make it once: run without `baseline`, and commit the file that the output `findings` names under this path";

const schema = z.looseObject({
  version: z.literal(1),
  findings: z.array(
    z.looseObject({
      rule: z.string(),
      file: z.string(),
      line: z.number().optional(),
      fingerprint: z.string().min(1),
    }),
  ),
});

/**
 * Reads a baseline.
 * @param text undefined when there is no such file
 * @throws UserError when it is missing or something else
 */
export function readBaseline(text: string | undefined, file: string): Baseline {
  if (text === undefined)
    throw new UserError({ message: `input \`baseline\`: ${file} does not exist`, hint: MAKE_IT });
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return { file, text, entries: parsed.data.findings.map(entry) };
  const [issue] = parsed.error.issues;
  const place = issue && issue.path.length > 0 ? ` at \`${issue.path.join(".")}\`` : "";
  throw new UserError({
    message: `input \`baseline\`: ${file} is no findings file of version 1: ${issue?.message ?? "wrong form"}${place}`,
    hint: MAKE_IT,
  });
}

function entry({
  rule,
  file,
  line,
  fingerprint,
}: z.output<typeof schema>["findings"][number]): BaselineEntry {
  return { rule, file, fingerprint, ...(line === undefined ? {} : { line }) };
}

/**
 * Parts findings into those a baseline knows and the others.
 * @param wasLooked whether this run looked for an entry at all
 */
export function compare(
  findings: readonly Finding[],
  baseline: Baseline,
  wasLooked: (entry: BaselineEntry) => boolean,
): Compared {
  const entries = new Set(baseline.entries.map(({ fingerprint }) => fingerprint));
  const found = new Set(findings.map(({ fingerprint }) => fingerprint));
  return {
    fresh: findings.filter(({ fingerprint }) => !entries.has(fingerprint)),
    known: findings.filter(({ fingerprint }) => entries.has(fingerprint)),
    gone: baseline.entries.filter((each) => !found.has(each.fingerprint) && wasLooked(each)),
  };
}

/** The text of a baseline without some of its entries: it only shrinks. */
export function shrunk({ text }: Baseline, gone: readonly BaselineEntry[]): string {
  const data = JSON.parse(text) as {
    findings: { fingerprint: string; severity?: string }[];
    counts?: object;
  };
  const fingerprints = new Set(gone.map(({ fingerprint }) => fingerprint));
  const findings = data.findings.filter(({ fingerprint }) => !fingerprints.has(fingerprint));
  const count = (level: string) => findings.filter(({ severity }) => severity === level).length;
  const counts = { error: count("error"), warning: count("warning"), info: count("info") };
  return `${JSON.stringify({ ...data, findings, ...(data.counts ? { counts } : {}) }, null, 2)}\n`;
}
