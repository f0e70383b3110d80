import { shownAddress } from "../address.ts";
import type { Probe, SmokeCheck } from "../model.ts";
import { attemptOf } from "./attempt.ts";
import { cleanUp } from "./clean-up.ts";
import { fetchNonce } from "./nonce.ts";
import { refuseStrangers } from "./nonce-protected.ts";

const group = "end-to-end";

/** What keeps a gateway from being opened at all; each has a check that names it. */
const REACHED = ["dns", "tls-chain", "tls-name", "tls-days", "answers"] as const;

/** The parts of one try with a task, in their order. */
export const END_TO_END: readonly SmokeCheck[] = [
  {
    ...{ name: "task", group },
    proves: "An agent takes a task from the tenant's queue, and its code asks for an external endpoint.",
    after: ["login"],
    run: async (probe) => attemptOf(probe).started(),
  },
  {
    ...{ name: "route", group },
    proves: "The router answers the task with the address of an endpoint at this gateway.",
    after: ["task"],
    run: async (probe) => (await attemptOf(probe).route()).result,
  },
  {
    ...{ name: "nonce", group },
    proves: "A user with a token gets what the task serves, and nothing else.",
    after: [...REACHED, "session", "route"],
    run: async (probe) => fetchNonce(attemptOf(probe)),
  },
  {
    ...{ name: "nonce-protected", group },
    proves: "Without a token, or with a forged one, nobody gets it.",
    after: ["protected", "nonce"],
    run: async (probe) => refuseStrangers(attemptOf(probe)),
  },
  {
    ...{ name: "clean-up", group },
    proves: "The task is stopped and deleted, whatever happened, and so are those of tests that were killed.",
    lastly: true,
    run: async (probe) => cleanUp(attemptOf(probe)),
  },
];

/** The address of the task's endpoint, without a token; undefined while there is none. */
export function endpointOf(probe: Probe): string | undefined {
  const { endpoint } = attemptOf(probe);
  return endpoint ? shownAddress(endpoint) : undefined;
}
