import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RuleCase } from "./model.ts";

const OTHERS = ["load.ts", "model.ts"];

/** The cases of every rule: one file per rule in this folder, named by its slug. */
export async function loadCases(): Promise<RuleCase[]> {
  const names = readdirSync(import.meta.dirname).filter((name) => !OTHERS.includes(name));
  const modules = await Promise.all(
    names.map(
      async (name) =>
        (await import(pathToFileURL(join(import.meta.dirname, name)).href)) as { cases: readonly RuleCase[] },
    ),
  );
  return modules.flatMap(({ cases }) => cases);
}
