/**
 * Lints damaged files for as long as asked, and shows every case in which the linter itself is at fault.
 * Usage: npm run fuzz -- [--seed N] [--count M]
 */
import { parseArgs } from "node:util";
import { corpus, fuzzOnce } from "../test/fuzz/fuzz.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    count: { type: "string", default: "100000" },
  },
});
const [first, count] = [Number(values.seed), Number(values.count)];
const files = corpus();
const started = performance.now();
let failures = 0;
console.log(`seeds ${first} to ${first + count - 1}`);
for (let seed = first; seed < first + count; seed++) {
  const failure = fuzzOnce(seed, files);
  if (failure) {
    failures++;
    console.log(`\nseed ${seed}, ${failure.component}: ${failure.reason}\n${JSON.stringify(failure.text)}`);
  }
  if ((seed - first + 1) % 10_000 === 0) console.log(`${seed - first + 1} done, ${failures} failures`);
}
console.log(`${count} runs, ${failures} failures, ${((performance.now() - started) / 1000).toFixed(1)} s`);
if (failures > 0) process.exitCode = 1;
