/** A process that takes a lock and keeps it, for tests: `node lock-holder.ts <options as JSON>`, told by lines on stdin. */
import { createInterface } from "node:readline";
import { UserError } from "../../src/core/errors.ts";
import { acquireLock } from "../../src/lock/lock.ts";
import { type HolderOptions, type Said, startRun } from "./lock-parts.ts";

const options = JSON.parse(process.argv[2] ?? "") as HolderOptions;
const say = (said: Said) => void process.stdout.write(`${JSON.stringify(said)}\n`);
const told = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const run = await startRun(options.kubeconfig, options.variables);
say({ event: "ready" });
await told.next();
try {
  const { environment, waitMs = 0 } = options;
  const lock = await acquireLock(run.context, run.kubernetes, { environment, waitMs });
  lock.lost.addEventListener("abort", () =>
    say({ event: "lost", message: (lock.lost.reason as Error).message }),
  );
  say(JSON.parse(JSON.stringify({ event: "held", predecessor: lock.predecessor })) as Said);
  if (!options.abandon) {
    await told.next();
    await lock.release();
    say({ event: "released" });
  }
} catch (thrown) {
  if (!(thrown instanceof UserError)) throw thrown;
  say({ event: "refused", kind: thrown.kind, message: thrown.message });
}
await run.end();
process.stdin.destroy();
