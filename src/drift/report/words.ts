import { plural } from "../../core/plural.ts";
import type { DriftClass, Finding } from "../model.ts";

interface ClassWords {
  sign: string;
  /** In a table: what is the matter. */
  what: string;
  /** `3 objects missing`. */
  count: (count: number) => string;
}

/** In the order in which they are told: what is worst first. */
export const CLASS_WORDS: Readonly<Record<DriftClass, ClassWords>> = {
  missing: { sign: "🕳️", what: "missing", count: (count) => `${plural(count, "object")} missing` },
  pending: { sign: "⏳", what: "unfinished", count: (count) => `${plural(count, "operation")} unfinished` },
  release: {
    sign: "📦",
    what: "release",
    count: (count) => `${plural(count, "difference")} of releases`,
  },
  modified: { sign: "✏️", what: "modified", count: (count) => `${plural(count, "field")} modified` },
  "foreign-added": { sign: "➕", what: "added", count: (count) => `${plural(count, "addition")} by hand` },
  credential: { sign: "🔑", what: "credential", count: (count) => plural(count, "credential") },
  tenant: { sign: "👥", what: "tenant", count: (count) => `${plural(count, "difference")} of tenants` },
  mig: { sign: "🧩", what: "MIG", count: (count) => `${plural(count, "difference")} of MIG` },
};

const CLASSES = Object.keys(CLASS_WORDS) as DriftClass[];

/** How many of each class there are, one text each, what is worst first. */
export function classCounts(findings: readonly Finding[]): string[] {
  const counts = Map.groupBy(findings, (finding) => finding.class);
  return CLASSES.filter((each) => counts.has(each)).map((each) =>
    CLASS_WORDS[each].count(counts.get(each)?.length ?? 0),
  );
}

/** What is worst first; equal ones stay in their order. */
export function byClass(a: Finding, b: Finding): number {
  return CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class);
}

/** `control-plane`, `agent of acme`. */
export function placeOf({ component, tenant }: Pick<Finding, "component" | "tenant">): string {
  if (tenant === undefined) return component;
  return component === "tenant" ? `tenant ${tenant}` : `${component} of ${tenant}`;
}

/** `2026-11-20 14:03 UTC`; other texts as they are. */
export function whenText(iso: string): string {
  const [, day, minute] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(iso) ?? [];
  return day && minute ? `${day} ${minute} UTC` : iso;
}

/** Whether an upgrade puts it right. */
export function repairText({ upgradeRepairs }: Pick<Finding, "upgradeRepairs">): string {
  if (upgradeRepairs === "conflict") return "refused: conflict";
  return upgradeRepairs ? "yes" : "no";
}
