import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "../../../src/core/errors.ts";
import { createExec } from "../../../src/core/exec.ts";
import type { Level } from "../../../src/core/host.ts";
import { createHttp } from "../../../src/core/http.ts";

/** What an action's work needs of its context, and what became of it. */
export function recordingContext() {
  const folder = mkdtempSync(join(tmpdir(), "fleet-output-"));
  const said = { lines: [] as string[], summary: "", annotations: [] as [Level, Problem][] };
  const log = {
    info: (line: string) => void said.lines.push(line),
    debug: () => undefined,
    group: <T>(_: string, work: () => Promise<T>) => work(),
  };
  const signal = AbortSignal.timeout(30_000);
  const env = { PATH: process.env.PATH, HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
  const context = {
    log,
    signal,
    exec: createExec(env, log),
    http: createHttp(signal),
    summary: (markdown: string) => {
      said.summary += markdown;
    },
    annotate: (level: Level, problem: Problem) => void said.annotations.push([level, problem]),
    outputDir: async () => folder,
  };
  return { context, said, done: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An environment with a shared override, and tenants in files of their own. */
export function fleetFiles(names: readonly string[]): Record<string, string> {
  const tenants = names.flatMap((name) => [
    [
      `tenants/${name}.yaml`,
      `name: ${name}\nadmin: { name: A, email: admin@${name}.example }\ncomponents:\n  agent: { chart: ../charts/agent, overrides: [${name}/agent.yaml, ../shared/agent.yaml] }\n`,
    ],
    [`tenants/${name}/agent.yaml`, "{}\n"],
  ]);
  return {
    "clearml.yaml":
      "version: 1\nname: test\nbaseDomain: ml.example.com\ncomponents:\n" +
      "  gpu-operator: { version: v26.7.0, overrides: [overrides/gpu.yaml] }\n" +
      "  control-plane: { version: 10.12.7, overrides: [overrides/control-plane.yaml] }\n" +
      "tenants: tenants/*.yaml\n",
    "overrides/gpu.yaml": "{}\n",
    "overrides/control-plane.yaml": "{}\n",
    "shared/agent.yaml": "{}\n",
    "charts/agent/Chart.yaml": "apiVersion: v2\nname: agent\nversion: 1.0.0\n",
    ...Object.fromEntries(tenants),
  };
}
