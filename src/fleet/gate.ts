import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { weigh } from "./budget.ts";
import { gatePage } from "./gate-page.ts";
import type { WaveName } from "./model.ts";
import { readResults, tenantStates } from "./results.ts";
import { type SmokePace, smokeTest } from "./smoke.ts";

export interface GateOptions {
  /** Folder with the fleet and the reports of the jobs. */
  results: string;
  /** The wave that is over. */
  wave: WaveName;
  /** Whether the gateways of all waves so far are asked. */
  smoke: boolean;
  /** For tests. */
  pace?: SmokePace;
}

type GateContext = Pick<Context, "http" | "signal" | "log" | "summary" | "annotate">;

/**
 * Decides after a wave whether the roll-out goes on: it weighs the failures of all waves so far against the error budget.
 * @param tell called with the number of failed tenants before anything is thrown
 * @throws UserError of kind findings when the roll-out has to stop
 */
export async function passGate(
  { results: folder, wave, smoke, pace }: GateOptions,
  cwd: string,
  context: GateContext,
  tell: (known: { failed: number; count: number }) => void,
): Promise<void> {
  const results = await readResults(folder, cwd);
  for (const file of results.damaged) {
    context.annotate("warning", {
      message: `${file} among the results is no report of a job`,
      hint: "it is passed over",
    });
  }
  const states = tenantStates(results, wave);
  // Also those of earlier waves: what this wave did may have hurt them, and what failed there must go on counting.
  const asked = smoke ? await smokeTest(states, context, pace) : states;
  const verdict = weigh(asked, results.fleet.budget);
  tell({ failed: verdict.failed, count: verdict.done });
  context.summary(gatePage({ fleet: results.fleet, states: asked, wave, verdict }));
  context.log.info(`${plural(verdict.done, "tenant")} so far, ${verdict.failed} failed`);
  if (verdict.stop === undefined) return;
  throw new UserError(
    {
      message: `the roll-out stops after wave \`${wave}\`: ${verdict.stop}`,
      hint: "see the summary; repair what failed, then re-run the failed jobs: tenants that are as they should be are passed over",
    },
    { kind: "findings" },
  );
}
