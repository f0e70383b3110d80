import pLimit from "p-limit";
import { plural } from "../../core/plural.ts";
import type { NodeReport, Wanted } from "../model.ts";
import type { AskedNode, MigSession } from "../session.ts";
import type { Goal } from "./gpus.ts";
import { changeNode } from "./node.ts";
import { isAsWanted } from "./plan.ts";

/** nvidia-smi takes seconds a node, and little of this machine. */
const PARALLEL = 16;
/** Each drained node is capacity that is missing. */
const PARALLEL_DRAINED = 1;

/**
 * Changes the nodes, several at a time, and says how many are done. Every node is put back before this ends, also when
 * another fails.
 */
export async function changeNodes(
  session: MigSession,
  nodes: readonly AskedNode[],
  goal: Goal,
): Promise<NodeReport[]> {
  const { options, context } = session;
  const slot = pLimit(options.maxParallel ?? (options.drain ? PARALLEL_DRAINED : PARALLEL));
  let done = 0;
  const settled = await Promise.allSettled(
    nodes.map((asked) =>
      slot(async () => {
        const report = await changeNode(session, asked, goal);
        done++;
        const words = outcomeOf(report, goal.wanted);
        context.log.info(`${report.name}: ${words} (${done} of ${plural(nodes.length, "node")})`);
        return report;
      }),
    ),
  );
  const bug = settled.find(({ status }) => status === "rejected");
  if (bug?.status === "rejected") throw bug.reason;
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

function outcomeOf({ gpus, problems, ready }: NodeReport, wanted: Wanted): string {
  const chosen = gpus.filter((gpu) => gpu.chosen);
  const right = chosen.filter(({ after }) => isAsWanted(after, wanted));
  const count = `MIG ${wanted} on ${right.length} of ${plural(chosen.length, "GPU")}`;
  const [problem] = problems;
  return ready || !problem ? count : `${count}; ${problem.message}`;
}
