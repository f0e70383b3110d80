import { plural } from "../../core/plural.ts";
import type { ContainerStatus, Terminated } from "../../kubernetes/pod-status.ts";
import type { LiveObject } from "../../readiness/model.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { allContainersOf, type PodContainer, placeOf } from "./containers.ts";
import { logTail } from "./log-tail.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Restarts from which a crash is a loop. */
const LOOP = 3;
/** A loop backs off by five minutes at most, so that a crash comes back within this time. */
const LOOP_MS = 10 * 60_000;
/** A container that has crashed must have stayed up for this long to count as up. */
const SETTLED_MS = 2 * 60_000;
const LINES = 3;

export const restarts = insideCheck({
  name: "restarts",
  proves: "No container of the gateway crashes, or has crashed in the last minutes.",
  // A refused key is a reason to crash, and says more.
  after: ["log"],
  async run(gateway) {
    const pods = await gateway.pods();
    if (pods.length === 0) return { status: "skip", detail: "no pod of the gateway is to be seen" };
    const crashed = crashedOf(pods, Date.now());
    const [first] = crashed;
    if (!first) return calm(pods);
    const lines = (await logTail(gateway.kubernetes, first.at, { previous: first.previous })).slice(-LINES);
    return crashResult(crashed, lines);
  },
});

interface Crash {
  at: PodContainer;
  status: ContainerStatus;
  ended: Terminated | undefined;
  /** Its log is that of the container before the one there now. */
  previous: boolean;
}

/** The containers that crash, those that are down now first. */
export function crashedOf(pods: readonly LiveObject[], now: number): Crash[] {
  const crashes = allContainersOf(pods).flatMap((at) => crashOf(at, now) ?? []);
  return crashes.sort(
    (a, b) => Number(Boolean(a.status.state?.running)) - Number(Boolean(b.status.state?.running)),
  );
}

function crashOf(at: PodContainer, now: number): Crash | undefined {
  const { status } = at;
  if (!status) return undefined;
  const { state = {}, lastState = {}, restartCount } = status;
  const ended = state.terminated ?? lastState.terminated;
  const crash = { at, status, ended, previous: !state.terminated };
  if (state.waiting?.reason === "CrashLoopBackOff") return crash;
  if (state.terminated) return state.terminated.exitCode === 0 ? undefined : crash;
  if (restartCount === 0 || !ended) return undefined;
  const since = now - Date.parse(ended.finishedAt ?? "");
  // A time that nobody knows is long ago.
  return since < SETTLED_MS || (restartCount >= LOOP && since < LOOP_MS) ? crash : undefined;
}

function crashResult(crashed: readonly Crash[], lines: readonly string[]): SmokeResult {
  const last = lines.length > 0 ? `; its last lines: ${lines.join(" | ")}` : "";
  const [first] = crashed;
  const { pod, container } = (first as Crash).at;
  const command = `kubectl -n ${pod.metadata.namespace} logs ${pod.metadata.name} -c ${container.name} --previous`;
  const killed = first?.ended?.reason === "OOMKilled";
  return {
    status: "fail",
    detail: withoutSecrets(`${crashed.map(wordsOf).join("; ")}${last}`),
    hint: killed
      ? `give container ${container.name} a higher memory limit (\`resources\` in the values)`
      : `read \`${command}\`; what has crashed counts as up once it has run for ${SETTLED_MS / 60_000} minutes`,
  };
}

function wordsOf({ at, status, ended }: Crash): string {
  const code = ended ? `exit code ${ended.exitCode}` : "exit code unknown";
  const reason = ended?.reason === "OOMKilled" ? ", out of memory" : "";
  const now = status.state?.running ? "crashed and runs again" : "crashes";
  const message = ended?.message ? `: ${ended.message.trim().split("\n").at(-1)}` : "";
  return `${placeOf(at)} ${now} (${code}${reason}, ${plural(status.restartCount, "restart")})${message}`;
}

/** What ended long ago is only mentioned. */
function calm(pods: readonly LiveObject[]): SmokeResult {
  const containers = allContainersOf(pods);
  const count = containers.reduce((sum, { status }) => sum + (status?.restartCount ?? 0), 0);
  const before = count > 0 ? `, ${plural(count, "restart")} some time ago` : "";
  return { status: "pass", detail: `no container of ${plural(pods.length, "pod")} crashes${before}` };
}
