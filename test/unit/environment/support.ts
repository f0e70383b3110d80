import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatProblem, UserError } from "../../../src/core/errors.ts";
import { loadEnvironment } from "../../../src/environment/load.ts";
import type { Environment } from "../../../src/environment/model.ts";

export type Files = Readonly<Record<string, string>>;

/** A sound environment to put something wrong into. */
export const SOUND = `version: 1
name: test
baseDomain: ml.example.com
components:
  control-plane: { version: 10.12.7 }
`;

export const SOUND_TENANT = `name: acme
admin: { name: Acme Admin, email: admin@acme.example }
`;

/** Writes files into a folder of their own, which is gone when `work` has ended. */
export async function inFolder<T>(files: Files, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-unit-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The environment of `clearml.yaml` among the files. */
export function load(files: Files): Promise<Environment> {
  return inFolder(files, (cwd) => loadEnvironment("clearml.yaml", { cwd }));
}

/** What is wrong, one line each with its place; empty when nothing is. */
export async function problemsOf(files: Files): Promise<string[]> {
  try {
    await load(files);
    return [];
  } catch (thrown) {
    if (thrown instanceof UserError && thrown.kind === "input") return thrown.problems.map(formatProblem);
    throw thrown;
  }
}
