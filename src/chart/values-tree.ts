import { isMap } from "../overrides/merge.ts";

/** How a template uses a value: looks at it, hands it to a function, or prints it as YAML. */
export type Use = "read" | "open" | "yaml";

/** Keys of values as far as a chart knows them. */
export interface ValuesNode {
  /** Children by key; `*` stands for any key and any item of a list. */
  children: Map<string, ValuesNode>;
  /** Anything may stand below. */
  open: boolean;
  /** Set when a template uses the value here. */
  used: boolean;
  /** Set when a template prints the value here as YAML. */
  yaml: boolean;
}

export function valuesNode(): ValuesNode {
  return { children: new Map(), open: false, used: false, yaml: false };
}

/** The node at a path, made where it is missing. */
export function grow(root: ValuesNode, path: readonly string[]): ValuesNode {
  let node = root;
  for (const key of path) {
    const next = node.children.get(key) ?? valuesNode();
    node.children.set(key, next);
    node = next;
  }
  return node;
}

/** Notes that a template uses the value at a path. */
export function addUse(root: ValuesNode, path: readonly string[], use: Use): void {
  const node = grow(root, path);
  node.used = true;
  if (use === "read") return;
  node.open = true;
  if (use === "yaml") node.yaml = true;
}

/** Notes the keys of default values. What is below an empty map or a list is up to the user. */
export function addDefaults(root: ValuesNode, values: unknown, path: readonly string[] = []): void {
  const node = grow(root, path);
  if (Array.isArray(values)) node.open = true;
  if (!isMap(values)) return;
  const entries = Object.entries(values);
  if (entries.length === 0) node.open = true;
  for (const [key, value] of entries) addDefaults(root, value, [...path, key]);
}

/** The nodes that stand for a path; several where both the key and `*` are known. */
export function nodesAt(root: ValuesNode, path: readonly (string | number)[]): ValuesNode[] {
  return path.reduce<ValuesNode[]>(
    (nodes, step) =>
      nodes.flatMap((node) => [node.children.get(String(step)), node.children.get("*")].filter(isNode)),
    [root],
  );
}

/** Whether a path is known, or lies below something of which nobody knows the keys. */
export function knows(root: ValuesNode, path: readonly (string | number)[]): "known" | "open" | "unknown" {
  let nodes = [root];
  for (const step of path) {
    const next = nodes.flatMap((node) =>
      [node.children.get(String(step)), node.children.get("*")].filter(isNode),
    );
    if (next.length === 0) return nodes.some(isOpen) || typeof step === "number" ? "open" : "unknown";
    nodes = next;
  }
  return "known";
}

/** A node without known keys is a scalar, or a map of which nothing is known. */
function isOpen(node: ValuesNode): boolean {
  return node.open || node.children.size === 0;
}

/** How templates use the value at a path: also what is below a map that they print or hand on as a whole. */
export function usedAt(root: ValuesNode, path: readonly (string | number)[]): "never" | "read" | "yaml" {
  let found: "never" | "read" | "yaml" = "never";
  let nodes = [root];
  for (const step of [undefined, ...path]) {
    if (step !== undefined) {
      nodes = nodes.flatMap((node) =>
        [node.children.get(String(step)), node.children.get("*")].filter(isNode),
      );
    }
    if (nodes.some((node) => node.yaml)) return "yaml";
    if (nodes.some((node) => node.used && node.open)) found = "read";
  }
  return found === "never" && nodes.some(isUsed) ? "read" : found;
}

/** Whether a template uses a node or anything below it. */
function isUsed(node: ValuesNode): boolean {
  return node.used || [...node.children.values()].some(isUsed);
}

function isNode(node: ValuesNode | undefined): node is ValuesNode {
  return node !== undefined;
}
