import { plural } from "../../core/plural.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { type PodContainer, placeOf, routersOf } from "./containers.ts";
import { logTail } from "./log-tail.ts";

/** Of several replicas with one key a few tell. */
const MOST = 3;

export const log = insideCheck({
  name: "log",
  proves: "The log of the router does not say that the ClearML API refuses its key.",
  async run(gateway) {
    const routers = routersOf(await gateway.pods()).slice(0, MOST);
    if (routers.length === 0) return { status: "skip", detail: "no pod of the gateway is to be seen" };
    const logs = await Promise.all(
      routers.map(async (router) => {
        // What a container said before it was started again holds only as long as the new one says nothing.
        const previous = !router.status?.ready && !router.status?.state?.running && isRestarted(router);
        return { router, lines: await logTail(gateway.kubernetes, router, { previous }) };
      }),
    );
    return judgeLogs(logs);
  },
});

function isRestarted({ status }: PodContainer): boolean {
  return (status?.restartCount ?? 0) > 0 && !status?.state?.terminated;
}

interface Log {
  router: PodContainer;
  lines: readonly string[];
}

export function judgeLogs(logs: readonly Log[]): SmokeResult {
  for (const { router, lines } of logs) {
    const refused = lines.filter(isRefusal);
    const last = refused.at(-1);
    if (last === undefined) continue;
    return {
      status: "fail",
      detail: `the ClearML API refuses the key of the gateway (401): ${refused.length} of ${plural(lines.length, "line")} in the log of ${placeOf(router)}, the last one: ${last}`,
      hint: "the key is of another server, or was revoked or has expired: let deploy-tenant give the gateway a new one, or correct its key and secret below `clearml` in the values (a key of a service account, with a label that says what it is for, is not revoked by mistake)",
    };
  }
  const count = logs.reduce((sum, { lines }) => sum + lines.length, 0);
  const places = logs.map(({ router }) => placeOf(router)).join(", ");
  return {
    status: "pass",
    detail:
      count > 0
        ? `no 401 in ${plural(count, "line")} of the log of ${places}`
        : `${places} wrote nothing in the last hour`,
  };
}

/** A request that strangers made, and that the gateway refused as it should. */
const ACCESS = /"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT) [^"]*" \d{3}\b/;

/** How the API, the SDK and HTTP clients say it. */
const REFUSALS: readonly RegExp[] = [
  /\b(?:error|status|status[ _]code|code|http(?:\/\d(?:\.\d)?)?|response|result_code)["']?\W{0,6}401\b/i,
  /\b401\b\W{0,4}(?:unauthori[sz]ed|client error|from https?:)/i,
  /\b401\/(?:1|10|20|21|22|30|31)\b/,
  /\bunauthori[sz]ed \((?:invalid|missing|malformed)/i,
  /invalid credentials|failed to locate provided credentials/i,
];

/** Whether a line of a router's log says that the API has refused its key. */
export function isRefusal(line: string): boolean {
  return !ACCESS.test(line) && REFUSALS.some((pattern) => pattern.test(line));
}
