/** How long a deployment takes with the order that the scheduler gives it: real timers, durations from a seed. */
import { type Job, remainingPaths, runJobs } from "../../src/deploy/schedule.ts";
import { type Random, randomFrom } from "../../test/support/random.ts";

/** A release: what it needs, and how long it takes in milliseconds. */
interface Release {
  id: string;
  needs: readonly string[];
  milliseconds: number;
}

const CHAINS = 8;
const RUNS = 5;
const LIMITS = [16, 8, 4];

/**
 * Chains side by side, as an environment has them: gateways after control planes after databases. One release in four
 * takes ten times as long as the others, and the long ones stand at different places of their chains.
 */
function skewedReleases(random: Random): Release[] {
  const releases: Release[] = [];
  for (let chain = 0; chain < CHAINS; chain++) {
    for (let step = 0; step < 5; step++) {
      const slow = step === (chain * 3) % 5;
      const needs = step === 0 ? [] : [`${chain}-${step - 1}`];
      if (step > 1 && random.chance(0.2)) needs.push(`${random.integer(chain + 1)}-${step - 2}`);
      const milliseconds = slow ? 300 + random.integer(100) : 20 + random.integer(20);
      releases.push({ id: `${chain}-${step}`, needs: [...new Set(needs)], milliseconds });
    }
  }
  return releases;
}

function jobs(releases: readonly Release[]): Job<void>[] {
  return releases.map(({ id, needs, milliseconds }) => ({
    id,
    needs,
    expectedSeconds: milliseconds / 1000,
    run: () => new Promise((done) => setTimeout(done, milliseconds)),
  }));
}

async function ours(releases: readonly Release[], limit: number): Promise<number> {
  const started = performance.now();
  await runJobs(jobs(releases), limit);
  return performance.now() - started;
}

/** As helmfile orders: a level starts when every release of the one before it has ended. */
async function inLevels(releases: readonly Release[], limit: number): Promise<number> {
  const started = performance.now();
  const done = new Set<string>();
  while (done.size < releases.length) {
    const level = releases.filter(({ id, needs }) => !done.has(id) && needs.every((need) => done.has(need)));
    await runJobs(jobs(level), limit);
    for (const { id } of level) done.add(id);
  }
  return performance.now() - started;
}

function medianOf(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}

async function measured(run: () => Promise<number>): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index < RUNS; index++) samples.push(await run());
  return medianOf(samples);
}

/** Prints the table; returns whether the goal is met. */
export async function schedules(seed: number): Promise<boolean> {
  const releases = skewedReleases(randomFrom(seed));
  const critical = 1000 * Math.max(...remainingPaths(jobs(releases)).values());
  const work = releases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const count = releases.length;
  console.log(
    `\nmakespan of ${count} releases with simulated durations (seed ${seed}, medians of ${RUNS}), in ms\n`,
  );
  console.log("| at a time | no order can beat | ours | ratio | in levels, as helmfile | ours / levels |");
  console.log("| ---: | ---: | ---: | ---: | ---: | ---: |");
  const ratios: number[] = [];
  for (const limit of LIMITS) {
    const bound = Math.max(critical, work / limit);
    const own = await measured(() => ours(releases, limit));
    const levels = await measured(() => inLevels(releases, limit));
    ratios.push(own / bound);
    const cells = [limit, bound.toFixed(0), own.toFixed(0), (own / bound).toFixed(3), levels.toFixed(0)];
    console.log(`| ${cells.join(" | ")} | ${(own / levels).toFixed(2)} |`);
  }
  const good = (ratios[0] ?? 9) <= 1.05;
  console.log(
    `\n${good ? "within" : "NOT within"} 1.05 of the critical path, where the number at a time does not bind`,
  );
  return good;
}
