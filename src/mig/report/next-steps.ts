import type { MigReport, NodeReport } from "../model.ts";
import { MIG_LABEL } from "../model.ts";
import { foldNames } from "./names.ts";
import { outcomeOf } from "./nodes-table.ts";

/** What is left to do, one sentence each; commands and inputs in back-ticks. */
export function nextSteps({ wanted, nodes }: MigReport): string[] {
  const steps = [
    step(
      nodes.filter(({ rebootRequired }) => rebootRequired),
      (names) =>
        `Reboot ${names}, then run this again; or let the action do it, one node at a time: inputs \`drain: true\` and \`reboot: allow\`.`,
    ),
    step(
      nodes.filter((node) => outcomeOf(node, wanted) === "not asked"),
      (names) => `Find out why ${names} could not be asked, then run this again.`,
    ),
    step(
      // Else a warning has told.
      nodes.filter(
        ({ label, gpus, warnings = [] }) =>
          label?.after && gpus.length > 0 && !allOn(gpus) && warnings.length === 0,
      ),
      (names) =>
        `Not all GPUs of ${names} have MIG on, while CDMO's label says so: take it off with input \`label: sync\`, or with \`kubectl label node … ${MIG_LABEL.key}-\`.`,
    ),
    step(
      nodes.filter(
        ({ label, gpus }) => wanted === "enabled" && label && !label.after && gpus.length > 0 && allOn(gpus),
      ),
      (names) =>
        `To hand ${names} to CDMO, run with input \`label: true\`, or \`kubectl label node … ${MIG_LABEL.key}=${MIG_LABEL.value}\`.`,
    ),
  ];
  return steps.flat();
}

function step(nodes: readonly NodeReport[], sentence: (names: string) => string): string[] {
  return nodes.length > 0 ? [sentence(foldNames(nodes.map(({ name }) => name)))] : [];
}

function allOn(gpus: NodeReport["gpus"]): boolean {
  return gpus.every(({ after }) => after === "on");
}
