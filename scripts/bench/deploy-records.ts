/** Reading 1,000 releases: ours, and a helm process each. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import pLimit from "p-limit";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { NEEDED, packagedCharts } from "../../test/actions/chart-rendering.ts";
import type { RealHelm } from "../../test/support/real-helm.ts";
import { inTurn, median, printTable, repeat, type Sample, time } from "./measure.ts";
import type { Cost } from "./workers/parts.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const RELEASES = 1_000;
const NAMESPACES = 10;
/** Processes of helm that are run; the rest is multiplied. */
const SAMPLED = 50;
const RUNS = 5;
/** The record of ClearML's own control plane is about this large before it is packed. */
const RECORD_BYTES = 200_000;

const GOALS = { cpuSeconds: 2, memory: 256, ratio: 20 };

/** Prints the table; returns whether the goals are met. */
export async function readingRecords(real: RealHelm, env: Record<string, string>): Promise<boolean> {
  const names = Array.from({ length: NAMESPACES }, (_, index) => `bench-${index}`);
  const size = await copies(real, names);
  const costs: Cost[] = [];
  const ours = (args: readonly string[]) => async (): Promise<Sample> => {
    const worker = join(import.meta.dirname, "workers", "read-releases.ts");
    // The action is one bundle; its sources start as fast once Node has compiled them.
    const compiled = { NODE_COMPILE_CACHE: join(real.folder, "compiled") };
    const all = { ...env, ...compiled };
    const sample = await time({ file: process.execPath, args: [worker, ...args], env: all, cwd: ROOT });
    const cost = JSON.parse(sample.stdout) as Cost;
    if (cost.done < RELEASES) throw new Error(`only ${cost.done} releases were read`);
    costs.push(cost);
    return { milliseconds: sample.milliseconds, memory: cost.memory };
  };
  const byNamespace = await repeat(RUNS, ours(names));
  const all = await repeat(RUNS, ours([]));
  const sampled = Array.from({ length: SAMPLED }, (_, index) => ({
    file: "helm",
    args: ["get", "manifest", releaseName(index * NAMESPACES), "--namespace", "bench-0"],
    env,
  }));
  const each = await repeat(1, () => inTurn(sampled));
  const scaled = each.map((sample) => ({
    ...sample,
    milliseconds: (sample.milliseconds * RELEASES) / SAMPLED,
  }));
  printTable(
    `reading ${RELEASES} releases of ${NAMESPACES} namespaces, each record ${size}; helm scaled from ${SAMPLED} processes`,
    [
      { name: "ours, kept in memory, a list per namespace", samples: byNamespace },
      { name: "ours, the whole cluster, page by page", samples: all },
      { name: "helm get manifest, a process per release", samples: scaled },
    ],
  );
  return verdict(costs, median(scaled) / Math.max(median(byNamespace), median(all)));
}

function verdict(costs: readonly Cost[], ratio: number): boolean {
  const most = (value: (cost: Cost) => number) => Math.max(...costs.map(value));
  const [cpu, memory] = [most(({ cpuSeconds }) => cpuSeconds), most((cost) => cost.memory)];
  const proxy = most(({ proxySeconds }) => proxySeconds);
  const good = cpu <= GOALS.cpuSeconds && memory <= GOALS.memory && ratio >= GOALS.ratio;
  console.log(
    `\n${good ? "within" : "NOT within"} the limits: at most ${cpu.toFixed(2)} s of processor time (limit ${GOALS.cpuSeconds}; Node's start included, kubectl proxy's ${proxy.toFixed(2)} s apart), ${memory.toFixed(0)} MiB (limit ${GOALS.memory}), ${ratio.toFixed(0)} times as fast (at least ${GOALS.ratio})`,
  );
  return good;
}

function releaseName(index: number): string {
  return `server-${index}`;
}

/** Installs one chart with Helm and stores its record under 1,000 names; returns how large each is. */
async function copies(real: RealHelm, namespaces: readonly string[]): Promise<string> {
  for (const name of namespaces) await real.run("kubectl", ["create", "namespace", name]);
  const chart = await largeChart(real);
  const values = JSON.stringify(NEEDED.redis?.values ?? {});
  await real.run("helm", ["install", "seed", chart, "--namespace", "bench-0", "--values", "-"], values);
  const path = "/api/v1/namespaces/bench-0/secrets/sh.helm.release.v1.seed.v1";
  const seed = (await real.kubernetes.get(path)) as KubernetesObject;
  const packed = Buffer.from((seed.data as { release: string }).release, "base64").toString();
  const text = gunzipSync(Buffer.from(packed, "base64")).toString();
  const slot = pLimit(16);
  const secrets = Array.from({ length: RELEASES }, (_, index) => copyOf(seed, text, index));
  await Promise.all(
    secrets.map((secret) =>
      slot(() => real.kubernetes.create(`/api/v1/namespaces/${secret.metadata.namespace}/secrets`, secret)),
    ),
  );
  return `${(packed.length / 1024).toFixed(0)} KiB packed, ${(text.length / 1024).toFixed(0)} KiB unpacked`;
}

function copyOf({ type }: KubernetesObject, text: string, index: number): KubernetesObject {
  const name = releaseName(index);
  const namespace = `bench-${index % NAMESPACES}`;
  const record = { ...(JSON.parse(text) as object), name, namespace };
  const packed = gzipSync(JSON.stringify(record), { level: 9 }).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    type,
    metadata: {
      name: `sh.helm.release.v1.${name}.v1`,
      namespace,
      labels: { owner: "helm", name, status: "deployed", version: "1" },
    },
    data: { release: Buffer.from(packed).toString("base64") },
  };
}

/** A stand-in chart with as much text beside its templates as makes its record as large as a real one's. */
async function largeChart(real: RealHelm): Promise<string> {
  const charts = await packagedCharts();
  const folder = join(real.folder, "large");
  mkdirSync(folder);
  execFileSync("tar", ["xzf", charts.archive("redis"), "-C", folder]);
  charts.remove();
  const texts = ["test/fixtures/charts", "src"].flatMap((from) =>
    readdirSync(join(ROOT, from), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ya?ml|tpl|ts)$/.test(name))
      .map((name) => readFileSync(join(ROOT, from, name), "utf8")),
  );
  writeFileSync(join(folder, "redis", "notes.txt"), texts.join("").slice(0, (RECORD_BYTES * 3) / 4));
  return join(folder, "redis");
}
