import { UserError } from "../core/errors.ts";
import type { Shard } from "./model.ts";

/** One job of a matrix; `tenants` is the input of `deploy-tenant`, one name per line. */
export interface MatrixEntry {
  shard: number;
  wave: string;
  tenants: string;
  count: number;
  maxFailures: number;
}

/** What `strategy.matrix` takes. */
export interface Matrix {
  include: MatrixEntry[];
}

/** GitHub holds so much of a job's outputs, counted in UTF-16. */
const MOST_OUTPUT_BYTES = 1024 * 1024;
/** Linux hands no longer variable to a process, and inputs are variables. */
const MOST_INPUT_BYTES = 128 * 1024;

/** The shards as jobs of a matrix. */
export function matrixOf(shards: readonly Shard[]): Matrix {
  return {
    include: shards.map(({ tenants, ...shard }) => ({
      ...shard,
      tenants: tenants.join("\n"),
      count: tenants.length,
    })),
  };
}

/**
 * Makes sure that GitHub can carry a matrix from job to job.
 * @throws UserError when it is too long
 */
export function checkSize(waves: Readonly<Record<string, Matrix>>): void {
  const bytes = JSON.stringify(waves).length * 2;
  const longest = Math.max(
    0,
    ...Object.values(waves).flatMap(({ include }) => include.map(({ tenants }) => tenants.length)),
  );
  if (bytes <= MOST_OUTPUT_BYTES && longest < MOST_INPUT_BYTES) return;
  throw new UserError({
    message:
      bytes > MOST_OUTPUT_BYTES
        ? `the names of the tenants take ${bytes} bytes, and GitHub passes at most ${MOST_OUTPUT_BYTES} from job to job`
        : `the names of the tenants of one job take ${longest} bytes, and a step takes less than ${MOST_INPUT_BYTES}`,
    hint: "roll the fleet out in parts: name some of the tenants in the `tenants` input, such as `a*`",
  });
}
