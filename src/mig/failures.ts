import { type Problem, UserError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { shortList } from "../core/short-list.ts";
import type { MigReport, NodeReport } from "./model.ts";

/** Names told of one problem; the summary has them all. */
const NAMED = 12;

/**
 * What went wrong, each problem once with the nodes that have it; undefined when every node is as wanted. Its kind is
 * `incomplete` when nothing is known to be wrong, and some nodes could not be asked.
 */
export function migFailure({ nodes, wanted }: MigReport): UserError | undefined {
  const failed = nodes.filter(({ ready }) => !ready);
  if (failed.length === 0) return undefined;
  const waiting = failed.filter(({ rebootRequired }) => rebootRequired);
  const summary =
    waiting.length > 0
      ? [
          {
            message: `${plural(waiting.length, "node")} ${waiting.length === 1 ? "needs" : "need"} a reboot (or a reset of the GPUs) before MIG is ${wanted}: ${names(waiting)}`,
          },
        ]
      : [];
  const kind = failed.every(({ gpus }) => gpus.length === 0) ? "incomplete" : "cluster";
  return new UserError([...summary, ...grouped(failed, ({ problems }) => problems)], { kind });
}

/** Warnings of all nodes, each once with the nodes that have it. */
export function migWarnings({ nodes }: MigReport): Problem[] {
  return grouped(nodes, ({ warnings = [] }) => warnings);
}

function grouped(
  nodes: readonly NodeReport[],
  problemsOf: (node: NodeReport) => readonly Problem[],
): Problem[] {
  const all = nodes.flatMap((node) => problemsOf(node).map((problem) => ({ node, problem })));
  const groups = Map.groupBy(all, ({ problem }) => `${problem.message}\n${problem.hint ?? ""}`);
  return [...groups.values()].map((group) => {
    const [{ problem } = { problem: { message: "" } }] = group;
    return { ...problem, message: `${names(group.map(({ node }) => node))}: ${problem.message}` };
  });
}

function names(nodes: readonly NodeReport[]): string {
  return shortList(
    nodes.map(({ name }) => name),
    NAMED,
  );
}
