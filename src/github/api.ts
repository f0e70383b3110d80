import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { backOff, type HttpRequest, type HttpResponse } from "../core/http.ts";
import { jsonOf } from "../core/json.ts";
import { pause } from "../core/pause.ts";

type GithubContext = Pick<Context, "env" | "http" | "signal">;
type Method = HttpRequest["method"];

export interface Answer {
  status: number;
  json: unknown;
}

/** GitHub's API, asked in the name of one token. */
export interface Github {
  /** The repository of this run: `owner/name`. */
  readonly repository: string;
  /** Where people look at it: `https://github.com`, or the address of an enterprise server. */
  readonly server: string;
  /**
   * Asks the REST API. What would be made twice when sent twice (POST) is sent again only where GitHub has refused it
   * for the rate.
   * @param path from the root of the API: `/repos/acme/clusters/issues/7/comments`
   * @throws GithubError for every status that is no success; UserError when no answer came
   */
  request(method: Method, path: string, body?: object): Promise<Answer>;
  /** All items of a list, page after page. The path may have a query. */
  list<T>(path: string, item: z.ZodType<T>): Promise<T[]>;
  /** Asks the GraphQL API; the data of the answer. */
  graphql<T>(query: string, schema: z.ZodType<T>): Promise<T>;
}

interface Refusal {
  status: number;
  /** Its words, in brackets; empty when it said nothing. */
  said: string;
  tooFast: boolean;
}

/** GitHub has answered and not done it. */
export class GithubError extends UserError {
  readonly status: number;
  /** It has nothing against the request, but for how many there were. */
  readonly tooFast: boolean;

  constructor({ status, said, tooFast }: Refusal, hint: string) {
    super({ message: `GitHub answered ${status}${said}`, hint }, { kind: "cluster" });
    this.name = "GithubError";
    this.status = status;
    this.tooFast = tooFast;
  }
}

/** Items of a page, and a bound on pages for a server that repeats itself. */
const PAGE = 100;
const MOST_PAGES = 100;
/** How often a request is sent that comes too soon after others. */
const TRIES = 4;

/** The API of the GitHub that this run belongs to; undefined outside of GitHub. Without a token it asks as anybody. */
export function github(context: GithubContext, token: string | undefined): Github | undefined {
  const { GITHUB_REPOSITORY, GITHUB_SERVER_URL, GITHUB_API_URL, GITHUB_GRAPHQL_URL } = context.env;
  if (!GITHUB_REPOSITORY) return undefined;
  const api = GITHUB_API_URL || "https://api.github.com";
  const ask = async (method: Method, url: string, body?: object): Promise<Answer> => {
    const response = await sendPatiently(context, requestOf(method, url, token, body));
    if (response.status >= 200 && response.status < 300) {
      return { status: response.status, json: jsonOf(response.text) };
    }
    throw refusal(response, method, url);
  };
  return {
    repository: GITHUB_REPOSITORY,
    server: GITHUB_SERVER_URL || "https://github.com",
    request: (method, path, body) => ask(method, `${api}${path}`, body),
    async list(path, item) {
      const items: z.infer<typeof item>[] = [];
      const start = `${api}${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE}`;
      for (let page = 1; page <= MOST_PAGES; page++) {
        const { json } = await ask("GET", `${start}&page=${page}`);
        const found = understood(z.array(item), json, path);
        items.push(...found);
        if (found.length < PAGE) break;
      }
      return items;
    },
    async graphql(query, schema) {
      const { json } = await ask("POST", GITHUB_GRAPHQL_URL || `${api}/graphql`, { query });
      return understood(z.object({ data: schema }), json, "a GraphQL query").data;
    },
  };
}

const eventSchema = z.object({
  pull_request: z.object({ number: z.number().int(), head: z.object({ sha: z.string() }) }),
});

/** The pull request this run is for, and the newest commit of it; undefined when it is for none. */
export async function pullRequestOf(
  env: Context["env"],
): Promise<{ number: number; sha: string } | undefined> {
  if (!env.GITHUB_EVENT_PATH) return undefined;
  const text = await readFile(env.GITHUB_EVENT_PATH, "utf8").catch(() => "");
  const event = eventSchema.safeParse(jsonOf(text));
  if (!event.success) return undefined;
  const { number, head } = event.data.pull_request;
  return { number, sha: head.sha };
}

function requestOf(method: Method, url: string, token: string | undefined, body?: object): HttpRequest {
  return {
    method,
    url,
    headers: {
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    // A comment must not be posted twice; to write the same text into it twice does no harm.
    repeatable: method !== "POST",
  };
}

/** The client waits after 429 and busy servers; GitHub also says 403 for "too fast", and then how long to wait. */
async function sendPatiently({ http, signal }: GithubContext, request: HttpRequest): Promise<HttpResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await http.send(request);
    const wait = response.headers["retry-after"];
    if (response.status !== 403 || wait === undefined || attempt === TRIES || signal.aborted) return response;
    await pause(backOff(attempt, wait), signal);
  }
}

function understood<T>(schema: z.ZodType<T>, json: unknown, about: string): T {
  const found = schema.safeParse(json);
  if (found.success) return found.data;
  const message = `GitHub answered an unknown form to ${about}`;
  throw new UserError(
    { message, hint: "is GITHUB_API_URL the address of GitHub's API?" },
    { kind: "cluster" },
  );
}

const errorSchema = z.object({
  message: z.string(),
  errors: z.array(z.object({ message: z.string() }).or(z.unknown())).optional(),
});

function refusal({ status, text, headers }: HttpResponse, method: Method, url: string): GithubError {
  const error = errorSchema.safeParse(jsonOf(text)).data;
  const details = (error?.errors ?? []).flatMap((each) => {
    const detail = z.object({ message: z.string() }).safeParse(each);
    return detail.success ? [detail.data.message] : [];
  });
  const said = error ? ` (${[error.message, ...details].join(": ")})` : "";
  const isOverRate = headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0";
  const tooFast = status === 429 || (status === 403 && isOverRate);
  return new GithubError({ status, said, tooFast }, repair(status, tooFast, permissionFor(method, url)));
}

function repair(status: number, tooFast: boolean, permission: string): string {
  if (tooFast) return "too many requests for this token: try again later";
  if (status === 401) return "the token is wrong or has expired; `${{ github.token }}` is the one of the job";
  if (status === 403) {
    return `the job needs \`permissions: ${permission}\`; runs for pull requests from forks cannot have it`;
  }
  if (status === 404) {
    return `it is not there, or the token may not see it: the job needs \`permissions: ${permission}\``;
  }
  if (status >= 500) return "GitHub itself has a problem, see https://www.githubstatus.com; run it again";
  return "GitHub understood what was asked and says in brackets what is wrong with it";
}

/** The right of a job's token that a request needs, as it is written below `permissions:`. */
function permissionFor(method: Method, url: string): string {
  const { pathname } = new URL(url);
  const access = method === "GET" ? "read" : "write";
  if (pathname.includes("/actions/")) return `actions: ${access}`;
  if (/\/pulls\/|\/issues\/(\d+\/)?comments/.test(pathname)) return `pull-requests: ${access}`;
  if (pathname.includes("/issues")) return `issues: ${access}`;
  return `contents: ${access}`;
}
