import { loadEnvironment } from "../../src/environment/load.ts";
import type { ComponentUse, Environment } from "../../src/environment/model.ts";
import { resolveValues } from "../../src/overrides/resolve.ts";
import type { Values } from "../../src/overrides/values.ts";

/** The environment in a folder. */
export function benchEnvironment(folder: string): Promise<Environment> {
  return loadEnvironment("clearml.yaml", { cwd: folder });
}

/** The values of all its releases, those of the tenants too. */
export function valuesOfBench(environment: Environment): Map<ComponentUse, Values> {
  const uses = [environment, ...environment.tenants].flatMap(({ components }) => components);
  return new Map(uses.map((use) => [use, resolveValues(use, { lookup: () => undefined, known: [] })]));
}
