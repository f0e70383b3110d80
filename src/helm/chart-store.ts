import { parse } from "yaml";
import type { ComponentUse } from "../environment/model.ts";
import { pullArguments, showChartArguments } from "./arguments.ts";
import { fetchChart, isLocalChart, readLocalChart } from "./chart.ts";
import type { ChartReference } from "./chart-reference.ts";
import { explain } from "./failures.ts";
import type { ChartMetadata, Helm, LocalChart } from "./helm.ts";

/** Calls Helm, with a text on its standard input. */
export type Run = (args: readonly string[], stdin?: string) => Promise<{ stdout: string }>;

/** The charts of a run. */
export interface ChartStore {
  chart: Helm["chart"];
  show: Helm["showChart"];
  /** The reference with which Helm takes the chart that `chart` has. */
  fetched(use: ComponentUse, reference: ChartReference): Promise<ChartReference>;
  /** How the user named a chart, for messages. */
  named(reference: ChartReference): ChartReference;
}

/**
 * @param folder where packages are put
 */
export function createChartStore(
  run: Run,
  aliases: ReadonlyMap<string, string>,
  folder: () => Promise<string>,
): ChartStore {
  const charts = new Map<string, Promise<LocalChart>>();
  const names = new Map<string, ChartReference>();
  const find = async (use: ComponentUse, reference: ChartReference): Promise<LocalChart> => {
    if (isLocalChart(reference, aliases)) return readLocalChart(use, reference.chart);
    const pull = (into: string) => run(pullArguments(reference, into)).catch(explain(use, reference));
    const chart = await fetchChart(use, reference, await folder(), pull);
    names.set(chart.path, reference);
    charts.set(JSON.stringify({ chart: chart.path }), Promise.resolve(chart));
    return chart;
  };
  const chart: Helm["chart"] = (use, reference) => {
    const key = JSON.stringify(reference);
    const found = charts.get(key) ?? find(use, reference);
    charts.set(key, found);
    return found;
  };
  const shown = new Map<string, Promise<ChartMetadata>>();
  return {
    chart,
    show(use, reference) {
      const key = JSON.stringify(reference);
      const found = shown.get(key) ?? show(run, use, reference);
      shown.set(key, found);
      return found;
    },
    fetched: async (use, reference) => ({ chart: (await chart(use, reference)).path }),
    named: (reference) => names.get(reference.chart) ?? reference,
  };
}

async function show(run: Run, use: ComponentUse, reference: ChartReference): Promise<ChartMetadata> {
  const { stdout } = await run(showChartArguments(reference)).catch(explain(use, reference));
  return parse(stdout) as ChartMetadata;
}
