import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import {
  linesOfPatch,
  markedIn,
  type ReviewComment,
  suggestionsOf,
} from "../../../src/lint/report/suggestions.ts";
import { inFolder } from "../environment/support.ts";
import { commitAll, type Run, runIn } from "./run-support.ts";
import { lintText } from "./support.ts";

const TEXT = "# The server.\nclearml: { cookieName: 1.50 }\nwebserver:\n  ingres: {}\n";
const TOKEN = "ghs_exampletoken1234";

/** A patch that adds a whole file. */
const added = (text: string) =>
  `@@ -0,0 +1,${text.split("\n").length - 1} @@\n${text.replace(/\n$/, "").replaceAll(/^/gm, "+")}`;

describe("the lines of a patch", () => {
  it.each<[string, string, [number, string][]]>([
    [
      "added and kept ones, by their new numbers",
      "@@ -1,3 +1,3 @@\n a\n-b\n+c\n d",
      [
        [1, "a"],
        [2, "c"],
        [3, "d"],
      ],
    ],
    [
      "several hunks",
      "@@ -1 +1 @@ head\n+a\n@@ -9,0 +20,1 @@\n+b",
      [
        [1, "a"],
        [20, "b"],
      ],
    ],
    ["no end of the last line", "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file", [[1, "b"]]],
    ["Windows line ends", "@@ -0,0 +1 @@\n+a\r", [[1, "a"]]],
    ["nothing", "", []],
  ])("%s", (_, patch, expected) => expect([...linesOfPatch(patch)]).toEqual(expected));
});

describe("suggestions", () => {
  const { findings, texts } = lintText("control-plane", TEXT);
  const diffOf = (text: string) => new Map([["values.yaml", linesOfPatch(added(text))]]);
  const lines = (comments: readonly ReviewComment[]) => comments.map(({ path, line }) => `${path}:${line}`);
  const parts = { findings, texts, diff: diffOf(TEXT), marked: new Set<string>(), prefix: "" };

  it("say the words of a finding as words: nobody is called, nothing is HTML", () => {
    const hostile = findings.map((each) => ({ ...each, message: "`a` <img src=x> @octocat #1 | [x](y)" }));
    const [comment] = suggestionsOf({ ...parts, findings: hostile });
    expect(comment?.body).toContain("`a` &#60;img src=x&#62; @&#8203;octocat &#35;&#8203;1");
    expect(comment?.body).not.toMatch(/<img|@octocat|\[x\]/);
  });

  it("stand at lines of the diff, each with the repaired line and a mark", () => {
    const comments = suggestionsOf(parts);
    expect(lines(comments)).toEqual(["values.yaml:2", "values.yaml:4"]);
    expect(comments[0]).not.toHaveProperty("start_line");
    expect(comments[0]?.body).toContain('```suggestion\nclearml: { cookieName: "1.50" }\n```');
    expect(markedIn(comments.map(({ body }) => body))).toEqual(
      new Set(findings.filter(({ fix }) => fix).map(({ fingerprint }) => fingerprint)),
    );
  });

  it.each([
    ["not where the diff does not reach", { diff: new Map() }, []],
    [
      "not where the line is another one in the pull request",
      { diff: diffOf(TEXT.replace("1.50", "1.60")) },
      ["values.yaml:4"],
    ],
    ["not twice", { marked: new Set(findings.map(({ fingerprint }) => fingerprint)) }, []],
    [
      "by their path in the repository",
      { prefix: "eu/", diff: new Map([["eu/values.yaml", linesOfPatch(added(TEXT))]]) },
      ["eu/values.yaml:2", "eu/values.yaml:4"],
    ],
    [
      "once for two findings of one line",
      { findings: [...findings, ...findings] },
      ["values.yaml:2", "values.yaml:4"],
    ],
  ])("%s", (_, changed, expected) =>
    expect(lines(suggestionsOf({ ...parts, ...changed }))).toEqual(expected),
  );

  it("show no line with a secret", () => {
    const [first] = findings.filter(({ fix }) => fix);
    const secret = {
      ...first,
      rule: "well-known-secret",
      fix: undefined,
    } as unknown as (typeof findings)[number];
    expect(lines(suggestionsOf({ ...parts, findings: [...findings, secret] }))).toEqual(["values.yaml:4"]);
  });

  it("take several lines where the repair does", () => {
    const [first] = findings.filter(({ fix }) => fix);
    const edits = [{ file: "values.yaml", line: 2, column: 1, endLine: 4, endColumn: 1, text: "" }];
    const removal = {
      ...first,
      fingerprint: "ab",
      fix: { description: "remove", edits },
    } as (typeof findings)[number];
    expect(suggestionsOf({ ...parts, findings: [removal] })).toMatchObject([
      {
        start_line: 2,
        start_side: "RIGHT",
        line: 3,
        side: "RIGHT",
        body: expect.stringContaining("```suggestion\n```\n"),
      },
    ]);
  });
});

/** What GitHub's API is asked, and what it answers. */
interface Double {
  server: Server;
  url: string;
  requests: { method: string; path: string; authorization: string | undefined; body: string }[];
}

let double: Double | undefined;
afterEach(() => double?.server.close());

type Answer = (method: string, path: string) => { status: number; body: unknown } | undefined;

async function startDouble(answer: Answer): Promise<Double> {
  const requests: Double["requests"] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, path: url, authorization: headers.authorization, body: await text(request) });
    const { status, body } = answer(method, url) ?? { status: 200, body: [] };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  double = { server, requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  return double;
}

/** Lints a file in a pull request that adds it. */
function inPull({ url }: Double, name = "pull_request"): Promise<Run> {
  return inFolder({ "a.yaml": TEXT }, async (folder) => {
    commitAll(folder);
    mkdirSync(join(folder, "runner"));
    const event = join(folder, "runner/event.json");
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: "abc123" } } }));
    const inputs = {
      files: ["a.yaml=control-plane"],
      failOn: "never",
      suggest: true,
      githubToken: TOKEN,
    } as const;
    return runIn(folder, inputs, {
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: event,
      GITHUB_REPOSITORY: "acme/clusters",
      GITHUB_API_URL: url,
    });
  });
}

const FILES = [{ filename: "a.yaml", patch: added(TEXT) }];
const REVIEWS = "/repos/acme/clusters/pulls/7/reviews";

describe("a review", () => {
  it("is posted once, with every suggestion, on the head of the pull request", async () => {
    const github = await startDouble((_, path) =>
      path.includes("/files?") ? { status: 200, body: FILES } : undefined,
    );
    const { log } = await inPull(github);
    const posts = github.requests.filter(({ method }) => method === "POST");
    expect(posts.map(({ path, authorization }) => [path, authorization])).toEqual([
      [REVIEWS, `Bearer ${TOKEN}`],
    ]);
    const review = JSON.parse(posts[0]?.body ?? "") as { comments: ReviewComment[] };
    expect(review).toMatchObject({ commit_id: "abc123", event: "COMMENT" });
    expect(review.comments.map(({ path, line }) => `${path}:${line}`)).toEqual(["a.yaml:2", "a.yaml:4"]);
    expect(log).toContain("suggested 2 repairs in the pull request");
  });

  it("repeats nothing that has been said, however many comments there are", async () => {
    let said: { body: string }[] = [];
    const first = await startDouble((_, path) =>
      path.includes("/files?") ? { status: 200, body: FILES } : undefined,
    );
    await inPull(first);
    said = (JSON.parse(first.requests.at(-1)?.body ?? "") as { comments: { body: string }[] }).comments;
    first.server.close();
    const all = [...Array.from({ length: 150 }, () => ({ body: "talk" })), ...said];
    const second = await startDouble((_, path) => {
      if (path.includes("/files?")) return { status: 200, body: FILES };
      const page = Number(/&page=(\d+)/.exec(path)?.[1]);
      return { status: 200, body: all.slice((page - 1) * 100, page * 100) };
    });
    const { log } = await inPull(second);
    expect(second.requests.filter(({ method }) => method === "POST")).toEqual([]);
    expect(second.requests.filter(({ path }) => path.includes("/comments?"))).toHaveLength(2);
    expect(log).toContain("no new suggestions for the lines of this pull request");
  });

  it.each([
    [
      "a read-only token",
      403,
      { message: "Resource not accessible by integration" },
      "403 (Resource not accessible by integration)",
      "pull-requests: write",
    ],
    ["a line that is no longer there", 422, {}, "422", "what is wrong with it"],
  ])("that GitHub refuses because of %s is a notice, no failure", async (_, status, body, said, hint) => {
    const github = await startDouble((method, path) =>
      method === "POST"
        ? { status, body }
        : path.includes("/files?")
          ? { status: 200, body: FILES }
          : undefined,
    );
    const { thrown, annotations } = await inPull(github);
    expect(thrown).toBeUndefined();
    const [level, problem] = annotations.at(-1) ?? [];
    expect(level).toBe("info");
    expect(problem).toMatchObject({
      message: `no suggestions were posted: GitHub answered ${said}`,
      hint: expect.stringContaining(hint),
    });
    expect(github.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("is not thought of outside of pull requests", async () => {
    const github = await startDouble(() => undefined);
    const { log, thrown } = await inPull(github, "push");
    expect(thrown).toBeUndefined();
    expect(github.requests).toEqual([]);
    expect(log).toContain("no suggestions: this is no run of a pull request");
  });

  it("needs a token", async () => {
    const { thrown } = await inFolder({ "a.yaml": TEXT }, (folder) =>
      runIn(folder, { files: ["a.yaml=control-plane"], suggest: true }),
    );
    expect(thrown).toMatchObject({ kind: "input", message: "input `suggest` needs `github-token`" });
  });
});
