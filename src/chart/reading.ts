import type { Block } from "./template-blocks.ts";
import type { Flow } from "./template-flow.ts";
import { addUse, type Use, type ValuesNode } from "./values-tree.ts";

/** What reading the templates of a chart shares. */
export interface Reading {
  /** What the chart knows; uses are noted here. */
  tree: ValuesNode;
  /** Named templates of all charts. */
  defines: ReadonlyMap<string, readonly Block[]>;
  /** Named templates by what they were called with, so that each pair is read once. */
  seen: Set<string>;
  included: Set<string>;
  /** Reads a named template as `include` calls it; false when there is none of that name. */
  include(name: string, dot: readonly Flow[]): boolean;
  /** Steps left: a chart that takes more is not read to its end. */
  steps: number;
}

/** Notes a use of everything that flows. */
export function use(reading: Reading, flows: readonly Flow[], how: Use, depth = 0): void {
  if (depth > 6) return;
  for (const flow of flows) {
    if (flow.kind === "values") addUse(reading.tree, flow.path, how);
    else if (flow.kind === "dump") addUse(reading.tree, flow.prefix, how);
    else if (flow.kind === "context" && how !== "read" && depth === 0)
      addUse(reading.tree, flow.prefix, "open");
    else if (flow.kind === "dict")
      for (const each of flow.entries.values()) use(reading, each, how, depth + 1);
    else if (flow.kind === "list") use(reading, flow.items, how, depth + 1);
  }
}
