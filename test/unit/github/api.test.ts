import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { UserError } from "../../../src/core/errors.ts";
import { GithubError, github, pullRequestOf } from "../../../src/github/api.ts";
import { type GithubApi, POWERLESS_TOKEN, startGithubApi, TOKEN } from "../../support/github-api/server.ts";
import { clientOf, contextWith } from "./support.ts";

let api: GithubApi;
beforeEach(async () => {
  const runs = [{ id: 9001, attempt: 1, status: "completed", conclusion: "cancelled" }] as const;
  api = await startGithubApi({ runs });
});
afterEach(() => api.stop());

const RUN = "/repos/acme/clusters/actions/runs/9001/attempts/1";
const COMMENTS = "/repos/acme/clusters/issues/7/comments";

/** What a refused request says. */
async function refusalOf(request: Promise<unknown>): Promise<GithubError> {
  const thrown = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof GithubError)) throw new Error(`expected a GithubError, got ${String(thrown)}`);
  return thrown;
}

describe("the client", () => {
  it("is there on GitHub alone, and knows where it is", () => {
    expect(github(contextWith({}), TOKEN)).toBeUndefined();
    expect(github(contextWith({ GITHUB_REPOSITORY: "a/b" }), TOKEN)).toMatchObject({
      repository: "a/b",
      server: "https://github.com",
    });
    const enterprise = { GITHUB_REPOSITORY: "a/b", GITHUB_SERVER_URL: "https://ghe.example.com" };
    expect(github(contextWith(enterprise), TOKEN)?.server).toBe("https://ghe.example.com");
  });

  it("gives the answer to a question", async () => {
    expect(await clientOf(api).request("GET", RUN)).toMatchObject({
      status: 200,
      json: { id: 9001, run_attempt: 1, status: "completed", conclusion: "cancelled" },
    });
  });

  it("reads every page of a list", async () => {
    for (let count = 0; count < 230; count++) api.say({ login: "ada", body: `talk ${count}` });
    const bodies = await clientOf(api).list(COMMENTS, z.object({ body: z.string() }));
    expect(bodies.map(({ body }) => body)).toEqual(Array.from({ length: 230 }, (_, at) => `talk ${at}`));
    expect(api.requests).toHaveLength(3);
  });

  it.each<[string, () => Promise<unknown>, number, string, string]>([
    [
      "a right to read runs",
      () => clientOf(api, POWERLESS_TOKEN).request("GET", RUN),
      403,
      "GitHub answered 403 (Resource not accessible by integration)",
      "`permissions: actions: read`",
    ],
    [
      "a right to write comments",
      () => clientOf(api, POWERLESS_TOKEN).request("POST", COMMENTS, { body: "x" }),
      403,
      "GitHub answered 403 (Resource not accessible by integration)",
      "`permissions: pull-requests: write`",
    ],
    [
      "a token GitHub knows",
      () => clientOf(api, "ghs_old").request("GET", RUN),
      401,
      "GitHub answered 401 (Bad credentials)",
      "has expired",
    ],
    [
      "a thing that is there",
      () => clientOf(api).request("GET", `${RUN}2`),
      404,
      "GitHub answered 404 (Not Found)",
      "`permissions: actions: read`",
    ],
    [
      "a body that is short enough",
      () => clientOf(api).request("POST", COMMENTS, { body: "x".repeat(65_537) }),
      422,
      "GitHub answered 422 (Validation Failed: Body is too long (maximum is 65536 characters))",
      "says in brackets",
    ],
  ])("says what is missing: %s", async (_, ask, status, message, hint) => {
    const refusal = await refusalOf(ask());
    expect(refusal).toMatchObject({ status, message, kind: "cluster" });
    expect(refusal.problems[0]?.hint).toContain(hint);
  });

  it.each([
    ["403 with the time to wait", { status: 403, headers: { "retry-after": "0" } }, 2],
    ["429", { status: 429, headers: { "retry-after": "0" } }, 2],
  ])("sends a comment again after %s, once it may", async (_, fault, requests) => {
    api.fault({ ...fault, message: "You have exceeded a secondary rate limit." });
    await clientOf(api).request("POST", COMMENTS, { body: "hello" });
    expect(api.requests).toHaveLength(requests);
    expect(api.comments.map(({ body }) => body)).toEqual(["hello"]);
  });

  it.each([403, 429])("gives up when it stays too fast: %i", async (status) => {
    api.fault({ status, headers: { "retry-after": "0" }, message: "too fast", times: 99 });
    const refusal = await refusalOf(clientOf(api).request("GET", RUN));
    expect(refusal.problems[0]?.hint).toContain("too many requests");
    expect(api.requests).toHaveLength(4);
  });

  it.each([
    ["a comment is not posted twice", "POST", COMMENTS, 1],
    ["a question is asked again", "GET", COMMENTS, 2],
  ] as const)("an answer gets lost: %s", async (_, method, path, requests) => {
    api.fault({ status: 0 });
    const body = method === "POST" ? { body: "hello" } : undefined;
    const result = await clientOf(api)
      .request(method, path, body)
      .catch((error: unknown) => error);
    expect(api.requests).toHaveLength(requests);
    if (requests === 1) expect(result).toBeInstanceOf(UserError);
    else expect(result).toMatchObject({ status: 200 });
  });
});

describe("the pull request of a run", () => {
  const event = (content: string) => {
    const file = join(mkdtempSync(join(tmpdir(), "event-")), "event.json");
    writeFileSync(file, content);
    return { GITHUB_EVENT_PATH: file };
  };

  it.each<[string, Record<string, string>, unknown]>([
    [
      "its number and commit",
      event('{"pull_request":{"number":7,"head":{"sha":"abc"}}}'),
      { number: 7, sha: "abc" },
    ],
    ["another event", event('{"ref":"refs/heads/main"}'), undefined],
    ["no JSON", event("{"), undefined],
    ["no file", { GITHUB_EVENT_PATH: "/nowhere/event.json" }, undefined],
    ["not on GitHub", {}, undefined],
  ])("%s", async (_, env, expected) => expect(await pullRequestOf(env)).toEqual(expected));
});
