import type { Probe, SmokeCheck, SmokeResult } from "../model.ts";
import { get, keptConnection } from "./connection.ts";
import { noHttp } from "./facts.ts";

/** Slower than this and people notice. */
const SLOW_MS = 1_000;
const LONGEST_MS = 15_000;

export const latency: SmokeCheck = {
  name: "latency",
  group: "outside",
  proves: "How long the gateway takes to answer, without connecting; never a reason to fail.",
  after: ["dns", "answers"],
  async run(probe) {
    return (await noHttp(probe)) ?? judgeTimes(await measured(probe), probe.options.requests);
  },
};

/** Times of requests one after the other over a kept connection; the first one makes it, and does not count. */
async function measured({ target, signal, deadline, options }: Probe): Promise<number[]> {
  const agent = keptConnection(target.url);
  const until = Math.min(Date.now() + LONGEST_MS, deadline);
  const times: number[] = [];
  try {
    const ask = () => get(target.url, { signal, agent, anyCertificate: true });
    await ask();
    while (times.length < options.requests && Date.now() < until) times.push((await ask()).milliseconds);
    return times;
  } finally {
    agent.destroy();
  }
}

/** Half of the answers, and nearly all of them, within which time. */
export function judgeTimes(times: readonly number[], asked: number): SmokeResult {
  const [p50, p95] = [percentile(times, 50), percentile(times, 95)];
  const many = times.length < asked ? `${times.length} of ${asked}` : `${asked}`;
  const detail = `p50 ${shownMs(p50)}, p95 ${shownMs(p95)} over ${many} requests`;
  if (p50 <= SLOW_MS) return { status: "info", detail };
  const hint =
    "that is slow: look at the CPU limits of the gateway's pods and of the API server, which is asked about sessions";
  return { status: "info", detail, hint };
}

/** By the nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

function shownMs(value: number): string {
  return Number.isNaN(value) ? "unknown" : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
