/** Runs of detect-drift in this process: many in the time that one program takes to start. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectDrift } from "../../../src/actions/detect-drift.ts";
import { createContext } from "../../../src/core/context.ts";
import { EXIT_CODES, UserError } from "../../../src/core/errors.ts";
import type { Host } from "../../../src/core/host.ts";
import type { reportFileOf } from "../../../src/drift/report/file.ts";

export type Report = ReturnType<typeof reportFileOf>;
export type Found = Report["findings"][number];

/** What a run has said and written. */
export interface DriftScan {
  /** Exit code of the step. */
  code: number;
  drifted: boolean | undefined;
  complete: boolean | undefined;
  report: Report;
  lines: string[];
  /** What the step failed with. */
  message: string;
  summary: string;
  milliseconds: number;
}

/**
 * Runs the action's own definition with inputs.
 * @param env of the step: PATH, KUBECONFIG, secrets
 */
export async function detectHere(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<DriftScan> {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-drift-"));
  const lines: string[] = [];
  const handle = createContext(hostOf(lines, { HOME: folder, ...env }, folder), new AbortController().signal);
  const { definition } = detectDrift;
  const outputs: { drifted?: boolean; complete?: boolean; report?: string } = {};
  const started = performance.now();
  let failure: unknown;
  try {
    await definition.run(definition.inputs.parse({ ...inputs }), handle.context, outputs);
  } catch (thrown) {
    failure = thrown;
  } finally {
    await handle.close();
  }
  try {
    if (failure !== undefined && !(failure instanceof UserError)) throw failure;
    if (outputs.report === undefined) throw failure ?? new Error("there is no report");
    return {
      code: failure === undefined ? 0 : EXIT_CODES[failure.kind],
      drifted: outputs.drifted,
      complete: outputs.complete,
      report: JSON.parse(readFileSync(outputs.report, "utf8")) as Report,
      lines,
      message: failure?.message ?? "",
      summary: handle.section(),
      milliseconds: performance.now() - started,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hostOf(lines: string[], env: Record<string, string>, tempRoot: string): Host {
  return {
    kind: "github",
    env,
    tempRoot,
    input: () => undefined,
    announceSecret: () => undefined,
    line: (text) => void lines.push(text),
    debug: () => undefined,
    openGroup: (title) => void lines.push(title),
    closeGroup: () => undefined,
    annotate: (level, { message, hint }) => void lines.push(`${level}: ${message}; ${hint}`),
    summary: async () => undefined,
    outputs: () => undefined,
    saveState: () => undefined,
    readState: () => "",
    exportVariable: () => undefined,
    addPath: () => undefined,
  };
}

/** A finding in one line: what, where, and whether an upgrade repairs it. */
export function inShort({ class: kind, component, tenant, object, path, upgradeRepairs }: Found): string {
  const where = object ? `${object.kind} ${[object.namespace, object.name].filter(Boolean).join("/")}` : "";
  return [kind, tenant ? `${tenant}/${component}` : component, where, path, `repairs: ${upgradeRepairs}`]
    .filter(Boolean)
    .join(" ");
}
