import { valueAt } from "../../overrides/values.ts";
import type { ReleaseRule } from "./model.ts";

export const chartReplaced: ReleaseRule = {
  rule: "chart-replaced",
  severity: "note",
  *check({ use, current, chart, values }) {
    if (!current) return;
    const severity = use.definition.stateful ? { severity: "stop" as const } : {};
    if (current.chart !== chart.name) {
      yield {
        message: `the chart changes from ${current.chart} to ${chart.name}: its objects have other names, and new volume claims are empty`,
        hint: "save the data first, and set `fullnameOverride` to the old name where the chart knows it",
        ...severity,
      };
    }
    for (const key of ["nameOverride", "fullnameOverride"]) {
      if (valueAt(current.values, [key]) === valueAt(values, [key])) continue;
      yield {
        message: `${key} changes: the objects get other names, and new volume claims are empty`,
        hint: "keep the old name; whoever calls the Services by name has to follow otherwise",
        ...severity,
      };
    }
  },
};
