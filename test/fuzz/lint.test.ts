import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { filesOf } from "./faults/model.ts";
import { corpus, type FuzzFailure, fuzzEnvironment, fuzzEnvironmentOnce, fuzzOnce } from "./fuzz.ts";

const RUNS = 10_000;
const ENVIRONMENTS = 500;
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);

it(`lints ${RUNS} damaged files without a fault of its own (FUZZ_SEED=${SEED})`, () => {
  const files = corpus();
  expect(files.length).toBeGreaterThan(20);
  const failures: FuzzFailure[] = [];
  for (let run = 0; run < RUNS && failures.length === 0; run++) {
    const failure = fuzzOnce(SEED + run, files);
    if (failure) failures.push(failure);
  }
  expect(failures).toEqual([]);
});

it(`lints ${ENVIRONMENTS} environments with a damaged file (FUZZ_SEED=${SEED})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-fuzz-"));
  try {
    const good = filesOf(resolve(import.meta.dirname, "../fixtures/environments/full"));
    const environment = fuzzEnvironment(folder, good);
    const failures: FuzzFailure[] = [];
    for (let run = 0; run < ENVIRONMENTS && failures.length === 0; run++) {
      const failure = await fuzzEnvironmentOnce(SEED + run, environment);
      if (failure) failures.push(failure);
    }
    expect(failures).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
