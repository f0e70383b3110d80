import type { Problem } from "../../core/errors.ts";
import { clipped, plainText, withCode } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import type { GpuReport, NodeReport } from "../model.ts";
import { foldNames } from "./names.ts";

const MOST = { parts: 30, lines: 12 } as const;
const LONGEST = 600;

/** What went wrong and how to repair it; undefined when nothing did. */
export function problemsList(nodes: readonly NodeReport[]): string | undefined {
  return listOf(nodes, linesOf);
}

/** What is not as one may think, and fails nothing. */
export function warningsList(nodes: readonly NodeReport[]): string | undefined {
  return listOf(nodes, ({ name, warnings = [] }) => warnings.map((each) => problemLine(each, name)));
}

/** A part for each node; nodes of which the same is to be said together. */
function listOf(
  nodes: readonly NodeReport[],
  tell: (node: NodeReport) => readonly string[],
): string | undefined {
  const troubled = nodes.map((node) => ({ node, lines: tell(node) })).filter(({ lines }) => lines.length > 0);
  const groups = [...Map.groupBy(troubled, ({ lines }) => lines.join("\n")).values()];
  if (groups.length === 0) return undefined;
  const parts = groups.slice(0, MOST.parts).map((group) => {
    const names = foldNames(group.map(({ node }) => node.name));
    const lines = group[0]?.lines ?? [];
    const shown = lines.slice(0, MOST.lines).map((line) => `  - ${line}`);
    if (lines.length > MOST.lines) shown.push(`  - and ${lines.length - MOST.lines} more`);
    return [`- **${plainText(names)}**${group.length > 1 ? ` (${group.length} nodes)` : ""}`, ...shown].join(
      "\n",
    );
  });
  const left = groups.slice(MOST.parts).flat().length;
  if (left > 0) parts.push(`- and ${plural(left, "more node", "more nodes")}`);
  return parts.join("\n");
}

/** One line for each thing that is wrong with a node, which is not named again. */
function linesOf({ name, problems, gpus }: NodeReport): string[] {
  const words = problems.map(({ message }) => message).join("\n");
  const reasons = Map.groupBy(
    gpus.filter(({ reason }) => reason !== undefined && !words.includes(reason)),
    ({ reason = "" }: GpuReport) => reason,
  );
  return [
    ...problems.map((problem) => problemLine(problem, name)),
    ...[...reasons].map(
      ([reason, own]) =>
        `GPU ${own.map(({ index }) => index).join(", ")}: ${plainText(clipped(reason, LONGEST))}`,
    ),
  ];
}

function problemLine({ message, hint }: Problem, name: string): string {
  const told = withCode(clipped(withoutName(message, name), LONGEST));
  return hint ? `${told}<br>→ ${withCode(clipped(withoutName(hint, name), LONGEST))}` : told;
}

/** So that what is true of many nodes reads the same for all of them. */
function withoutName(text: string, name: string): string {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text
    .replace(new RegExp(`^(?:node )?${escaped}: `), "")
    .replaceAll(new RegExp(`(?<![\\w.-])(?:node )?${escaped}(?![\\w-]|\\.\\w)`, "g"), "this node");
}
