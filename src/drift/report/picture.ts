import { type Colours, type FlowNode, flowChart } from "../../core/mermaid.ts";
import { plural } from "../../core/plural.ts";
import type { Finding } from "../model.ts";
import type { DriftReport } from "./model.ts";
import { classCounts } from "./words.ts";

/** More boxes than this are no picture any more. */
const MOST_NODES = 40;
/** The environment, and what is left out or could not be read. */
const KEPT_NODES = 3;
const ROOT = "environment";

const COLOURS: Colours = {
  place: { fill: "#eaeef2", stroke: "#8c959f" },
  upgrade: { fill: "#ddf4ff", stroke: "#0969da" },
  conflict: { fill: "#fff8c5", stroke: "#9a6700" },
  hand: { fill: "#ffebe9", stroke: "#cf222e" },
  unread: { fill: "#eaeef2", stroke: "#8c959f", dashed: true },
};

/** What the colours mean, for the line below the picture. */
export const PICTURE_LEGEND =
  "Blue: an upgrade repairs it. Yellow: an upgrade is refused. Red: no upgrade repairs it. Dashed: could not be read.";

/** A Mermaid picture of what drifted where: environment, then cluster and tenants, then their components. */
export function driftPicture(report: Pick<DriftReport, "environment" | "findings" | "partial">): string {
  const { environment, findings, partial } = report;
  const groups = [...Map.groupBy(findings, ({ tenant }) => tenant)].sort(
    ([tenantA, a], [tenantB, b]) =>
      Number(tenantA !== undefined) - Number(tenantB !== undefined) || b.length - a.length,
  );
  const nodes: FlowNode[] = [];
  let left: Finding[] = [];
  for (const [tenant, own] of groups) {
    const group = groupNodes(tenant, own);
    if (nodes.length + group.length + KEPT_NODES <= MOST_NODES) nodes.push(...group);
    else left = left.concat(own);
  }
  const root = { id: ROOT, lines: [environment, totalText(findings)], colour: "place", needs: [] };
  return flowChart([root, ...nodes, ...leftNode(left), ...unreadNode(partial.length)], COLOURS);
}

function groupNodes(tenant: string | undefined, findings: readonly Finding[]): FlowNode[] {
  const id = groupId(tenant);
  const title = tenant === undefined ? "cluster" : `tenant ${tenant}`;
  return [
    { id, lines: [title, totalText(findings)], colour: "place", needs: [ROOT] },
    ...[...Map.groupBy(findings, ({ component }) => component)].map(([component, own]) => ({
      id: `${id} ${component}`,
      lines: [component === "tenant" ? "ClearML server" : component, ...classCounts(own)],
      colour: colourOf(own),
      needs: [id],
    })),
  ];
}

function groupId(tenant: string | undefined): string {
  return tenant === undefined ? "cluster" : `tenant ${tenant}`;
}

function leftNode(findings: readonly Finding[]): FlowNode[] {
  if (findings.length === 0) return [];
  const tenants = new Set(findings.map(({ tenant }) => tenant)).size;
  const lines = [`and ${plural(tenants, "more tenant")}`, ...classCounts(findings)];
  return [{ id: "left", lines, colour: colourOf(findings), needs: [ROOT] }];
}

function unreadNode(count: number): FlowNode[] {
  if (count === 0) return [];
  return [{ id: "unread", lines: [`${count} could not be read`], colour: "unread", needs: [ROOT] }];
}

/** What needs a person goes before what an upgrade does. */
function colourOf(findings: readonly Finding[]): string {
  const has = (wanted: Finding["upgradeRepairs"]) =>
    findings.some(({ upgradeRepairs }) => upgradeRepairs === wanted);
  if (has(false)) return "hand";
  return has("conflict") ? "conflict" : "upgrade";
}

function totalText(findings: readonly Finding[]): string {
  return plural(findings.length, "difference");
}
