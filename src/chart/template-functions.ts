import { type Reading, use } from "./reading.ts";
import { ANY, type Flow, field, texts, unique } from "./template-flow.ts";

import { grow } from "./values-tree.ts";

type Args = readonly (readonly Flow[])[];

/** Functions that look at their arguments and give nothing of them back. */
const LOOKERS = new Set([
  ...["not", "eq", "ne", "lt", "le", "gt", "ge", "empty", "len", "kindIs", "kindOf", "typeIs", "typeOf"],
  ...["typeIsLike", "contains", "hasPrefix", "hasSuffix", "has", "mustHas", "semverCompare", "any", "all"],
  ...["regexMatch", "mustRegexMatch", "deepEqual", "isAbs"],
]);

/** Functions that give back one or more of their arguments, whole or in part. */
const PASSERS = new Set([
  ...["default", "coalesce", "ternary", "required", "or", "and", "first", "last", "rest", "initial"],
  ...["merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite", "deepCopy", "mustDeepCopy", "omit"],
  ...["pick", "unset", "concat", "append", "prepend", "mustAppend", "mustPrepend", "reverse", "without"],
  ...[
    "compact",
    "uniq",
    "slice",
    "sortAlpha",
    "fromYaml",
    "fromJson",
    "fromYamlArray",
    "fromJsonArray",
    "tuple",
  ],
]);

/** Functions that print a value with its type, and all that is below it. */
const PRINTERS = new Set(["toYaml", "mustToYaml", "toYamlPretty", "toToml"]);

/** Functions that make a text of a value, with or without its type. */
const DUMPERS = new Set([...PRINTERS, "toJson", "mustToJson", "toRawJson", "toPrettyJson"]);

const HASHES = new Set(["sha256sum", "sha1sum", "sha512sum", "adler32sum"]);

/** What a call gives; what it does with values is noted in the reading. */
export function callOf(reading: Reading, name: string, args: Args): Flow[] {
  const [first = [], second = []] = args;
  if (name === "include" || name === "template") return include(reading, first, second);
  // The second argument is the context for what the text says.
  if (name === "tpl") return nothing(reading, [first], "open");
  if (name === "dict") return [dictOf(args)];
  if (name === "list") return [{ kind: "list", items: args.flat() }];
  if (name === "set") return set(reading, args);
  if (name === "index" || name === "get") return args.slice(1).reduce<Flow[]>(step, [...first]);
  if (name === "hasKey") return nothing(reading, [step([...first], second)], "read");
  if (name === "dig") return dig(reading, args);
  if (name === "pluck") return [{ kind: "list", items: step(args.slice(1).flat(), first) }];
  if (name === "values") return [{ kind: "list", items: field(first, ANY) }];
  if (LOOKERS.has(name)) return nothing(reading, args, "read");
  if (PASSERS.has(name)) return pass(reading, name, args);
  if (name === "printf") return printf(reading, args);
  // Pods restart when any value changes: that says nothing about the keys.
  if (HASHES.has(name) && first.every(({ kind }) => kind === "dump")) return [];
  const whole = DUMPERS.has(name) ? first.flatMap(dumpOf) : [];
  if (whole.length > 0) return whole;
  if (PRINTERS.has(name)) {
    nothing(reading, args, "yaml");
    // `fromYaml (toYaml x)` is how templates copy.
    return args.flat();
  }
  return nothing(reading, args, "open");
}

/** One step of `index`: by a key that stands in the template, or by any. */
function step(flows: readonly Flow[], key: readonly Flow[]): Flow[] {
  const names = texts(key);
  return unique((names.length > 0 ? names : [ANY]).flatMap((name) => field(flows, name)));
}

function nothing(reading: Reading, args: Args, how: "read" | "open" | "yaml"): Flow[] {
  for (const arg of args) use(reading, arg, how);
  return [];
}

/** `and`, `or` and `default` also look at what they give back. */
function pass(reading: Reading, name: string, args: Args): Flow[] {
  if (name !== "omit" && name !== "pick") for (const arg of args) use(reading, arg, "read");
  return unique(args.flat().flatMap((flow) => (isItem(name) && flow.kind === "list" ? flow.items : [flow])));
}

function isItem(name: string): boolean {
  return name === "first" || name === "last";
}

function include(reading: Reading, name: readonly Flow[], dot: readonly Flow[]): Flow[] {
  const names = texts(name);
  const found = names.filter((each) => reading.include(each, dot));
  // Nobody knows what a template does that is named only when it runs.
  if (found.length === 0) for (const flow of dot) if (flow.kind !== "context") use(reading, [flow], "open");
  return [];
}

function dictOf(args: Args): Flow {
  const entries = new Map<string, Flow[]>();
  for (let at = 0; at + 1 < args.length; at += 2) {
    const [key = ANY] = texts(args[at] ?? []);
    entries.set(key, unique([...(entries.get(key) ?? []), ...(args[at + 1] ?? [])]));
  }
  return { kind: "dict", entries };
}

/** `set map "key" value` makes a key that templates read as if the user had written it. */
function set(reading: Reading, [target = [], key = [], value = []]: Args): Flow[] {
  const [name = ANY] = texts(key);
  for (const flow of target) {
    if (flow.kind === "dict") flow.entries.set(name, unique([...(flow.entries.get(name) ?? []), ...value]));
    else if (flow.kind === "values") grow(reading.tree, [...flow.path, name]);
  }
  // What was put into a map of values may be used with it.
  if (target.some(({ kind }) => kind === "values")) use(reading, value, "open");
  return [...target];
}

/** `dig "a" "b" default map`. */
function dig(reading: Reading, args: Args): Flow[] {
  const map = args.at(-1) ?? [];
  const found = args.slice(0, -2).reduce<Flow[]>(step, [...map]);
  use(reading, found, "read");
  return unique([...found, ...(args.at(-2) ?? [])]);
}

/** All values of a chart, printed at once. */
function dumpOf(flow: Flow): Flow[] {
  const isWhole = flow.kind === "values" && flow.path.length === flow.chart;
  return isWhole ? [{ kind: "dump", prefix: flow.path }] : [];
}

/** Texts put together may name keys: `index .Values (printf "clearml-%s" $component)`. */
function printf(reading: Reading, [format = [], ...args]: Args): Flow[] {
  const whole = args.flat().flatMap(dumpOf);
  if (whole.length > 0) return whole;
  for (const arg of args) use(reading, arg, "open");
  const [only = []] = args;
  const words = args.length === 1 && only.every(({ kind }) => kind === "text") ? texts(only) : [];
  return unique(
    texts(format).flatMap((text) =>
      words.map((word): Flow => ({ kind: "text", text: text.replace(/%[sv]/, () => word) })),
    ),
  );
}
