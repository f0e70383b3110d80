import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorMessage, UserError } from "../core/errors.ts";
import { readRegularFile } from "../core/files.ts";
import { isMap } from "../overrides/merge.ts";
import { folderFiles, packageFiles } from "./files.ts";
import type { ChartContents, ChartDependency } from "./model.ts";
import { type RawChart, rawChart } from "./raw-chart.ts";
import { subchartKeys, type ValuesModel, valuesModel } from "./values-model.ts";
import { knows, nodesAt, usedAt } from "./values-tree.ts";

type Path = readonly (string | number)[];

/**
 * Reads a chart from its folder or its .tgz. Nothing of it is executed, nothing is written, nothing is fetched.
 * @param options.within links are followed below this folder only; by default the folder around the chart's
 * @throws UserError when there is no chart, or none that Helm would accept
 */
export async function readChart(path: string, options: { within?: string } = {}): Promise<ChartContents> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new UserError({
      message: `chart ${path} does not exist`,
      hint: "name the folder or the .tgz of a chart",
    });
  }
  if (found.isDirectory()) {
    const chart = await folderFiles(path, options.within ?? dirname(resolve(path)));
    return contentsOf(await rawChart(chart, path), digestOf(chart.files));
  }
  const bytes = await readRegularFile(path, options.within ?? dirname(resolve(path))).catch(
    (thrown: unknown) => {
      throw new UserError({
        message: `chart ${path} cannot be read: ${errorMessage(thrown)}`,
        hint: "name the folder or the .tgz of a chart",
      });
    },
  );
  const digest = createHash("sha256").update(bytes).digest("hex");
  return contentsOf(await rawChart(await packageFiles(bytes, path), path), digest);
}

/** The digest of a folder: of its files' names and contents, in the order of their names. */
export function digestOf(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash("sha256");
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${content.length}\0`).update(content);
  return hash.digest("hex");
}

function contentsOf(chart: RawChart, digest: string): ChartContents {
  const model = valuesModel(chart);
  const incomplete =
    chart.incomplete ?? (model.unfinished ? "its templates are too many to read" : undefined);
  return viewOf(chart, model, digest, [], incomplete);
}

/** A chart at its place in the values of the outermost chart. */
function viewOf(
  chart: RawChart,
  model: ValuesModel,
  digest: string,
  prefix: readonly string[],
  incomplete: string | undefined,
): ChartContents {
  const { name, version, appVersion, kubeVersion, dependencies, schema } = chart;
  const within = (path: Path): Path => [...prefix, ...path];
  const values = valueAt(model.defaults, prefix);
  const subcharts = chart.subcharts.flatMap((subchart) =>
    subchartKeys(chart, subchart.name).map(({ key, dependency }) =>
      withDependency(key, viewOf(subchart, model, digest, [...prefix, key], incomplete), dependency),
    ),
  );
  return {
    name,
    version,
    ...(appVersion ? { appVersion } : {}),
    ...(kubeVersion ? { kubeVersion } : {}),
    dependencies,
    digest,
    values: isMap(values) ? values : {},
    ...(schema === undefined ? {} : { schema }),
    subcharts,
    crds: [...chart.crds, ...subcharts.flatMap((each) => each.chart.crds)],
    ...(incomplete ? { incomplete } : {}),
    defaultAt: (path) => valueAt(model.defaults, within(path)),
    knows: (path) => {
      const known = knows(model.tree, within(path));
      return known === "unknown" && incomplete ? "open" : known;
    },
    keysAt: (path) => [
      ...new Set(
        nodesAt(model.tree, within(path)).flatMap(({ children }) =>
          [...children.keys()].filter((key) => key !== "*"),
        ),
      ),
    ],
    usedAt: (path) => usedAt(model.tree, within(path)),
  };
}

function withDependency(
  key: string,
  chart: ChartContents,
  dependency: ChartDependency | undefined,
): ChartContents["subcharts"][number] {
  return dependency ? { key, chart, dependency } : { key, chart };
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (isMap(at)) return Object.hasOwn(at, step) ? at[step] : undefined;
    return Array.isArray(at) ? at[Number(step)] : undefined;
  }, values);
}
