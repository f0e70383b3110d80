import { type Reading, use } from "./reading.ts";
import type { Block } from "./template-blocks.ts";
import type { Expression } from "./template-expression.ts";
import { ANY, type Flow, field, keyOf, unique } from "./template-flow.ts";
import { callOf } from "./template-functions.ts";
import { grow } from "./values-tree.ts";

/** Where in a template the reading is. */
export interface Scope {
  dot: readonly Flow[];
  /** Variables with everything that was ever assigned to them; `$` among them. */
  variables: Map<string, Flow[]>;
}

/** Notes which values the blocks use, with `dot` as the context they begin with. */
export function readBlocks(reading: Reading, blocks: readonly Block[], dot: readonly Flow[]): void {
  run(reading, blocks, { dot, variables: new Map([["$", [...dot]]]) });
}

/** Reads a named template as `include` calls it; false when there is none of that name. */
export function readDefine(reading: Reading, name: string, dot: readonly Flow[]): boolean {
  const blocks = reading.defines.get(name);
  if (!blocks) return false;
  reading.included.add(name);
  const call = `${name} ${dot.map((flow) => keyOf(flow)).join()}`;
  if (reading.seen.has(call)) return true;
  reading.seen.add(call);
  readBlocks(reading, blocks, dot);
  return true;
}

function run(reading: Reading, blocks: readonly Block[], scope: Scope): void {
  for (const block of blocks) {
    if (reading.steps <= 0) return;
    reading.steps -= 1;
    const flows = evaluate(reading, block.value, scope);
    if (block.kind === "print") {
      if (block.value.kind !== "assign") use(reading, flows, "open");
      continue;
    }
    use(reading, flows, "read");
    if (block.kind === "range") assignItems(reading, block.value, flows, scope);
    const dot = block.kind === "if" ? scope.dot : block.kind === "with" ? flows : items(reading, flows);
    run(reading, block.body, { ...scope, dot });
    run(reading, block.otherwise, scope);
  }
}

/** `range $key, $value := x` gives items where a plain assignment would give `x`. */
function assignItems(reading: Reading, value: Expression, flows: readonly Flow[], scope: Scope): void {
  if (value.kind !== "assign") return;
  const name = value.names.at(-1);
  const keys = flows.flatMap((flow) => (flow.kind === "dict" ? [...flow.entries.keys()] : []));
  for (const each of value.names)
    scope.variables.set(
      each,
      keys.filter((key) => key !== ANY).map((text) => ({ kind: "text", text })),
    );
  if (name) scope.variables.set(name, items(reading, flows));
}

function items(reading: Reading, flows: readonly Flow[]): Flow[] {
  // Whoever walks over a map takes any key.
  for (const flow of flows) if (flow.kind === "values") grow(reading.tree, [...flow.path, ANY]);
  return field(flows, ANY);
}

/** The flows of an expression. What functions do with values is noted on the way. */
export function evaluate(reading: Reading, value: Expression, scope: Scope): Flow[] {
  switch (value.kind) {
    case "name":
      return value.name === "." ? [...scope.dot] : [...(scope.variables.get(value.name) ?? [])];
    case "text":
      return [{ kind: "text", text: value.text }];
    case "constant":
      return [];
    case "fields":
      return value.fields.reduce<Flow[]>(field, evaluate(reading, value.of, scope));
    case "call":
      return callOf(
        reading,
        value.name,
        value.args.map((arg) => evaluate(reading, arg, scope)),
      );
    case "assign": {
      const flows = evaluate(reading, value.value, scope);
      for (const name of value.names)
        scope.variables.set(name, unique([...(scope.variables.get(name) ?? []), ...flows]));
      return flows;
    }
  }
}
