import type { Context } from "../core/context.ts";
import type { Github } from "../github/api.ts";
import { type AttemptState, attemptState } from "../github/runs.ts";
import type { Holder } from "./holder.ts";
import type { Lease } from "./lease.ts";
import { isRestarted, isSameMachine, processStart } from "./machine.ts";

/** What is known about the holder of a lock. `sure`: nothing but its end can change it. */
export type Verdict =
  | { gone: true; proof: string; certain: boolean }
  | { gone: false; why: string; sure?: boolean };

/** Who asks, and what with. */
export interface Asker {
  context: Pick<Context, "env" | "exec">;
  me: Holder;
  github: Github | undefined;
}

/** What was seen of a lease over time. */
export interface Seen {
  /** Not renewed for longer than a holder at work leaves it. */
  quiet: boolean;
  /** Not renewed for its whole duration. */
  expired: boolean;
}

/** Whether a holder is gone; the first proof that tells decides. Asks GitHub at most every 10 s. */
export function createJudge(asker: Asker): (lease: Lease, seen: Seen) => Promise<Verdict> {
  const askGithub = rarely((run: string) => attemptState(asker.github, run), 10_000);
  return async (lease, seen) => {
    const holder = lease.holder?.known;
    const here = holder && (await judgeHere(asker, holder, seen));
    if (here) return here;
    const there = holder?.run && holder.run !== asker.me.run ? await askGithub(holder.run) : undefined;
    const told = there && judgeRun(holder?.run ?? "", there, seen);
    if (told?.gone) return told;
    const seconds = Math.round(lease.durationMs / 1000);
    if (seen.expired)
      return { gone: true, proof: `its lock was not renewed for ${seconds} s`, certain: false };
    return told ?? { gone: false, why: "nothing tells that it has ended" };
  };
}

/** What this machine knows; undefined when the holder is, or may be, on another one. */
async function judgeHere({ context, me }: Asker, holder: Holder, seen: Seen): Promise<Verdict | undefined> {
  const { machine, pid, started } = holder;
  if (isSameMachine(machine, me.machine)) {
    const found = await processStart(context.exec, pid);
    if (found === undefined || (found !== "" && started !== "" && found !== started)) {
      return { gone: true, proof: `process ${pid} on this machine has ended`, certain: true };
    }
    return { gone: false, why: `process ${pid} on this machine is at work`, sure: true };
  }
  if (!seen.quiet || context.env.RUNNER_ENVIRONMENT === "github-hosted") return undefined;
  if (!isRestarted(machine, me.machine)) return undefined;
  return { gone: true, proof: `the machine ${machine.host} has been restarted since`, certain: true };
}

/** A run that GitHub has given up may still be at work on a runner that GitHub cannot reach. */
function judgeRun(run: string, answer: AttemptState, { quiet }: Seen): Verdict {
  if (answer.state === "unknown") return { gone: false, why: answer.why };
  if (answer.state === "running") return { gone: false, why: "GitHub says that its run goes on" };
  if (!quiet)
    return { gone: false, why: "GitHub says that its run is completed, but its lock was just renewed" };
  return { gone: true, proof: `run ${run} is completed`, certain: true };
}

/** Asks again only after a while; the last answer counts until then. */
function rarely<T>(ask: (key: string) => Promise<T>, everyMs: number): (key: string) => Promise<T> {
  const answers = new Map<string, { at: number; answer: Promise<T> }>();
  return (key) => {
    const last = answers.get(key);
    if (last && performance.now() - last.at < everyMs) return last.answer;
    const answer = ask(key);
    answers.set(key, { at: performance.now(), answer });
    return answer;
  };
}
