import { type Answer, type Asked, invalid, NOT_ACCESSIBLE, NOT_FOUND, paged, refused } from "./answer.ts";
import type { Issue, State } from "./state.ts";

const LONGEST_BODY = 65_536;
const LONGEST_TITLE = 256;
const REASONS = ["completed", "not_planned", "duplicate", "reopened"] as const;
const DISABLED = refused(410, "Issues has been disabled in this repository.");
const ARCHIVED = refused(403, "Repository was archived so is read-only.");
const NO_TOKEN = refused(401, "Requires authentication");

/**
 * `GET /repos/{owner}/{repo}/issues`: newest first, pull requests among them. It also answers where issues are
 * switched off.
 */
export function listIssues(asked: Asked): Answer {
  const { state, query } = asked;
  if (!mayRead(asked)) return NOT_ACCESSIBLE;
  const wanted = query.get("state") ?? "open";
  const labels = query.get("labels")?.toLowerCase().split(",") ?? [];
  const [creator, since] = [query.get("creator")?.toLowerCase(), query.get("since")];
  const found = [...state.tracker, ...pullRequests(state)].filter(
    (issue) =>
      (wanted === "all" || issue.state === wanted) &&
      labels.every((label) => issue.labels.some((each) => each.toLowerCase() === label)) &&
      (creator === undefined || issue.login.toLowerCase() === creator) &&
      (since === null || Date.parse(issue.updatedAt) >= Date.parse(since)),
  );
  const newest = found.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.number - a.number);
  return paged(
    asked,
    "/issues",
    newest.map((issue) => shown(issue, asked)),
  );
}

/** `POST /repos/{owner}/{repo}/issues`: labels that do not exist yet are made. */
export function createIssue(asked: Asked): Answer {
  const { state, token, body } = asked;
  if (!token) return NO_TOKEN;
  if (token.rights.issues !== "write") return NOT_ACCESSIBLE;
  if (state.archived) return ARCHIVED;
  if (!state.hasIssues) return DISABLED;
  const wrong = wrongTexts(body, true);
  if (wrong) return wrong;
  const labels = Array.isArray(body.labels) ? body.labels.map(String) : [];
  for (const label of labels) state.labels.add(label);
  const { login, type } = token;
  const issue = addIssue(state, {
    ...{ login, type, labels },
    title: String(body.title),
    body: String(body.body ?? ""),
  });
  return { status: 201, body: shown(issue, asked) };
}

/** `GET` and `PATCH /repos/{owner}/{repo}/issues/{number}`: who may write may change anybody's. */
export function oneIssue(asked: Asked, method: string, number: number): Answer {
  const { state, token, body } = asked;
  if (method === "GET" && !mayRead(asked)) return NOT_ACCESSIBLE;
  if (method === "PATCH" && !token) return NO_TOKEN;
  if (method === "PATCH" && token?.rights.issues !== "write") return NOT_ACCESSIBLE;
  if (method === "PATCH" && state.archived) return ARCHIVED;
  const issue = state.tracker.find((each) => each.number === number);
  if (!issue) return NOT_FOUND;
  if (!state.hasIssues) return DISABLED;
  if (method === "GET") return { status: 200, body: shown(issue, asked) };
  const wrong = wrongTexts(body, false) ?? wrongState(body);
  if (wrong) return wrong;
  change(issue, body);
  return { status: 200, body: shown(issue, asked) };
}

/** What a PATCH changes; what it does not name stays. */
function change(issue: Issue, { title, body, state, state_reason: reason }: Asked["body"]): void {
  const now = new Date().toISOString();
  if (title !== undefined) issue.title = String(title);
  if (body !== undefined) issue.body = String(body ?? "");
  if ((state === "open" || state === "closed") && state !== issue.state) {
    const given = REASONS.find((each) => each === reason);
    issue.state = state;
    issue.stateReason = state === "open" ? "reopened" : (given ?? "completed");
    issue.closedAt = state === "closed" ? now : null;
  }
  issue.updatedAt = now;
}

/** Adds an issue, with the next number. */
export function addIssue(state: State, issue: Pick<Issue, "login" | "body"> & Partial<Issue>): Issue {
  const now = new Date().toISOString();
  const added: Issue = {
    number: Math.max(0, ...state.issues) + 1,
    title: "something",
    ...{ type: "User", labels: [], state: "open", stateReason: null },
    ...{ createdAt: now, updatedAt: now, closedAt: null },
    ...issue,
  };
  state.tracker.push(added);
  state.issues.add(added.number);
  return added;
}

/** Lists of issues have them, too. */
function pullRequests({ issues, tracker, pullRequests: known }: State): (Issue & { isPullRequest: true })[] {
  const numbers = [...issues].filter((number) => !tracker.some((each) => each.number === number));
  const at = "2026-11-20T08:00:00Z";
  return numbers.map((number) => ({
    ...{ number, title: "a change", body: "", login: "ada", type: "User", labels: [] },
    ...{ state: "open", stateReason: null, createdAt: at, updatedAt: at, closedAt: null },
    isPullRequest: true,
    ...known.get(number),
  }));
}

function wrongTexts({ title, body }: Asked["body"], isNew: boolean): Answer | undefined {
  if ((isNew || title !== undefined) && (typeof title !== "string" || title.trim() === "")) {
    return refused(422, "Validation Failed", {
      errors: [{ resource: "Issue", code: "missing_field", field: "title" }],
    });
  }
  if (String(title).length > LONGEST_TITLE) {
    return invalid("Issue", "title", `title is too long (maximum is ${LONGEST_TITLE} characters)`);
  }
  if ([...String(body ?? "")].length > LONGEST_BODY) {
    return invalid("Issue", "body", `body is too long (maximum is ${LONGEST_BODY} characters)`);
  }
  return undefined;
}

function wrongState({ state, state_reason: reason }: Asked["body"]): Answer | undefined {
  if (state !== undefined && state !== "open" && state !== "closed") {
    return refused(
      422,
      `Invalid request.\n\n${JSON.stringify(state)} is not a member of ["open", "closed"].`,
    );
  }
  if (reason !== undefined && reason !== null && !REASONS.some((each) => each === reason)) {
    return refused(422, `Invalid request.\n\n${JSON.stringify(reason)} is not a member of the list.`);
  }
  return undefined;
}

function mayRead({ state, token }: Asked): boolean {
  return state.visibility === "public" || token?.rights.issues !== undefined;
}

function shown(issue: Issue & { isPullRequest?: true }, { state, url }: Asked) {
  const { number, login, type } = issue;
  const api = `${url}/repos/${state.repository}`;
  const kind = issue.isPullRequest ? "pull" : "issues";
  const page = `https://github.com/${state.repository}/${kind}/${number}`;
  return {
    id: 4_000_000_000 + number,
    number,
    url: `${api}/issues/${number}`,
    html_url: page,
    title: issue.title,
    body: issue.body === "" ? null : issue.body,
    user: { login, type, site_admin: false },
    labels: issue.labels.map((name) => ({ name, color: "ededed", default: false })),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: state.locked.has(number),
    comments: state.comments.filter((each) => each.issue === number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    ...(issue.isPullRequest ? { pull_request: { url: `${api}/pulls/${number}`, html_url: page } } : {}),
  };
}
