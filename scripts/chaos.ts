/**
 * The long soak: kills 200 runs and cancels 100 at random moments, and looks at what is left each time.
 * Usage: npm run chaos [-- <kills> <cancels> <seed>]
 */
import { nextGeneration } from "../test/support/chaos.ts";
import { cancelRound, killRound, type RoundReport } from "../test/support/chaos-rounds.ts";
import { startDeployment } from "../test/support/deployment.ts";
import { startFaultProxy } from "../test/support/fault-proxy.ts";
import { randomFrom } from "../test/support/random.ts";

const [kills = 200, cancels = 100, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);

const deployment = await startDeployment();
const proxy = await startFaultProxy(deployment.world.cluster);
let faults = 0;

function show({ round, what, pending, hit, faults: found }: RoundReport): void {
  faults += found.length;
  const left = pending > 0 ? `, ${pending} pending` : "";
  console.log(`${String(round).padStart(4)}  ${what}${hit ? "" : ", too late"}${left}`);
  for (const fault of found) console.log(`      ${fault}`);
}

try {
  console.log(`seed ${seed}`);
  await deployment.act("deploy-control-plane");
  nextGeneration(deployment, 7);
  let { milliseconds: usualMs } = await deployment.act("deploy-control-plane");
  console.log(`an unbroken run takes ${Math.round(usualMs)} ms`);
  const [killing, cancelling] = [randomFrom(seed), randomFrom(seed + 1)];
  const rounds = async (count: number, next: (round: number) => Promise<RoundReport>) => {
    for (let round = 0; round < count; round++) {
      const report = await next(round);
      usualMs = report.usualMs;
      show(report);
    }
  };
  await rounds(kills, (round) => killRound(deployment, round, killing, usualMs, proxy));
  await rounds(cancels, (round) => cancelRound(deployment, round, cancelling, usualMs));
} finally {
  await proxy.stop();
  await deployment.stop();
}
console.log(faults === 0 ? "every round was made good" : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
