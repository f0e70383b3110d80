/** A node of a flow chart. */
export interface FlowNode {
  id: string;
  /** Shown below each other. */
  lines: readonly string[];
  /** One of the names in `colours`. */
  colour: string;
  needs: readonly string[];
}

/** Fill and stroke; both are readable on a dark and on a light page. */
export type Colours = Readonly<Record<string, { fill: string; stroke: string; dashed?: boolean }>>;

/** A Mermaid flow chart: an arrow from each node to those that need it. Nodes that are needed but not there are left out. */
export function flowChart(nodes: readonly FlowNode[], colours: Colours): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const boxes = nodes.map(({ lines, colour }, index) => {
    const label = lines
      .filter((line) => line !== "")
      .map(mermaidText)
      .join("<br/>");
    return `  n${index}["${label}"]:::${colour}`;
  });
  const arrows = nodes.flatMap(({ id, needs }) =>
    [...new Set(needs)].flatMap((need) => {
      const from = names.get(need);
      return from === undefined ? [] : [`  ${from} --> ${names.get(id)}`];
    }),
  );
  const used = new Set(nodes.map(({ colour }) => colour));
  const classes = Object.entries(colours)
    .filter(([name]) => used.has(name))
    .map(
      ([name, { fill, stroke, dashed }]) =>
        `  classDef ${name} fill:${fill},stroke:${stroke},color:#1f2328${dashed ? ",stroke-dasharray:4" : ""}`,
    );
  return ["```mermaid", "flowchart LR", ...boxes, ...arrows, ...classes, "```"].join("\n");
}

/** A bar of a Gantt chart; times in milliseconds since the chart's start. */
export interface Bar {
  label: string;
  from: number;
  to: number;
  /** Mermaid's own: `done` is grey, `active` lighter, `crit` red. */
  mark?: "done" | "active" | "crit";
}

/** A Mermaid Gantt chart with a row of bars for each section. */
export function gantt(sections: readonly { title: string; bars: readonly Bar[] }[]): string {
  const lines = sections.flatMap(({ title, bars }) => [
    `  section ${ganttText(title)}`,
    ...bars.map(
      ({ label, from, to, mark }) =>
        `  ${ganttText(label)} :${mark ? `${mark}, ` : ""}${clock(from)}, ${clock(Math.max(to, from + 1))}`,
    ),
  ]);
  return ["```mermaid", "gantt", "  dateFormat HH:mm:ss.SSS", "  axisFormat %H:%M:%S", ...lines, "```"].join(
    "\n",
  );
}

/** Text in a quoted label; `#` begins Mermaid's own entities. */
function mermaidText(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[#"<>&`;{}[\]|\\*_]/g, (character) => `#${character.charCodeAt(0)};`);
}

/** A Gantt chart knows no escapes. */
function ganttText(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ._/()+-]/gu, " ").trim() || "-";
}

/** `00:01:02.345`: read and shown in the reader's own time zone, so that the axis starts at zero everywhere. */
function clock(milliseconds: number): string {
  const day = 86_399_999;
  return new Date(Math.min(Math.max(Math.round(milliseconds), 0), day)).toISOString().slice(11, 23);
}
