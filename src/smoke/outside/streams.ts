import type { SmokeCheck, SmokeResult } from "../model.ts";
import { type PortState, portState } from "./connection.ts";

export const streams: SmokeCheck = {
  name: "streams",
  group: "outside",
  proves: "The first and the last port of sessions without HTTP can be connected to.",
  after: ["dns-streams"],
  async run({ target }) {
    if (!target.streams) return { status: "skip", detail: "the gateway's values name no ports for sessions" };
    const { host, start, end } = target.streams;
    const ports = [...new Set([start, end])];
    const states = await Promise.all(
      ports.map(async (port) => ({ port, state: await portState(host, port) })),
    );
    return judgePorts(host, states);
  },
};

/** What the ports of sessions say of the way to them. */
export function judgePorts(host: string, states: readonly { port: number; state: PortState }[]): SmokeResult {
  const seen = states.map(({ port, state }) => `${port} is ${state}`).join(", ");
  if (states.every(({ state }) => state === "open"))
    return { status: "pass", detail: `at \`${host}\` ${seen}` };
  const silent = states.some(({ state }) => state === "silent");
  const meaning = silent
    ? "nothing comes back from a silent port: normal behind some load balancers while no session runs, and also what a firewall or a network policy does"
    : "normal while no session runs there; if sessions cannot be reached either, look at `service.type` of the gateway's streams, at the address, and at network policies";
  return { status: "info", detail: `at \`${host}\` ${seen}: ${meaning}` };
}
