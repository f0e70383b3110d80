import { duration } from "../../core/duration.ts";
import { clipped, code, details, plainText, table, withCode } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import { isAsWanted } from "../change/plan.ts";
import type { MigReport, NodeReport } from "../model.ts";
import type { ProfileNeed } from "../profiles/needed.ts";
import { nextSteps } from "./next-steps.ts";
import { hasChanged, nodesTable, outcomeOf, STATE_WORDS, shortModel } from "./nodes-table.ts";
import { problemsList, warningsList } from "./problems.ts";
import { profilesSection } from "./profiles-table.ts";

/** Rows of the folded table: GitHub takes a summary of 1 MiB. */
const MOST_GPUS = 2000;
const LONGEST = 300;

/**
 * The section of the job summary about a run: how it came out, what went wrong, a picture of all GPUs before and after,
 * the profiles that queues need against what the GPUs can give, and what is left to do.
 */
export function migSummary(report: MigReport, needs: readonly ProfileNeed[]): string {
  const problems = problemsList(report.nodes);
  const warnings = warningsList(report.nodes);
  const steps = nextSteps(report);
  return [
    headline(report),
    ...factsLine(report),
    ...(problems === undefined ? [] : ["#### What went wrong", problems]),
    ...(warnings === undefined ? [] : ["#### Warnings", warnings]),
    nodesTable(report),
    ...profilesSection(report, needs),
    ...(steps.length > 0
      ? ["#### What is left to do", steps.map((each) => `1. ${withCode(each)}`).join("\n")]
      : []),
    ...gpusDetails(report),
  ].join("\n\n");
}

/** How it came out, in one sentence. */
function headline(report: MigReport): string {
  const { wanted, server, nodes } = report;
  const chosen = nodes.flatMap(({ gpus }) => gpus.filter((gpu) => gpu.chosen));
  const mode = wanted === "enabled" ? "on" : "off";
  const done = chosen.filter((gpu) => isAsWanted(gpu.after, wanted)).length;
  const left = nodes.filter(({ ready }) => !ready);
  const onlyReboot = left.every((node) => outcomeOf(node, wanted) === "reboot");
  const sign = left.length === 0 ? "✅" : onlyReboot ? "🔁" : "❌";
  const amount = left.length > 0 ? `${done} of ` : done > 1 ? "all " : "";
  const where = server === undefined ? "this machine" : `${plural(nodes.length, "node")} on ${code(server)}`;
  const rest = restOf(report, left);
  if (chosen.length === 0) return `${sign} The MIG mode of no GPU is known, of ${where}${rest}.`;
  return `${sign} MIG is **${mode} for ${amount}${plural(chosen.length, "GPU")}** of ${where}${rest}.`;
}

function restOf({ nodes, wanted }: MigReport, left: readonly NodeReport[]): string {
  if (left.length === 0) {
    return nodes.some((node) => outcomeOf(node, wanted) === "changed") ? "" : ", and nothing had to change";
  }
  const silent = left.filter((node) => outcomeOf(node, wanted) === "not asked").length;
  const all = left.length === 1 ? "1 node is not as wanted" : `${left.length} nodes are not as wanted`;
  if (silent === 0) return `; **${all}**`;
  if (silent === left.length) return `; **${plural(silent, "node")} could not be asked**`;
  return `; **${all}**, ${silent} of them could not be asked`;
}

/** What was done, in numbers. */
function factsLine({ nodes }: MigReport): string[] {
  const gpus = nodes.flatMap((node) => node.gpus).filter(hasChanged);
  const nodesWith = (test: (node: NodeReport) => boolean) => nodes.filter(test).length;
  const slowest = nodes.reduce((longest, { milliseconds }) => Math.max(longest, milliseconds), 0);
  const facts: readonly [number, (count: number) => string][] = [
    [gpus.filter(({ after }) => after === "on").length, (count) => `${plural(count, "GPU")} switched on`],
    [gpus.filter(({ after }) => after === "off").length, (count) => `${plural(count, "GPU")} switched off`],
    [nodesWith(({ lost }) => lost), (count) => `MIG had been lost on ${plural(count, "node")}`],
    [nodesWith(({ drained }) => drained), (count) => `${plural(count, "node")} drained`],
    [nodesWith(({ rebooted }) => rebooted), (count) => `${plural(count, "node")} rebooted`],
    [
      nodesWith(({ label }) => !label?.before && label?.after === true),
      (count) => `${plural(count, "node")} labelled for CDMO`,
    ],
    [
      nodesWith(({ label }) => label?.before === true && !label.after),
      (count) => `CDMO's label taken off ${plural(count, "node")}`,
    ],
  ];
  const told = facts.filter(([count]) => count > 0).map(([count, words]) => words(count));
  if (told.length === 0) return [];
  return [[...told, ...(nodes.length > 1 ? [`slowest node ${duration(slowest)}`] : [])].join(" · ")];
}

/** Every GPU with what tells it from others. */
function gpusDetails({ nodes }: MigReport): string[] {
  const all = nodes.flatMap(({ name, gpus }) => gpus.map((gpu) => ({ name, gpu })));
  if (all.length === 0) return [];
  const rows = all
    .slice(0, MOST_GPUS)
    .map(({ name, gpu }) => [
      plainText(name),
      String(gpu.index),
      plainText(shortModel(gpu.model)),
      code(gpu.uuid),
      code(gpu.bus),
      STATE_WORDS[gpu.before],
      `${STATE_WORDS[gpu.after]}${gpu.chosen ? "" : " (not chosen)"}`,
      gpu.reason === undefined ? "" : plainText(clipped(gpu.reason, LONGEST)),
    ]);
  const left = all.length - rows.length;
  const body = table(["Node", "GPU", "Model", "UUID", "Bus", "Before", "After", "Why"], rows);
  return [details(`All ${plural(all.length, "GPU")}`, left > 0 ? `${body}\n\nand ${left} more` : body)];
}

/** The value of the output `nodes`. */
export function nodesOutput({ nodes }: MigReport): Record<string, unknown>[] {
  return nodes.map(({ name, gpus, label, lost, rebootRequired, ready, drained, rebooted, problems }) => ({
    name,
    ready,
    rebootRequired,
    ...(label ? { labelled: label.after } : {}),
    ...{ lost, drained, rebooted },
    gpus: gpus.map((gpu) => ({ ...gpu, changed: hasChanged(gpu) })),
    problems: problems.map(({ message, hint }) => ({ message, ...(hint ? { hint } : {}) })),
  }));
}
