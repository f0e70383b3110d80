import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planMarker, putStickyComment } from "../../../src/github/comments.ts";
import { BOT, type GithubApi, POWERLESS_TOKEN, startGithubApi } from "../../support/github-api/server.ts";
import { clientOf } from "./support.ts";

const PAT = "github_pat_ofaperson";
const MARKER = planMarker({ workflow: "deploy", environment: "production" });
const body = (text: string) => `${MARKER}\n${text}`;

let api: GithubApi;
beforeEach(async () => {
  const ada = { login: "ada", type: "User", rights: { pullRequests: "write" } } as const;
  api = await startGithubApi({ tokens: { [PAT]: ada } });
});
afterEach(() => api.stop());

const put = (text: string, more: { create?: boolean } = {}, token?: string) =>
  putStickyComment(clientOf(api, token), { pullRequest: 7, marker: MARKER, body: body(text), ...more });
const writes = () => api.requests.filter(({ method, path }) => method !== "GET" && path !== "/graphql");
const said = () => api.comments.map((each) => [each.login, each.body]);

describe("the comment of a plan", () => {
  it("is made once, then kept up to date in place", async () => {
    expect(await put("3 to upgrade")).toMatchObject({
      what: "created",
      url: expect.stringContaining("#issuecomment-"),
    });
    expect(await put("2 to upgrade")).toMatchObject({ what: "updated" });
    expect(said()).toEqual([[BOT, body("2 to upgrade")]]);
  });

  it("is not written when it says the same already", async () => {
    await put("3 to upgrade");
    const before = writes().length;
    expect(await put("3 to upgrade")).toMatchObject({ what: "unchanged" });
    expect(writes()).toHaveLength(before);
  });

  it("is the same after GitHub's web form has changed its line ends", async () => {
    api.say({ login: BOT, type: "Bot", body: `${body("a\nb").replaceAll("\n", "\r\n")}\r\n` });
    expect(await put("a\nb")).toMatchObject({ what: "unchanged" });
  });

  it("is found behind hundreds of others", async () => {
    for (let count = 0; count < 150; count++) api.say({ login: "ada", body: "talk" });
    await put("first");
    for (let count = 0; count < 150; count++) api.say({ login: "ada", body: "talk" });
    await put("second");
    expect(said().filter(([login]) => login === BOT)).toEqual([[BOT, body("second")]]);
  });

  it.each([
    ["a person who quotes it", "ada", "User", `> ${body("old")}`],
    ["a person who copies it as it is", "ada", "User", body("old")],
    ["another bot that copies it", "renovate[bot]", "Bot", body("old")],
    ["ourselves, quoting", BOT, "Bot", `As said:\n${body("old")}`],
  ] as const)("leaves the words of %s alone", async (_, login, type, text) => {
    api.say({ login, type, body: text });
    expect(await put("new")).toMatchObject({ what: "created" });
    expect(said()).toEqual([
      [login, text],
      [BOT, body("new")],
    ]);
  });

  it("belongs to the person whose token it is", async () => {
    await put("from the job");
    expect(await put("from ada", {}, PAT)).toMatchObject({ what: "created" });
    expect(await put("from ada again", {}, PAT)).toMatchObject({ what: "updated" });
    expect(said()).toEqual([
      [BOT, body("from the job")],
      ["ada", body("from ada again")],
    ]);
  });

  it("stays one when two runs have written one each: the older is kept", async () => {
    const older = api.say({ login: BOT, type: "Bot", body: body("one") });
    api.say({ login: BOT, type: "Bot", body: body("two") });
    await put("three");
    expect(api.comments).toMatchObject([{ id: older.id, body: body("three") }]);
  });

  it("is made anew when somebody deletes it just then", async () => {
    api.say({ login: BOT, type: "Bot", body: body("one") });
    api.fault({ method: "PATCH", status: 404, message: "Not Found" });
    expect(await put("two")).toMatchObject({ what: "created" });
  });

  it("is not made to say that there is nothing to say, but brought up to date with it", async () => {
    expect(await put("no changes", { create: false })).toEqual({ what: "none" });
    expect(writes()).toEqual([]);
    await put("3 to upgrade");
    expect(await put("no changes", { create: false })).toMatchObject({ what: "updated" });
    expect(said()).toEqual([[BOT, body("no changes")]]);
  });

  it("cannot be written without the right, and says so", async () => {
    await expect(put("3 to upgrade", {}, POWERLESS_TOKEN)).rejects.toMatchObject({
      problems: [{ hint: expect.stringContaining("`permissions: pull-requests:") }],
    });
  });
});

describe("the marker", () => {
  it.each([
    [{ workflow: "deploy", environment: "production" }, "<!-- clearml-actions:plan:deploy:production -->"],
    [
      { workflow: "deploy", environment: "production", tenant: "acme" },
      "<!-- clearml-actions:plan:deploy:production:acme -->",
    ],
    [{ workflow: undefined, environment: "eu" }, "<!-- clearml-actions:plan::eu -->"],
    [
      { workflow: "Plan --> <b>: all", environment: "eu" },
      "<!-- clearml-actions:plan:Plan%20--%3E%20%3Cb%3E%3A%20all:eu -->",
    ],
  ])("of %j", (topic, expected) => expect(planMarker(topic)).toBe(expected));
});
