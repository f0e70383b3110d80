import { type Answer, type Asked, NOT_ACCESSIBLE, NOT_FOUND } from "./answer.ts";
import type { Run } from "./state.ts";

/** `GET /repos/{owner}/{repo}/actions/runs/{id}[/attempts/{attempt}]`; without an attempt it is the last one. */
export function getRun(asked: Asked, id: number, attempt?: number): Answer {
  const { state, token } = asked;
  if (token && state.visibility === "private" && !token.rights.actions) return NOT_ACCESSIBLE;
  const attempts = state.runs.filter((run) => run.id === id).sort((a, b) => a.attempt - b.attempt);
  const run = attempt === undefined ? attempts.at(-1) : attempts.find((each) => each.attempt === attempt);
  return run ? { status: 200, body: shownRun(run, asked) } : NOT_FOUND;
}

function shownRun({ id, attempt, status, conclusion }: Run, { url, state }: Asked) {
  const { repository } = state;
  return {
    id,
    name: "deploy",
    event: "push",
    status,
    conclusion,
    run_number: 12,
    run_attempt: attempt,
    url: `${url}/repos/${repository}/actions/runs/${id}`,
    html_url: `https://github.com/${repository}/actions/runs/${id}`,
    created_at: "2026-11-21T08:00:00Z",
    run_started_at: "2026-11-21T08:00:00Z",
    updated_at: "2026-11-21T08:10:00Z",
    repository: { full_name: repository, private: state.visibility === "private" },
  };
}
