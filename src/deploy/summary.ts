import { code, details, table } from "../core/markdown.ts";
import type { Job } from "./schedule.ts";

/** A row of the deployment report: a release, or a set of plain objects. */
export interface ReportRow {
  component: string;
  place: string;
  what: string;
  result: string;
  seconds: number;
}

/** The section of the job summary that shows what was done, in which order, and how long it took. */
export function deploymentSummary(
  headline: string,
  rows: readonly ReportRow[],
  jobs: readonly Pick<Job<unknown>, "id" | "needs">[],
  addresses: Readonly<Record<string, string>>,
): string {
  const parts = [
    headline,
    table(
      ["Component", "Where", "What", "Result", "Time"],
      rows.map((row) => [
        row.component,
        code(row.place),
        row.what,
        row.result,
        `${row.seconds.toFixed(1)} s`,
      ]),
    ),
  ];
  const links = Object.entries(addresses).map(([name, url]) => `**${name}** ${url}`);
  if (links.length > 0) parts.push(links.join(" · "));
  if (jobs.length > 1) parts.push(details("Order", orderPicture(jobs, rows)));
  return parts.join("\n\n");
}

/** A Mermaid picture: an arrow from each component to what waited for it. */
function orderPicture(
  jobs: readonly Pick<Job<unknown>, "id" | "needs">[],
  rows: readonly ReportRow[],
): string {
  const known = new Set(jobs.map((job) => job.id));
  const label = (id: string) => {
    const row = rows.find((each) => each.component === id);
    return row ? `${id}<br/>${row.result}` : id;
  };
  const nodes = jobs.map((job) => `  ${node(job.id)}["${label(job.id)}"]`);
  const arrows = jobs.flatMap((job) =>
    job.needs.filter((need) => known.has(need)).map((need) => `  ${node(need)} --> ${node(job.id)}`),
  );
  return ["```mermaid", "flowchart LR", ...nodes, ...arrows, "```"].join("\n");
}

function node(id: string): string {
  return id.replaceAll(/[^a-zA-Z0-9]/g, "_");
}
