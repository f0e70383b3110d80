import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors.ts";
import type { HttpResponse } from "../../core/http.ts";
import { jsonOf } from "../../core/json.ts";
import type { Finding } from "../model.ts";
import { plural } from "./counts.ts";
import { type DiffLines, linesOfPatch, markedIn, suggestionsOf } from "./suggestions.ts";

type ReviewContext = Pick<Context, "env" | "exec" | "http" | "log" | "annotate">;

/** GitHub lists at most 3,000 files of a pull request. */
const PAGE = 100;
const MOST_PAGES = 30;

const eventSchema = z.object({
  pull_request: z.object({ number: z.number().int(), head: z.object({ sha: z.string() }) }),
});
const filesSchema = z.array(z.object({ filename: z.string(), patch: z.string().optional() }));
const commentsSchema = z.array(z.object({ body: z.string() }));

/**
 * Posts the repairs of findings as one review with suggestions, each once. What keeps it from doing so, such as the
 * read-only token of a pull request from a fork, is told and fails nothing.
 */
export async function suggest(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  { token, cwd }: { token: string; cwd: string },
  context: ReviewContext,
): Promise<void> {
  const pull = await readPull(context.env);
  if (!pull) return context.log.info("no suggestions: this is no run of a pull request");
  const request = api(pull.address, token, context.http);
  try {
    const diff: DiffLines = new Map(
      (await pages(request, "files", filesSchema)).map((each) => [
        each.filename,
        linesOfPatch(each.patch ?? ""),
      ]),
    );
    const marked = markedIn((await pages(request, "comments", commentsSchema)).map(({ body }) => body));
    const prefix = await prefixOf(cwd, context.exec);
    const comments = suggestionsOf({ findings, texts, diff, marked, prefix });
    if (comments.length === 0)
      return context.log.info("no new suggestions for the lines of this pull request");
    const body = `${plural(comments.length, "repair")} that lint-overrides can make.`;
    const review = { commit_id: pull.sha, event: "COMMENT", body, comments };
    accepted(await request("POST", "reviews", review));
    context.log.info(`suggested ${plural(comments.length, "repair")} in the pull request`);
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    context.annotate("info", {
      message: `no suggestions were posted: ${thrown.message}`,
      hint: "the job needs `permissions: pull-requests: write`; runs for pull requests from forks cannot have it",
    });
  }
}

type Request = (method: "GET" | "POST", path: string, body?: object) => Promise<HttpResponse>;

/** Address and head of the pull request this runs for; undefined when there is none. */
async function readPull(env: Context["env"]): Promise<{ address: string; sha: string } | undefined> {
  const { GITHUB_EVENT_NAME, GITHUB_EVENT_PATH, GITHUB_REPOSITORY, GITHUB_API_URL } = env;
  if (GITHUB_EVENT_NAME !== "pull_request" || !GITHUB_EVENT_PATH || !GITHUB_REPOSITORY) return undefined;
  const event = eventSchema.safeParse(JSON.parse(await readFile(GITHUB_EVENT_PATH, "utf8")));
  if (!event.success) return undefined;
  const { number, head } = event.data.pull_request;
  const server = GITHUB_API_URL ?? "https://api.github.com";
  return { address: `${server}/repos/${GITHUB_REPOSITORY}/pulls/${number}`, sha: head.sha };
}

function api(address: string, token: string, http: Context["http"]): Request {
  return (method, path, body) =>
    http.send({
      method,
      url: `${address}/${path}`,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        ...(body ? { "content-type": "application/json" } : {}),
      },
      // A review must not be posted twice.
      ...(body ? { body: JSON.stringify(body), repeatable: false } : {}),
    });
}

/** All items of a list of the pull request. */
async function pages<T>(request: Request, path: string, schema: z.ZodType<T[]>): Promise<T[]> {
  const items: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const response = accepted(await request("GET", `${path}?per_page=${PAGE}&page=${page}`));
    const found = schema.safeParse(jsonOf(response.text));
    if (!found.success) throw failed(`an answer about ${path} of an unknown form`);
    items.push(...found.data);
    if (found.data.length < PAGE) break;
  }
  return items;
}

function accepted(response: HttpResponse): HttpResponse {
  if (response.status >= 200 && response.status < 300) return response;
  throw failed(`${response.status}${reasonIn(response.text)}`);
}

function failed(what: string): UserError {
  return new UserError({ message: `GitHub answered ${what}` }, { kind: "cluster" });
}

/** What GitHub says in the body of an error. */
function reasonIn(text: string): string {
  const error = z.object({ message: z.string() }).safeParse(jsonOf(text));
  return error.success ? ` (${error.data.message})` : "";
}

/** Where the working folder lies in its repository. */
async function prefixOf(cwd: string, exec: Context["exec"]): Promise<string> {
  const { stdout, code } = await exec.run("git", ["rev-parse", "--show-prefix"], {
    cwd,
    quiet: true,
    harmless: true,
    ok: [0, 128],
  });
  return code === 0 ? stdout.trim() : "";
}
