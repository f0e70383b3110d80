import { type Answer, type Asked, invalid, NOT_ACCESSIBLE, NOT_FOUND, paged, refused } from "./answer.ts";
import type { Comment, Rights } from "./state.ts";

/** Characters of a comment's body. */
const LONGEST = 65_536;

/** `GET /repos/{owner}/{repo}/issues/{number}/comments`: oldest first. */
export function listComments(asked: Asked, issue: number): Answer {
  const { state } = asked;
  if (!mayRead(asked)) return NOT_ACCESSIBLE;
  if (!state.issues.has(issue)) return NOT_FOUND;
  const all = state.comments.filter((each) => each.issue === issue).sort((a, b) => a.id - b.id);
  const comments = all.map((each) => shown(each, asked));
  return paged(asked, `/issues/${issue}/comments`, comments);
}

/** `POST /repos/{owner}/{repo}/issues/{number}/comments` */
export function createComment(asked: Asked, issue: number): Answer {
  const { state, token, body } = asked;
  const about = state.tracker.find(({ number }) => number === issue);
  if (!token || !mayWrite(asked, about !== undefined)) return NOT_ACCESSIBLE;
  if (!state.issues.has(issue)) return NOT_FOUND;
  if (state.locked.has(issue)) return refused(403, "Unable to create comment because issue is locked.");
  const wrong = wrongBody(body.body);
  if (wrong) return wrong;
  const now = new Date().toISOString();
  const comment: Comment = {
    id: Math.max(1000, ...state.comments.map(({ id }) => id)) + 1,
    issue,
    login: token.login,
    type: token.type,
    body: String(body.body),
    createdAt: now,
    updatedAt: now,
  };
  state.comments.push(comment);
  if (about) about.updatedAt = now;
  return { status: 201, body: shown(comment, asked) };
}

/** `GET`, `PATCH` and `DELETE /repos/{owner}/{repo}/issues/comments/{id}`: who may write may change anybody's. */
export function oneComment(asked: Asked, method: string, id: number): Answer {
  const { state, body } = asked;
  const comment = state.comments.find((each) => each.id === id);
  if (method === "GET" && !mayRead(asked)) return NOT_ACCESSIBLE;
  if (method !== "GET" && !mayWrite(asked)) return NOT_ACCESSIBLE;
  if (!comment) return NOT_FOUND;
  if (method === "DELETE") {
    state.comments.splice(state.comments.indexOf(comment), 1);
    return { status: 204 };
  }
  if (method === "PATCH") {
    const wrong = wrongBody(body.body);
    if (wrong) return wrong;
    comment.body = String(body.body);
    comment.updatedAt = new Date().toISOString();
  }
  return { status: 200, body: shown(comment, asked) };
}

function wrongBody(body: unknown): Answer | undefined {
  if (typeof body !== "string" || body.trim() === "") {
    return invalid("IssueComment", "data", "Body can't be blank");
  }
  if ([...body].length > LONGEST) {
    return invalid("IssueComment", "data", `Body is too long (maximum is ${LONGEST} characters)`);
  }
  return undefined;
}

/** Comments of pull requests are comments of issues: either right will do for them. */
function mayRead({ state, token }: Asked): boolean {
  return (
    state.visibility === "public" || Boolean(token && (token.rights.issues ?? token.rights.pullRequests))
  );
}

function mayWrite({ token }: Asked, isIssue = false): boolean {
  const rights: Rights = token?.rights ?? {};
  return rights.issues === "write" || (!isIssue && rights.pullRequests === "write");
}

function shown({ id, issue, login, type, body, createdAt, updatedAt }: Comment, { state, url }: Asked) {
  const slug = login.replace(/\[bot\]$/, "");
  return {
    id,
    node_id: `IC_${id}`,
    url: `${url}/repos/${state.repository}/issues/comments/${id}`,
    html_url: `https://github.com/${state.repository}/pull/${issue}#issuecomment-${id}`,
    issue_url: `${url}/repos/${state.repository}/issues/${issue}`,
    user: { login, type, site_admin: false },
    author_association: type === "Bot" ? "NONE" : "CONTRIBUTOR",
    performed_via_github_app: type === "Bot" ? { slug, name: slug } : null,
    body,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
