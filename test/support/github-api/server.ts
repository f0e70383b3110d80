/** A server that answers as GitHub's REST API does, as far as the actions ask it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { serveHttp } from "../registries/http-server.ts";
import { type Answer, type Asked, NOT_FOUND, refused } from "./answer.ts";
import { createComment, listComments, oneComment } from "./comments.ts";
import { addIssue, createIssue, listIssues, oneIssue } from "./issues.ts";
import { getRun } from "./runs.ts";
import type { Comment, Fault, Issue, RecordedRequest, Run, State, Token } from "./state.ts";

/** What `${{ github.token }}` is, with the rights that plan and apply ask for. */
export const TOKEN = "ghs_exampletoken0000000000000000000001";
/** The same without any right, as in a run for a pull request from a fork. */
export const POWERLESS_TOKEN = "ghs_exampletoken0000000000000000000002";
export const BOT = "github-actions[bot]";

export interface GithubApiOptions {
  /** Default `acme/clusters`. */
  repository?: string;
  visibility?: State["visibility"];
  /** On top of TOKEN and POWERLESS_TOKEN. */
  tokens?: Readonly<Record<string, Token>>;
  /** Numbers of issues and pull requests. Default: 7. */
  issues?: readonly number[];
  runs?: readonly Run[];
}

export interface GithubApi {
  /** For GITHUB_API_URL. */
  url: string;
  repository: string;
  runs: Run[];
  comments: Comment[];
  /** Issues that are no pull requests. */
  tracker: Issue[];
  requests: RecordedRequest[];
  state: State;
  /** Adds a comment as a person or another bot would have written it. */
  say(comment: Pick<Comment, "login" | "body"> & Partial<Comment>): Comment;
  /** Opens an issue as a person or another bot would have. */
  open(issue: Pick<Issue, "login" | "body"> & Partial<Issue>): Issue;
  /** Makes the next matching requests fail. */
  fault(rule: Fault): void;
  stop(): Promise<void>;
}

export async function startGithubApi(options: GithubApiOptions = {}): Promise<GithubApi> {
  const { repository = "acme/clusters", visibility = "private", issues = [7], runs = [] } = options;
  const bot: Token = { login: BOT, type: "Bot", rights: { actions: "read", pullRequests: "write" } };
  const state: State = {
    repository,
    visibility,
    tokens: new Map([
      [TOKEN, bot],
      [POWERLESS_TOKEN, { ...bot, rights: {} }],
      ...Object.entries(options.tokens ?? {}),
    ]),
    runs: runs.map((run) => ({ ...run })),
    comments: [],
    issues: new Set(issues),
    locked: new Set(),
    tracker: [],
    pullRequests: new Map(),
    labels: new Set(["bug"]),
    hasIssues: true,
    archived: false,
  };
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [];
  const server = await serveHttp((request, response) => {
    answer({ state, requests, faults, url: server.url }, request, response).catch(() => response.destroy());
  });
  return {
    ...{ url: server.url, repository, runs: state.runs, comments: state.comments, requests, state },
    tracker: state.tracker,
    say(comment) {
      const id = Math.max(1000, ...state.comments.map((each) => each.id)) + 1;
      const now = new Date().toISOString();
      const said: Comment = { id, issue: 7, type: "User", createdAt: now, updatedAt: now, ...comment };
      state.comments.push(said);
      return said;
    },
    open: (issue) => addIssue(state, issue),
    fault: (rule) => void faults.push({ ...rule }),
    stop: server.stop,
  };
}

interface Parts {
  state: State;
  url: string;
  requests: RecordedRequest[];
  faults: Fault[];
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const sent = await text(request);
  const given = /^(?:Bearer|token) (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const token = given === undefined ? undefined : parts.state.tokens.get(given);
  const { pathname, searchParams: query } = new URL(url, parts.url);
  const body = parsed(sent);
  const asked: Asked = { state: parts.state, url: parts.url, token, query, body: body ?? {} };
  parts.state.before?.(method, pathname);
  const broken = takeFault(parts.faults, method, url);
  const result =
    broken ??
    (given !== undefined && !token ? refused(401, "Bad credentials") : undefined) ??
    (body === undefined ? refused(400, "Problems parsing JSON") : route(asked, method, pathname));
  parts.requests.push({ method, path: url, login: token?.login, body, status: result.status });
  if (result.status === 0) return void response.destroy();
  response
    .writeHead(result.status, { "content-type": "application/json; charset=utf-8", ...result.headers })
    .end(result.body === undefined ? "" : JSON.stringify(result.body));
}

function route(asked: Asked, method: string, path: string): Answer {
  const prefix = `/repos/${asked.state.repository}`;
  if (path === "/graphql" && method === "POST") return viewer(asked);
  if (!path.startsWith(`${prefix}/`)) return NOT_FOUND;
  if (!asked.token && asked.state.visibility === "private") return NOT_FOUND;
  const rest = path.slice(prefix.length);
  const run = /^\/actions\/runs\/(\d+)(?:\/attempts\/(\d+))?$/.exec(rest);
  if (run && method === "GET") {
    return getRun(asked, Number(run[1]), run[2] === undefined ? undefined : Number(run[2]));
  }
  const list = /^\/issues\/(\d+)\/comments$/.exec(rest);
  if (list && method === "GET") return listComments(asked, Number(list[1]));
  if (list && method === "POST") return createComment(asked, Number(list[1]));
  if (rest === "/issues" && method === "GET") return listIssues(asked);
  if (rest === "/issues" && method === "POST") return createIssue(asked);
  const issue = /^\/issues\/(\d+)$/.exec(rest);
  if (issue && /^(GET|PATCH)$/.test(method)) return oneIssue(asked, method, Number(issue[1]));
  const one = /^\/issues\/comments\/(\d+)$/.exec(rest);
  if (one && /^(GET|PATCH|DELETE)$/.test(method)) return oneComment(asked, method, Number(one[1]));
  return NOT_FOUND;
}

/** `query { viewer { login } }`: the only way to ask who a token of an app is. */
function viewer({ token, body }: Asked): Answer {
  if (!token) return refused(401, "Bad credentials");
  if (!/\bviewer\s*\{\s*login\s*\}/.test(String(body.query))) {
    return { status: 200, body: { errors: [{ type: "undefinedField", message: "unknown query" }] } };
  }
  return { status: 200, body: { data: { viewer: { login: token.login } } } };
}

function takeFault(faults: Fault[], method: string, path: string): Answer | undefined {
  const index = faults.findIndex(
    (each) => (each.method ?? method) === method && (each.path?.test(path) ?? true),
  );
  const fault = faults[index];
  if (!fault) return undefined;
  fault.times = (fault.times ?? 1) - 1;
  if (fault.times <= 0) faults.splice(index, 1);
  const { status, message = "Server Error", headers } = fault;
  return { ...refused(status, message), ...(headers ? { headers } : {}) };
}

function parsed(sent: string): Record<string, unknown> | undefined {
  if (sent === "") return {};
  try {
    return JSON.parse(sent) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
