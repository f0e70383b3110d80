/**
 * The long soak for tenants: kills 200 onboardings at random moments, and looks at what the next run makes of them.
 * Usage: npm run chaos:tenants [-- <kills> <seed>]
 */
import { randomFrom } from "../test/support/random.ts";
import { onboardingRound, type TenantRound, usualOnboarding } from "../test/support/tenant-rounds.ts";
import { startTenantWorld } from "../test/support/tenant-world.ts";

const [kills = 200, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);

const world = await startTenantWorld();
let faults = 0;

function show({ round, what, left, hit, faults: found }: TenantRound): void {
  faults += found.length;
  const unrecorded = left.unrecorded.length > 0 ? `, unrecorded: ${left.unrecorded.join(" ")}` : "";
  const pending = left.pending.length > 0 ? `, pending: ${left.pending.join(" ")}` : "";
  console.log(`${String(round).padStart(4)}  ${what}${hit ? "" : ", too late"}${unrecorded}${pending}`);
  for (const fault of found) console.log(`      ${fault}`);
}

try {
  console.log(`seed ${seed}`);
  let usual = await usualOnboarding(world);
  console.log(`an unbroken onboarding takes ${Math.round(usual.milliseconds)} ms`);
  const random = randomFrom(seed);
  for (let round = 0; round < kills; round++) {
    const report = await onboardingRound(world, round, random, usual);
    ({ usual } = report);
    show(report);
  }
} finally {
  await world.stop();
}
console.log(faults === 0 ? "every round was made good" : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
