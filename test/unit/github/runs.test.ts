import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHttp } from "../../../src/core/http.ts";
import { type Github, github } from "../../../src/github/api.ts";
import { attemptState } from "../../../src/github/runs.ts";
import { type GithubApi, POWERLESS_TOKEN, startGithubApi, TOKEN } from "../../support/github-api/server.ts";

let api: GithubApi;
beforeAll(async () => {
  api = await startGithubApi({
    runs: [
      { id: 42, attempt: 1, status: "completed", conclusion: "cancelled" },
      { id: 42, attempt: 2, status: "in_progress", conclusion: null },
      { id: 43, attempt: 1, status: "queued", conclusion: null },
      { id: 44, attempt: 1, status: "waiting", conclusion: null },
    ],
  });
});
afterAll(() => api?.stop());
beforeEach(() => void api.requests.splice(0));

function asking(token?: string): Github | undefined {
  const env = { GITHUB_REPOSITORY: "acme/clusters", GITHUB_API_URL: api.url };
  const { signal } = new AbortController();
  return github({ env, http: createHttp(signal), signal }, token);
}

const attempt = (run: number, number = 1, server = "https://github.com", repository = "acme/clusters") =>
  `${server}/${repository}/actions/runs/${run}/attempts/${number}`;

describe("attemptState", () => {
  it.each([
    [attempt(42, 1), "completed"],
    [attempt(42, 2), "running"],
    [attempt(43), "running"],
    [attempt(44), "running"],
  ])("of %s is %s", async (url, state) => {
    expect(await attemptState(asking(TOKEN), url)).toEqual({ state });
  });

  it("asks once about what does not change, and again about what does", async () => {
    const ours = asking(TOKEN);
    for (const url of [attempt(42, 1), attempt(42, 1), attempt(42, 2), attempt(42, 2)])
      await attemptState(ours, url);
    expect(api.requests.map(({ path }) => path.slice(-10))).toEqual([
      "attempts/1",
      "attempts/2",
      "attempts/2",
    ]);
    const powerless = asking(POWERLESS_TOKEN);
    for (let again = 0; again < 3; again++) await attemptState(powerless, attempt(42));
    expect(api.requests).toHaveLength(4);
  });

  it.each([
    [
      "without the right",
      POWERLESS_TOKEN,
      attempt(42),
      /403 \(Resource not accessible.*`permissions: actions: read`/,
    ],
    ["without a token", undefined, attempt(42), /404 .*`permissions: actions: read`/],
    ["with a wrong token", "wrong", attempt(42), /401 \(Bad credentials\)/],
    ["about a run that is gone", TOKEN, attempt(99), /404 .*`permissions: actions: read`/],
    ["about another repository", TOKEN, attempt(42, 1, undefined, "acme/other"), /404 /],
  ])("is unknown %s, and says why", async (_, token, url, why) => {
    const found = await attemptState(asking(token), url);
    expect(found).toEqual({ state: "unknown", why: expect.stringMatching(why) });
  });

  it("is unknown without a question outside of GitHub, and about another GitHub", async () => {
    expect(await attemptState(undefined, attempt(42))).toMatchObject({ state: "unknown" });
    const other = await attemptState(asking(TOKEN), attempt(42, 1, "https://ghe.example.com"));
    expect(other).toMatchObject({ why: expect.stringContaining("https://github.com cannot tell about") });
    expect(await attemptState(asking(TOKEN), "dana@laptop")).toMatchObject({ state: "unknown" });
    expect(api.requests).toEqual([]);
  });

  it("is asked for again after GitHub had a problem", async () => {
    const ours = asking(TOKEN);
    api.fault({ path: /attempts/, status: 500 });
    expect(await attemptState(ours, attempt(42))).toMatchObject({ state: "unknown" });
    expect(await attemptState(ours, attempt(42))).toEqual({ state: "completed" });
  });
});
