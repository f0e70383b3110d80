import { duration } from "../../core/duration.ts";
import { plainText, table } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import { isAsWanted, isWaiting } from "../change/plan.ts";
import type { GpuReport, GpuState, MigReport, NodeReport, Wanted } from "../model.ts";
import { foldNames } from "./names.ts";

/** How a node came out of a run, worst first. */
export const OUTCOMES = ["failed", "not asked", "reboot", "changed", "unchanged"] as const;
export type Outcome = (typeof OUTCOMES)[number];

const SIGNS: Readonly<Record<Outcome, string>> = {
  failed: "❌",
  "not asked": "❔",
  reboot: "🔁",
  changed: "✅",
  unchanged: "➖",
};

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  failed: "",
  "not asked": "could not be asked",
  reboot: "**needs a reboot**",
  changed: "",
  unchanged: "nothing to do",
};

/** Told apart by their form, not by colour alone. */
const GLYPHS: Readonly<Record<GpuState, string>> = {
  on: "🟢",
  off: "⚪",
  "switching-on": "🔼",
  "switching-off": "🔽",
  incapable: "🚫",
  unknown: "❓",
};
export const STATE_WORDS: Readonly<Record<GpuState, string>> = {
  on: "on",
  off: "off",
  "switching-on": "waits to switch on",
  "switching-off": "waits to switch off",
  incapable: "no MIG",
  unknown: "not known",
};
/** GPUs side by side before a gap that the eye can count by. */
const TOGETHER = 4;
const MOST_ROWS = 100;

/** How a node came out. `reboot`: that is all it needs. */
export function outcomeOf(node: NodeReport, wanted: Wanted): Outcome {
  if (node.ready) return isChanged(node) ? "changed" : "unchanged";
  if (node.gpus.length === 0) return "not asked";
  const rest = node.gpus.filter(({ chosen, after }) => chosen && !isAsWanted(after, wanted));
  return node.rebootRequired && rest.every(({ after }) => isWaiting(after, wanted)) ? "reboot" : "failed";
}

/** Whether a GPU's mode is another than before. */
export function hasChanged({ before, after }: Pick<GpuReport, "before" | "after">): boolean {
  return before !== after && after !== "unknown";
}

function isChanged({ gpus, label }: NodeReport): boolean {
  return gpus.some(hasChanged) || label?.before !== label?.after;
}

/** The picture of a run: a row for nodes that are alike, a sign for each of their GPUs, before and after. */
export function nodesTable({ nodes, wanted }: Pick<MigReport, "nodes" | "wanted">): string {
  const groups = [...Map.groupBy(nodes, (node) => likeness(node, wanted)).values()].sort(
    (a, b) => rankOf(a, wanted) - rankOf(b, wanted),
  );
  const withLabel = nodes.some(({ label }) => label !== undefined);
  const rows = groups.slice(0, MOST_ROWS).map((group) => rowOf(group, wanted, withLabel));
  const left = groups.slice(MOST_ROWS).flat().length;
  const header = ["", "Node", "GPUs", "Before", "After", "Done", ...(withLabel ? ["Label"] : []), "Time"];
  return [
    table(header, rows),
    ...(left > 0 ? [`and ${plural(left, "more node", "more nodes")}`] : []),
    legend(nodes),
  ].join("\n\n");
}

/** What makes nodes look alike in the table. */
function likeness(node: NodeReport, wanted: Wanted): string {
  const { gpus, label, lost, drained, rebooted } = node;
  const each = gpus.map(({ model, before, after, chosen }) => [model, before, after, chosen]);
  return JSON.stringify([outcomeOf(node, wanted), each, label, lost, drained, rebooted]);
}

function rankOf([first]: readonly NodeReport[], wanted: Wanted): number {
  return first ? OUTCOMES.indexOf(outcomeOf(first, wanted)) : 0;
}

function rowOf(group: readonly NodeReport[], wanted: Wanted, withLabel: boolean): string[] {
  const [first] = group;
  if (!first) return [];
  const names = foldNames(
    group.map(({ name }) => name),
    3,
  );
  return [
    SIGNS[outcomeOf(first, wanted)],
    `**${plainText(names)}**${group.length > 1 ? `<br>${group.length} nodes` : ""}`,
    modelsLine(first.gpus),
    strip(first.gpus, ({ before }) => before),
    strip(first.gpus, ({ after }) => after),
    doneWords(first, wanted),
    ...(withLabel ? [labelWords(first)] : []),
    timeOf(group),
  ];
}

/** `8 × A100-SXM4-80GB`. */
function modelsLine(gpus: readonly GpuReport[]): string {
  const models = Map.groupBy(gpus, ({ model }) => model);
  return [...models].map(([model, own]) => `${own.length} × ${plainText(shortModel(model))}`).join("<br>");
}

/** A model without the maker's name. */
export function shortModel(model: string): string {
  return model.replace(/^NVIDIA\s+/i, "");
}

/** A sign for each GPU by index; those that were not to be changed in brackets. */
function strip(gpus: readonly GpuReport[], stateOf: (gpu: GpuReport) => GpuState): string {
  const sorted = gpus.toSorted((a, b) => a.index - b.index);
  return sorted
    .map((gpu, at) => {
      const gap = at > 0 && at % TOGETHER === 0 ? " " : "";
      const opens = !gpu.chosen && (sorted[at - 1]?.chosen ?? true) ? "(" : "";
      const closes = !gpu.chosen && (sorted[at + 1]?.chosen ?? true) ? ")" : "";
      return `${gap}${opens}${GLYPHS[stateOf(gpu)]}${closes}`;
    })
    .join("");
}

function doneWords(node: NodeReport, wanted: Wanted): string {
  const { gpus, lost, drained, rebooted } = node;
  const count = (after: GpuState) => gpus.filter((gpu) => hasChanged(gpu) && gpu.after === after).length;
  const [on, off] = [count("on"), count("off")];
  const words = [
    lost ? "MIG had been lost" : "",
    drained ? "drained" : "",
    rebooted ? "rebooted" : "",
    on > 0 ? `${on} switched on` : "",
    off > 0 ? `${off} switched off` : "",
    OUTCOME_WORDS[outcomeOf(node, wanted)],
  ];
  return words.filter((each) => each !== "").join(", ");
}

function labelWords({ label }: NodeReport): string {
  if (!label) return "";
  if (label.before === label.after) return label.after ? "has it" : "";
  return label.after ? "**set**" : "**taken off**";
}

function timeOf(group: readonly NodeReport[]): string {
  const longest = Math.max(...group.map(({ milliseconds }) => milliseconds));
  return `${group.length > 1 ? "up to " : ""}${duration(longest)}`;
}

/** What the signs mean that are there to be seen. */
function legend(nodes: readonly NodeReport[]): string {
  const gpus = nodes.flatMap((node) => node.gpus);
  const seen = new Set(gpus.flatMap(({ before, after }) => [before, after]));
  const states = (Object.keys(GLYPHS) as GpuState[]).filter((state) => seen.has(state));
  const parts = states.map((state) => `${GLYPHS[state]} ${STATE_WORDS[state]}`);
  if (gpus.some(({ chosen }) => !chosen)) parts.push("(…) not chosen");
  if (parts.length === 0) return "";
  return `<sub>MIG mode of each GPU, by index: ${parts.join(" · ")}</sub>`;
}
