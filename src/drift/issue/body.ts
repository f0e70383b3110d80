import { code, plainText } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import type { Known } from "./marker.ts";

export interface IssueText {
  /** The hidden first line. */
  marker: string;
  environment: string;
  /** What earlier runs have found, and this one has not looked at. */
  earlier: readonly Known[];
  /** The page of this run in Markdown, of at most so many bytes. */
  page(most: number): string;
  /** Address of the run. */
  run: string | undefined;
}

/** GitHub takes 65,536 characters; this is in bytes. */
const MOST_BYTES = 60_000;
/** What earlier runs have found may take so much of it. */
const MOST_EARLIER = 12_000;

/** The title of an environment's issue. */
export function issueTitle(environment: string): string {
  return `Drift in environment ${environment}`;
}

/** The whole text of an issue. It names the run, so it is made only when there is something new to tell. */
export function issueBody({ marker, environment, earlier, page, run }: IssueText): string {
  const start = [
    marker,
    `What is not as the files of environment ${code(environment)} say. A run of \`detect-drift\` writes this text anew when it finds something else, and closes the issue when it has looked at everything and found nothing. What is to stay as it is goes into the ignore file.`,
  ].join("\n");
  const end = [...earlierPart(earlier), ...(run ? [`Found by [this run](${run}).`] : [])];
  const around = [start, ...end].reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 0);
  return [start, page(MOST_BYTES - around), ...end].join("\n\n");
}

function earlierPart(earlier: readonly Known[]): string[] {
  if (earlier.length === 0) return [];
  const lines: string[] = [];
  let room = MOST_EARLIER;
  for (const { text } of earlier) {
    const line = `- ${plainText(text ?? "")}`;
    room -= Buffer.byteLength(line) + 1;
    if (text !== undefined && room >= 0) lines.push(line);
  }
  const left = earlier.length - lines.length;
  if (left > 0) lines.push(`- ${lines.length > 0 ? "and " : ""}${left} more`);
  return [
    "#### Found earlier",
    `This run has not seen the whole environment. ${plural(earlier.length, "difference")} that runs before it have found:`,
    lines.join("\n"),
  ];
}
