import semver from "semver";
import type { ReleaseRule } from "./model.ts";

export const chartDowngraded: ReleaseRule = {
  rule: "chart-downgraded",
  severity: "note",
  *check({ use, current, chart }) {
    if (!current || current.chart !== chart.name) return;
    const [from, to] = [semver.valid(current.chartVersion), semver.valid(chart.version)];
    if (from === null || to === null || semver.gte(to, from)) return;
    yield {
      message: `the chart goes back from ${current.chartVersion} to ${chart.version}${use.definition.stateful ? ": older servers may not read what newer ones wrote" : ""}`,
      hint: use.definition.stateful
        ? "make sure that there is a backup of before the upgrade"
        : "make sure that the values suit the older chart",
    };
  },
};
