import { readTask } from "../../clearml/tasks.ts";
import { shownAddress } from "../address.ts";
import type { Attempt, Route } from "./attempt.ts";
import { foreignEndpoint } from "./endpoint.ts";
import { howOften, poll, timeUp } from "./polling.ts";
import { ended, hasEnded } from "./start-task.ts";

/** Waits until the router has answered the task with the address of its endpoint. */
export async function openRoute(attempt: Attempt): Promise<Route> {
  const { probe } = attempt;
  const before = await attempt.started();
  const { task } = attempt;
  const api = await attempt.api();
  if (before.status !== "pass" || task === undefined || "reason" in api) return { result: before };
  const waited = await poll(probe, async () => {
    const now = await readTask(api, task);
    if (!now) return "gone";
    const { endpoint } = now.runtime;
    if (typeof endpoint === "string" && endpoint !== "") return { endpoint };
    return hasEnded(now) ? { task: now } : undefined;
  });
  const { found, seconds } = waited;
  if (found === "gone") {
    const detail = `task ${task} is gone before it had a route`;
    return { result: { status: "fail", detail, hint: "somebody deleted it; try again" } };
  }
  if (found?.task) return { result: { status: "fail", ...(await ended(api, found.task)) } };
  if (!found) {
    const detail = `the task had no \`endpoint\` in its runtime properties ${timeUp(probe)}, after ${seconds} s (${howOften(waited)})`;
    return { result: { status: "fail", detail, hint: NO_ROUTE } };
  }
  const foreign = foreignEndpoint(found.endpoint, probe.target.url);
  if (foreign) return { result: { status: "fail", ...foreign } };
  const endpoint = new URL(found.endpoint);
  // Where a router hands out tokens with the address, they are nobody's business.
  for (const value of endpoint.searchParams.values()) probe.context.secrets.mask(value);
  probe.context.secrets.mask(endpoint.password);
  attempt.endpoint = endpoint;
  const detail = `\`${shownAddress(endpoint)}\` appeared after ${seconds} s (${howOften(waited)})`;
  return { result: { status: "pass", detail }, endpoint };
}

const NO_ROUTE =
  "the router's log says why: it must run in the agent's namespace, with a key of the same tenant, and be new enough for the server";
