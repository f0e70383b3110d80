import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../../../src/core/errors.ts";
import { type GithubApi, POWERLESS_TOKEN } from "../../../support/github-api/server.ts";
import { IMAGE, keep, READER, REPLICAS, type RunOf, startApi, writes } from "./support.ts";

let api: GithubApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

async function refusal(of: RunOf = {}, findings = [REPLICAS]) {
  const error: unknown = await keep(api, findings, of).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw new Error("it was not refused");
  const [{ message, hint } = { message: "" }] = error.problems;
  return { kind: error.kind, message, hint };
}

describe("what is missing is told", () => {
  it.each([
    ["no right at all", POWERLESS_TOKEN],
    ["the right to read alone", READER],
  ])("%s", async (_, token) => {
    expect(await refusal({ token })).toEqual({
      kind: "cluster",
      message:
        "the drift issue of acme/clusters cannot be kept up to date: GitHub answered 403 (Resource not accessible by integration)",
      hint: "the job needs `permissions: issues: write`; runs for pull requests from forks cannot have it",
    });
  });

  it("the right to write a comment on closing", async () => {
    await keep(api, [REPLICAS]);
    api.fault({ path: /comments$/, status: 403, message: "Resource not accessible by integration" });
    expect(await refusal({}, [])).toMatchObject({
      hint: expect.stringContaining("`permissions: issues: write`"),
    });
  });

  it("the repository", async () => {
    api.fault({ path: /issues/, status: 404, message: "Not Found" });
    expect(await refusal()).toMatchObject({
      kind: "cluster",
      hint: "the token may not see the repository or its issues: the job needs `permissions: issues: write`",
    });
  });

  it("issues that are switched off: only when one is to be made", async () => {
    api.state.hasIssues = false;
    expect(await keep(api, [])).toEqual({ did: "none" });
    expect(await refusal()).toEqual({
      kind: "cluster",
      message:
        "the drift issue of acme/clusters cannot be kept up to date: GitHub answered 410 (Issues has been disabled in this repository.)",
      hint: "issues are switched off there: switch them on (Settings, General, Features), or set the `issue` input to none",
    });
  });

  it("issues that were switched off since", async () => {
    await keep(api, [REPLICAS]);
    api.state.hasIssues = false;
    expect((await refusal({}, [IMAGE])).hint).toContain("issues are switched off there");
  });

  it("a repository that can be written", async () => {
    api.state.archived = true;
    expect((await refusal()).hint).toBe(
      "nothing can be written to an archived repository: set the `issue` input to none",
    );
  });

  it("a token that is good", async () => {
    expect((await refusal({ token: "ghs_expired" })).hint).toContain("the token is wrong or has expired");
  });

  it("patience: no right is asked for where there were too many requests", async () => {
    const headers = { "retry-after": "0", "x-ratelimit-remaining": "0" };
    const message = "You have exceeded a secondary rate limit";
    api.fault({ path: /issues/, status: 403, message, headers, times: 9 });
    expect((await refusal()).hint).toBe("too many requests for this token: try again later");
  });
});

describe("on the way", () => {
  it("a rate limit is waited for", async () => {
    api.fault({
      method: "POST",
      path: /issues$/,
      status: 403,
      message: "rate",
      headers: { "retry-after": "0" },
    });
    expect(await keep(api, [REPLICAS])).toMatchObject({ did: "created" });
  });

  it("an issue is not made twice when its answer is lost", async () => {
    await keep(api, [REPLICAS]);
    await keep(api, []);
    api.tracker.length = 0;
    api.fault({ method: "POST", path: /issues$/, status: 0 });
    expect((await refusal()).kind).toBe("cluster");
    expect(writes(api).filter((each) => each === "POST /issues")).toHaveLength(2);
  });

  it("few requests are sent when there is nothing to do", async () => {
    await keep(api, [REPLICAS]);
    const before = api.requests.length;
    await keep(api, [REPLICAS]);
    expect(api.requests.length - before).toBe(2);
    await keep(api, []);
    const closed = api.requests.length;
    await keep(api, []);
    expect(api.requests.length - closed).toBe(5);
  });
});
