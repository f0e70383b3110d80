import pLimit from "p-limit";
import type { Context } from "../core/context.ts";
import { errorMessage } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import type { TenantState } from "./model.ts";

/** Gateways asked at the same time. */
const PARALLEL = 16;
const TIMEOUT_MS = 10_000;

/** How often those that do not answer well are asked, and what lies between. */
export interface SmokePace {
  rounds: number;
  pauseMs: number;
}

/** A new route may take a moment to reach the ingress controller. */
const PACE: SmokePace = { rounds: 4, pauseMs: 4_000 };

type SmokeContext = Pick<Context, "http" | "signal" | "log">;

/**
 * Asks the gateways of tenants that came out well whether anybody is there: without a cookie a gateway sends people to
 * the login, or refuses them. "Not found" comes from the ingress controller's default backend, 5xx from a gateway
 * that does not work. Gives the states, with what failed here among the failures.
 */
export async function smokeTest(
  states: readonly TenantState[],
  context: SmokeContext,
  pace: SmokePace = PACE,
): Promise<TenantState[]> {
  const limit = pLimit(PARALLEL);
  const wrong = new Map<string, string>();
  let asked = states.filter(({ state, gatewayUrl }) => state === "ok" && gatewayUrl);
  for (let round = 1; asked.length > 0; round++) {
    const answers = await limit.map(asked, (state) => gatewayProblem(state.gatewayUrl ?? "", context));
    const bad = asked.filter((_, index) => answers[index] !== undefined);
    for (const [index, { tenant }] of asked.entries()) {
      const answer = answers[index];
      if (answer === undefined) wrong.delete(tenant);
      else wrong.set(tenant, answer);
    }
    asked = bad;
    if (bad.length === 0 || round >= pace.rounds || context.signal.aborted) break;
    context.log.info(`gateways that do not answer as they should: ${bad.length}; asking them again`);
    await pause(pace.pauseMs, context.signal);
  }
  return states.map((state) => {
    const message = wrong.get(state.tenant);
    return message === undefined ? state : { ...state, state: "failed" as const, outcome: "smoke", message };
  });
}

/** What is wrong with a gateway; undefined when it answers. */
async function gatewayProblem(url: string, { http }: SmokeContext): Promise<string | undefined> {
  if (!URL.canParse(url) || !/^https?:/.test(url)) return `\`${url}\` is no address of a gateway`;
  return http.send({ method: "GET", url, timeoutMs: TIMEOUT_MS, tries: 1 }).then(
    ({ status }) => badStatus(status, url),
    (thrown: unknown) => errorMessage(thrown),
  );
}

function badStatus(status: number, url: string): string | undefined {
  if (status === 404) return `${url} answers 404: the ingress controller knows no way there`;
  if (status >= 500) return `${url} answers ${status}: nothing works behind the ingress controller`;
  return undefined;
}
