import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isGateway } from "../catalogue/gateways.ts";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { loadEnvironment } from "../environment/load.ts";
import type { Environment, Tenant } from "../environment/model.ts";
import { type Changes, changesSince } from "../lint/scope/git.ts";
import { changedTenants } from "./changed.ts";
import { listPage } from "./list-page.ts";
import { checkSize, type Matrix, matrixOf } from "./matrix.ts";
import { type ErrorBudget, type Fleet, WAVES, type WaveName } from "./model.ts";
import { matchingNames } from "./patterns.ts";
import { removedTenants } from "./removed.ts";
import { cutShards, MOST_SHARDS } from "./shards.ts";
import { assignWaves } from "./waves.ts";

export interface ListOptions {
  config: string;
  /** Names and patterns; all tenants when empty. */
  tenants: readonly string[];
  changedSince?: string | undefined;
  /** Only tenants that have a gateway. */
  withGateway?: boolean;
  /** Names and patterns of those that go first. */
  canary: readonly string[];
  /** Only this wave. */
  wave?: WaveName | undefined;
  shards: number;
  perShard: number;
  budget: ErrorBudget;
}

export interface ListOutputs {
  tenants: Matrix;
  count: number;
  waves: Record<WaveName, Matrix>;
  removed: readonly string[];
  /** Path of the fleet as a file. */
  fleet: string;
}

type ListContext = Pick<Context, "exec" | "log" | "summary" | "annotate" | "outputDir">;

/**
 * Lists the tenants of an environment as jobs of a matrix, by waves. Reads files and git, nothing else.
 * @throws UserError for a wrong input or file, or a fleet that GitHub's limits cannot hold
 */
export async function listTenants(
  options: ListOptions,
  cwd: string,
  context: ListContext,
): Promise<ListOutputs> {
  const environment = await loadEnvironment(options.config, { cwd });
  const changes =
    options.changedSince === undefined
      ? undefined
      : await changesSince(options.changedSince, cwd, context.exec);
  const names = selected(environment, options, changes);
  const removed = changes ? await removedTenants(environment, changes, cwd, context.exec) : [];
  const fleet = fleetOf(environment, names, removed, options);
  const listed = options.wave ? fleet.shards.filter(({ wave }) => wave === options.wave) : fleet.shards;
  const of = (wave: WaveName) => matrixOf(listed.filter((shard) => shard.wave === wave));
  const waves = Object.fromEntries(WAVES.map((wave) => [wave, of(wave)])) as Record<WaveName, Matrix>;
  checkSize(waves);
  const count = listed.reduce((sum, { tenants }) => sum + tenants.length, 0);
  const path = join(await context.outputDir(), "fleet.json");
  await writeFile(path, `${JSON.stringify(fleet)}\n`);
  context.log.info(
    `${count} of ${plural(environment.tenants.length, "tenant")} in ${plural(listed.length, "job")}`,
  );
  context.summary(listPage(fleet, environment.tenants.length, options));
  return { tenants: matrixOf(listed), count, waves, removed, fleet: path };
}

/** The tenants that are asked for, sorted. */
function selected(
  environment: Environment,
  { tenants, withGateway = false }: ListOptions,
  changes: Changes | undefined,
): readonly string[] {
  const names = environment.tenants.map(({ name }) => name).sort();
  const wanted = matchingNames(names, tenants, "tenants");
  const changed = changes ? changedTenants(environment, changes.files) : wanted;
  const fitting = environment.tenants.filter((tenant) => !withGateway || hasGateway(tenant));
  const fits = new Set(fitting.map(({ name }) => name));
  return names.filter((name) => wanted.has(name) && changed.has(name) && fits.has(name));
}

function hasGateway({ components }: Tenant): boolean {
  return components.some((use) => use.enabled && isGateway(use));
}

function fleetOf(
  environment: Environment,
  names: readonly string[],
  removed: readonly string[],
  { canary, shards: most, perShard: size, budget }: ListOptions,
): Fleet {
  const all = environment.tenants.map(({ name }) => name);
  const marked = canary.length > 0 ? matchingNames(all, canary, "canary") : new Set<string>();
  const waves = assignWaves(names, marked);
  const needed = [...waves.values()].filter((wave) => wave.length > 0).length;
  if (most < needed || most > MOST_SHARDS) {
    throw new UserError({
      message: `input \`shards\`: expected a number from ${Math.max(needed, 1)} to ${MOST_SHARDS}, got ${most}`,
      hint: `each of the ${needed} waves needs a job, and GitHub makes at most ${MOST_SHARDS} of a matrix`,
    });
  }
  const shards = cutShards(waves, { most, size }, budget);
  return { version: 1, environment: environment.name, budget, shards, removed };
}
