import { RefusedError } from "../../kubernetes/refusals.ts";
import type { Probe, SmokeCheck, SmokeResult } from "../model.ts";
import { type Gateway, gatewayOf } from "./gateway.ts";

/** A check that looks into the cluster. */
interface InsideCheck extends Omit<SmokeCheck, "group" | "run"> {
  run(gateway: Gateway, probe: Probe): Promise<SmokeResult>;
}

/** The check for the runner: it is skipped where there is no cluster to look into, or where looking is not allowed. */
export function insideCheck({ run, ...check }: InsideCheck): SmokeCheck {
  return {
    ...check,
    group: "inside",
    async run(probe) {
      const gateway = gatewayOf(probe);
      if (typeof gateway === "string") return { status: "skip", detail: gateway };
      try {
        return await run(gateway, probe);
      } catch (thrown) {
        if (thrown instanceof RefusedError && thrown.status === 403) return forbidden(thrown);
        throw thrown;
      }
    },
  };
}

/** What this account may not see says nothing about the gateway. */
function forbidden({ problems }: RefusedError): SmokeResult {
  const [{ message, hint } = { message: "forbidden" }] = problems;
  return { status: "skip", detail: `cannot be looked at: ${message}`, ...(hint ? { hint } : {}) };
}
