import { z } from "zod";
import { errorMessage, UserError } from "../core/errors.ts";
import { type Github, GithubError } from "./api.ts";

/** Whether one attempt of a workflow run goes on. `why`: for what reason GitHub could not tell. */
export type AttemptState = { state: "running" | "completed" } | { state: "unknown"; why: string };

const answerSchema = z.object({ status: z.string() });

/** Refusals that asking again will not change. */
const FINAL_REFUSALS = new Set([401, 403, 404]);

/** Answers that stay true, by the API they came from and the address of the attempt. */
const finalAnswers = new WeakMap<object, Map<string, AttemptState>>();

/**
 * Asks GitHub about an attempt of a run. Only "completed", and that we may not know, is asked for once.
 * @param github undefined outside of GitHub
 * @param runUrl `https://github.com/acme/clusters/actions/runs/42/attempts/1`
 */
export async function attemptState(
  github: Pick<Github, "request" | "server"> | undefined,
  runUrl: string,
): Promise<AttemptState> {
  if (!github) return unknown("GitHub was not asked, because this run is not on GitHub");
  const [, server, repository, run, attempt] =
    /^(https?:\/\/[^/]+)\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)\/attempts\/(\d+)$/.exec(runUrl) ?? [];
  if (server !== github.server) return unknown(`${github.server} cannot tell about ${runUrl}`);
  const known = finalAnswers.get(github) ?? new Map<string, AttemptState>();
  finalAnswers.set(github, known);
  const found = known.get(runUrl);
  if (found) return found;
  const path = `/repos/${repository}/actions/runs/${run}/attempts/${attempt}`;
  const { answer, final } = await ask(github, path);
  if (final) known.set(runUrl, answer);
  return answer;
}

async function ask(
  github: Pick<Github, "request">,
  path: string,
): Promise<{ answer: AttemptState; final: boolean }> {
  try {
    const { json } = await github.request("GET", path);
    const { data } = answerSchema.safeParse(json);
    if (!data) return { answer: unknown("GitHub answered without a status"), final: false };
    const completed = data.status === "completed";
    return { answer: { state: completed ? "completed" : "running" }, final: completed };
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    const hint = thrown.problems[0]?.hint;
    return {
      answer: unknown(`${errorMessage(thrown)}${hint ? `; ${hint}` : ""}`),
      final: thrown instanceof GithubError && FINAL_REFUSALS.has(thrown.status),
    };
  }
}

function unknown(why: string): AttemptState {
  return { state: "unknown", why };
}
