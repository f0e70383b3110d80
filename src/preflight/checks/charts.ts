import { UserError } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import { isLocalChart } from "../../helm/chart.ts";
import { chartReference } from "../../helm/chart-reference.ts";
import type { ChartMetadata } from "../../helm/helm.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";

const CHECK = "charts";

/** Whether every chart can be had, and which ones may be another one tomorrow. */
export const charts: Check = {
  name: CHECK,
  looksAt: "the charts",
  needs: "read the chart registries",
  async find(look) {
    return [...look.charts].flatMap(([use, chart]) =>
      chart instanceof UserError ? missing(use, chart) : unpinned(look, use, chart),
    );
  },
};

function missing(use: ComponentUse, error: UserError): PreflightFinding[] {
  return error.problems.map((problem) => ({
    check: CHECK,
    severity: "error",
    kind: error.kind,
    at: use.at,
    ...problem,
  }));
}

function unpinned({ environment, helm }: Look, use: ComponentUse, chart: ChartMetadata): PreflightFinding[] {
  if (use.version) return [];
  // A file or folder holds one version.
  if (isLocalChart(chartReference(use, environment.edition, helm.aliases), helm.aliases)) return [];
  return [
    {
      check: CHECK,
      severity: "warning",
      message: `${use.id} names no \`version\`: each run takes the newest chart, now ${chart.version}`,
      hint: `write \`version: ${chart.version}\``,
      at: use.at,
    },
  ];
}
