/** The plan of 26 releases that are as they should be: ours, and a loop of helm get manifest and helm template. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { packagedCharts } from "../../test/actions/chart-rendering.ts";
import type { RealHelm } from "../../test/support/real-helm.ts";
import { bundled } from "./bundle.ts";
import { BENCH_CHARTS, writeBenchEnvironment } from "./deploy-environment.ts";
import { benchEnvironment, valuesOfBench } from "./deploy-values.ts";
import { type Command, inParallel, median, printTable, type Sample, time } from "./measure.ts";
import type { Cost } from "./workers/parts.ts";

const AT_A_TIME = 4;
const RUNS = 7;
const GOAL = 1 / 5;

/** Prints the table; returns whether the goal is met. */
export async function planningUnchanged(real: RealHelm, env: Record<string, string>): Promise<boolean> {
  const folder = join(real.folder, "environment");
  mkdirSync(folder);
  writeBenchEnvironment(folder);
  const loop = await installAll(real, folder, env);
  const worker = bundled(join(import.meta.dirname, "workers", "plan-releases.ts"));
  const plan = { file: process.execPath, args: [worker], cwd: folder, env };
  const own = async () => {
    const sample = await time(plan);
    const { done } = JSON.parse(sample.stdout) as Cost;
    if (done !== loop.length) throw new Error(`${done} releases were planned, not ${loop.length}`);
    return sample;
  };
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  // In turn, so that a machine that slows down slows both; the first round is not counted.
  for (let round = 0; round <= RUNS; round++) {
    const samples = [await own(), await inParallel(loop, AT_A_TIME)] as const;
    if (round === 0) continue;
    ours.push(samples[0]);
    theirs.push(samples[1]);
  }
  printTable(`plan of ${loop.length} releases without a change`, [
    {
      name: "ours: Node, environment file, cluster, plan; without the checks before a deployment",
      samples: ours,
    },
    { name: `helm get manifest and helm template, ${AT_A_TIME} releases at a time`, samples: theirs },
  ]);
  const share = median(ours) / median(theirs);
  const good = share <= GOAL;
  console.log(`\n${good ? "within" : "NOT within"} a fifth: ${share.toFixed(2)} of the time`);
  return good;
}

/** Installs every release of the environment; returns the commands that compare each of them without us. */
async function installAll(real: RealHelm, folder: string, env: Record<string, string>): Promise<Command[]> {
  const charts = await packagedCharts();
  const commands: Command[] = [];
  const values = [...valuesOfBench(await benchEnvironment(folder))];
  for (const [index, [use, each]] of values.entries()) {
    const { namespace, release } = use;
    const { chart, version } = BENCH_CHARTS[use.id as keyof typeof BENCH_CHARTS];
    await real.run("kubectl", ["create", "namespace", namespace]).catch(() => undefined);
    const reference = { chart: charts.archive(chart, version) };
    await real.helm.helm.upgrade(use, { release, namespace, reference, description: "bench" }, each);
    const file = join(real.folder, `values-${index}.yaml`);
    writeFileSync(file, stringify(each));
    const get = `helm get manifest ${release} --namespace ${namespace}`;
    const template = `helm template ${release} ${join(real.folder, `${chart}.tgz`)} --namespace ${namespace} -f ${file}`;
    copyFileSync(reference.chart, join(real.folder, `${chart}.tgz`));
    commands.push({ file: "sh", args: ["-c", `${get} > /dev/null && ${template} > /dev/null`], env });
  }
  charts.remove();
  return commands;
}
