import { duration } from "../../core/duration.ts";
import { type Colours, flowChart, gantt } from "../../core/mermaid.ts";
import {
  criticalPath,
  type DeploymentReport,
  type ReportedComponent,
  type ReportState,
  spanOf,
} from "./model.ts";

/** More than this is no picture any more. */
const MOST_NODES = 60;
const MOST_ROWS = 40;

const COLOURS: Colours = {
  done: { fill: "#dafbe1", stroke: "#1a7f37" },
  unchanged: { fill: "#eaeef2", stroke: "#8c959f" },
  failed: { fill: "#ffebe9", stroke: "#cf222e" },
  skipped: { fill: "#fff8c5", stroke: "#9a6700", dashed: true },
  undone: { fill: "#ffe2c8", stroke: "#bc4c00" },
};

const COLOUR_OF: Readonly<Record<ReportState, string>> = {
  done: "done",
  unchanged: "unchanged",
  failed: "failed",
  skipped: "skipped",
  cancelled: "skipped",
  "rolled back": "undone",
  removed: "undone",
};

/** What waited for what, how it came out, and how long it took. Undefined where it would show nothing. */
export function statePicture({ components }: DeploymentReport): string | undefined {
  if (components.length < 2 || components.length > MOST_NODES) return undefined;
  const nodes = components.map((each) => {
    const span = spanOf(each);
    return {
      id: idOf(each.component, each.tenant),
      lines: [nameOf(each), each.state, span ? duration(span.to - span.from) : ""],
      colour: COLOUR_OF[each.state],
      needs: each.needs.flatMap((need) => [idOf(need, each.tenant), idOf(need, undefined)]),
    };
  });
  return flowChart(nodes, COLOURS);
}

/** When each component was worked on, those of the critical path in red. Undefined when nothing took any time. */
export function timePicture({ components }: DeploymentReport): string | undefined {
  const timed = components
    .filter(({ phases }) => phases.length > 0)
    .toSorted((a, b) => (spanOf(a)?.from ?? 0) - (spanOf(b)?.from ?? 0));
  if (timed.length === 0 || timed.length > MOST_ROWS) return undefined;
  const critical = new Set(criticalPath(components));
  return gantt(
    timed.map((each) => ({
      title: nameOf(each),
      bars: each.phases
        .filter(({ from, to }) => to > from)
        .map(({ name, from, to }) => ({
          label: `${name} ${duration(to - from)}`,
          ...{ from, to },
          ...(critical.has(each) ? { mark: "crit" as const } : {}),
        })),
    })),
  );
}

export function nameOf({ component, tenant }: Pick<ReportedComponent, "component" | "tenant">): string {
  return tenant === undefined ? component : `${component} (${tenant})`;
}

function idOf(component: string, tenant: string | undefined): string {
  return `${tenant ?? ""}/${component}`;
}
