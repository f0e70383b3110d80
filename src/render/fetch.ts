import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { ChartReference } from "../helm/chart-reference.ts";
import type { Helm } from "../helm/helm.ts";

/** A chart on this machine. */
export interface LocalChart {
  path: string;
  digest: string;
}

/** Fetches a chart once, however many releases use it. */
export type FetchChart = (use: ComponentUse, reference: ChartReference) => Promise<LocalChart>;

/**
 * @param folder where packages are put
 * @returns a function that throws UserError when a chart cannot be had
 */
export function chartFetcher(helm: Helm, folder: () => Promise<string>): FetchChart {
  const fetched = new Map<string, Promise<LocalChart>>();
  return (use, reference) => {
    const key = JSON.stringify(reference);
    const chart = fetched.get(key) ?? fetchChart(helm, use, reference, folder);
    fetched.set(key, chart);
    return chart;
  };
}

async function fetchChart(
  helm: Helm,
  use: ComponentUse,
  reference: ChartReference,
  folder: () => Promise<string>,
): Promise<LocalChart> {
  const own = await mkdtemp(join(await folder(), "chart-"));
  await helm.pull(use, reference, own);
  const [name] = (await readdir(own)).filter((file) => file.endsWith(".tgz"));
  if (name === undefined) {
    throw new UserError(
      { message: `helm fetched nothing for chart ${reference.chart}`, at: use.at },
      { kind: "cluster" },
    );
  }
  const path = join(own, name);
  return {
    path,
    digest: createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  };
}
