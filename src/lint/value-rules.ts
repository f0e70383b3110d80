import type { ValueRule } from "../catalogue/model.ts";

/** The value rules of a chart, found by path. */
export interface RuleTree {
  rule?: ValueRule;
  /** Children by key; `*` for any key, `[]` for the items of a list. */
  children: Map<string, RuleTree>;
}

/** Puts rows of dotted paths into a tree. Paths on the way that have no row of their own are maps. */
export function ruleTree(rules: readonly ValueRule[]): RuleTree {
  const root: RuleTree = { children: new Map() };
  for (const rule of rules) {
    let node = root;
    for (const step of pathSteps(rule.path)) {
      const next: RuleTree = node.children.get(step) ?? { children: new Map() };
      node.children.set(step, next);
      node = next;
    }
    // The first row wins: later blocks repeat what earlier ones have refined.
    node.rule ??= rule;
  }
  return root;
}

function pathSteps(path: string): string[] {
  return path.split(".").flatMap((part) => {
    const name = part.replace(/(\[\])+$/, "");
    return [...(name === "" ? [] : [name]), ...Array<string>((part.length - name.length) / 2).fill("[]")];
  });
}

/** The child of a node for a key or an index; undefined when it is not known. */
export function child(node: RuleTree | undefined, step: string | number): RuleTree | undefined {
  if (!node) return undefined;
  if (typeof step === "number") return node.children.get("[]");
  return node.children.get(step) ?? node.children.get("*");
}

/** The node at a path. */
export function nodeAt(tree: RuleTree, path: readonly (string | number)[]): RuleTree | undefined {
  return path.reduce<RuleTree | undefined>(child, tree);
}
