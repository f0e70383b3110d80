import type { Problem } from "../../core/errors.ts";
import type { Level } from "../../core/host.ts";
import type { Finding } from "../model.ts";
import { counted } from "./counts.ts";

export interface Annotation {
  level: Level;
  problem: Problem;
  title?: string;
}

/** GitHub shows this many of a level for a step; what comes later is in the log alone. */
const SHOWN = 10;

/** The findings as annotations, most severe first. On GitHub a notice says when not all of them are shown. */
export function annotationsOf(findings: readonly Finding[], isGithub: boolean): Annotation[] {
  const of = (level: Level) => findings.filter(({ severity }) => severity === level).map(annotation);
  const [errors, warnings, infos] = [of("error"), of("warning"), of("info")];
  // A notice more than GitHub shows would be hidden itself: it stands before those it speaks of.
  const more = isGithub ? hidden(findings, errors, warnings, infos) : [];
  return [...errors, ...warnings, ...more, ...infos];
}

function annotation({
  file,
  line,
  column,
  endLine,
  endColumn,
  message,
  severity,
  id,
  rule,
}: Finding): Annotation {
  return {
    level: severity,
    problem: { message, at: { file, line, column, endLine, endColumn } },
    title: `${id} ${rule}`,
  };
}

function hidden(findings: readonly Finding[], ...levels: Annotation[][]): Annotation[] {
  if (levels.every((level) => level.length <= SHOWN)) return [];
  const shown = levels.map((level, index) => Math.min(level.length, index === 2 ? SHOWN - 1 : SHOWN));
  const count = findings.length - shown.reduce((sum, each) => sum + each, 0);
  const message = `${count} of ${counted(findings)} are not shown as annotations: GitHub shows ${SHOWN} of each level`;
  return [{ level: "info", problem: { message, hint: "all of them are in the summary of the job" } }];
}
