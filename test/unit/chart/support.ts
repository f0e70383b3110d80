import { join } from "node:path";
import { gzipSync } from "fflate";
import { packTar } from "modern-tar";
import type { ChartContents } from "../../../src/chart/model.ts";
import { readChart } from "../../../src/chart/read.ts";
import { type Files, inFolder } from "../environment/support.ts";

/** The chart of these files; without a `Chart.yaml` it gets a plain one. */
export function chartOf(files: Files): Promise<ChartContents> {
  const all = { "Chart.yaml": "apiVersion: v2\nname: own\nversion: 1.0.0\n", ...files };
  const placed = Object.fromEntries(Object.entries(all).map(([path, text]) => [`own/${path}`, text]));
  return inFolder(placed, (folder) => readChart(join(folder, "own")));
}

type Entry = Parameters<typeof packTar>[0][number];

/** A package as `helm package` makes it: every file below a folder of the chart's name. */
export async function packed(files: Files, name = "own", more: readonly Entry[] = []): Promise<Uint8Array> {
  const entries = Object.entries(files).map(
    ([path, text]): Entry => ({
      header: { name: `${name}/${path}`, size: Buffer.byteLength(text) },
      body: text,
    }),
  );
  return gzipSync(await packTar([...entries, ...more]));
}
