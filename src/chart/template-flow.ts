/** What a template hands around, as far as it leads to values. Anything else is an empty list of flows. */
export type Flow =
  /** The context `.` of a chart: `prefix` is the key of its values in the outermost chart's. */
  | { kind: "context"; prefix: readonly string[] }
  | { kind: "subcharts"; prefix: readonly string[] }
  /** The value at a path; `chart` is the length of its chart's prefix. */
  | { kind: "values"; path: readonly string[]; chart: number }
  /** All values of a chart as text: printed somewhere, or a checksum that restarts pods. */
  | { kind: "dump"; prefix: readonly string[] }
  | { kind: "dict"; entries: Map<string, Flow[]> }
  | { kind: "list"; items: Flow[] }
  | { kind: "text"; text: string };

/** Any key of a map, any item of a list. */
export const ANY = "*";

/** Maps that hold themselves, as recursive templates see them, are followed so far. */
const MAX_DEPTH = 14;
const MAX_FLOWS = 24;

/** What `.name` gives. */
export function field(flows: readonly Flow[], name: string): Flow[] {
  return unique(flows.flatMap((flow) => fieldOf(flow, name)));
}

function fieldOf(flow: Flow, name: string): Flow[] {
  if (flow.kind === "context") return contextField(flow.prefix, name);
  if (flow.kind === "subcharts") return [{ kind: "context", prefix: [...flow.prefix, name] }];
  if (flow.kind === "dict")
    return name === ANY
      ? [...flow.entries.values()].flat()
      : [...(flow.entries.get(name) ?? []), ...(flow.entries.get(ANY) ?? [])];
  if (flow.kind === "list") return name === ANY ? flow.items : [];
  if (flow.kind !== "values") return [];
  const below: Flow = { ...flow, path: [...flow.path, name].slice(0, MAX_DEPTH) };
  // Helm hands `global` of the outermost chart to every other.
  const isGlobal = name === "global" && flow.chart > 0 && flow.path.length === flow.chart;
  return isGlobal ? [below, { kind: "values", path: ["global"], chart: 0 }] : [below];
}

function contextField(prefix: readonly string[], name: string): Flow[] {
  if (name === "Values") return [{ kind: "values", path: prefix, chart: prefix.length }];
  return name === "Subcharts" ? [{ kind: "subcharts", prefix }] : [];
}

/** The flows once each, and no more than templates of people have. */
export function unique(flows: readonly Flow[]): Flow[] {
  if (flows.length < 2) return [...flows];
  return [...new Map(flows.map((flow) => [keyOf(flow), flow])).values()].slice(0, MAX_FLOWS);
}

/** A text that is the same for the same flows. */
export function keyOf(flow: Flow, depth = 0): string {
  if (flow.kind === "context" || flow.kind === "subcharts" || flow.kind === "dump")
    return `${flow.kind} ${flow.prefix.join("\0")}`;
  if (flow.kind === "values") return `values ${flow.chart} ${flow.path.join("\0")}`;
  if (flow.kind === "text") return JSON.stringify(flow.text);
  if (depth > 4) return flow.kind;
  const keys = (flows: readonly Flow[]) => flows.map((each) => keyOf(each, depth + 1)).join();
  if (flow.kind === "list") return `[${keys(flow.items)}]`;
  return `{${[...flow.entries].map(([key, flows]) => `${key}:${keys(flows)}`).join(";")}}`;
}

/** The texts among the flows: names of keys. */
export function texts(flows: readonly Flow[]): string[] {
  return flows.flatMap((flow) => (flow.kind === "text" ? [flow.text] : []));
}
