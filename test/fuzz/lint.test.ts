import { expect, it } from "vitest";
import { corpus, type FuzzFailure, fuzzOnce } from "./fuzz.ts";

const RUNS = 10_000;
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
