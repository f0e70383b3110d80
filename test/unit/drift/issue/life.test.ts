import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BOT, type GithubApi } from "../../../support/github-api/server.ts";
import type { Issue } from "../../../support/github-api/state.ts";
import { ADA, comments, GONE, IMAGE, keep, REPLICAS, startApi, writes } from "./support.ts";

let api: GithubApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

const only = (): Issue => {
  expect(api.tracker).toHaveLength(1);
  return api.tracker[0] as Issue;
};
const DAY = 24 * 3600 * 1000;
/** As if nobody had touched an issue for so long. */
const age = (issue: Issue, days: number) => {
  issue.updatedAt = new Date(Date.now() - days * DAY).toISOString();
};
const closeByHand = (issue: Issue) =>
  Object.assign(issue, { state: "closed", stateReason: "not_planned", closedAt: issue.updatedAt });

describe("the issue of an environment", () => {
  it("is made by the first run that finds drift, with its label", async () => {
    expect(await keep(api, [REPLICAS])).toEqual({ number: 8, did: "created" });
    expect(only()).toMatchObject({
      number: 8,
      title: "Drift in environment production",
      login: BOT,
      labels: ["clearml-drift"],
      state: "open",
    });
    expect(only().body).toContain("/spec/replicas");
    expect(only().body).toContain(
      "Found by [this run](https://github.com/acme/clusters/actions/runs/42/attempts/1).",
    );
    expect([...api.state.labels]).toContain("clearml-drift");
  });

  it("is not made for nothing", async () => {
    expect(await keep(api, [])).toEqual({ did: "none" });
    expect(writes(api)).toEqual([]);
  });

  it("is not written while the findings are the same, whenever and in whatever order they are found", async () => {
    await keep(api, [REPLICAS, IMAGE]);
    const { body } = only();
    const again = [IMAGE, { ...REPLICAS, since: "2026-11-22T00:00:00Z" }];
    expect(await keep(api, again, { run: "43" })).toEqual({ number: 8, did: "unchanged" });
    expect(writes(api)).toEqual(["POST /issues"]);
    expect(only().body).toBe(body);
  });

  it.each([
    ["one more", [REPLICAS, IMAGE]],
    ["another one", [IMAGE]],
    ["another value at the same place", [{ ...REPLICAS, actual: "9" }]],
  ])("is written when there is %s", async (_, findings) => {
    await keep(api, [REPLICAS]);
    expect(await keep(api, findings, { run: "43" })).toEqual({ number: 8, did: "updated" });
    expect(only().body).toContain("actions/runs/43/");
    expect(await keep(api, findings, { run: "44" })).toMatchObject({ did: "unchanged" });
  });

  it("is written when one of two is gone", async () => {
    await keep(api, [REPLICAS, IMAGE]);
    expect(await keep(api, [REPLICAS])).toMatchObject({ did: "updated" });
    expect(only().body).not.toContain("api:3");
  });

  it("keeps a title that somebody has changed, and its labels", async () => {
    await keep(api, [REPLICAS]);
    Object.assign(only(), { title: "Ada looks at this", labels: ["clearml-drift", "bug"] });
    await keep(api, [IMAGE]);
    expect(only()).toMatchObject({ title: "Ada looks at this", labels: ["clearml-drift", "bug"] });
  });

  it("is the same after GitHub's web form has changed its line ends", async () => {
    await keep(api, [REPLICAS]);
    only().body = only().body.replaceAll("\n", "\r\n");
    expect(await keep(api, [REPLICAS])).toMatchObject({ did: "unchanged" });
  });

  it("is found without its label", async () => {
    await keep(api, [REPLICAS]);
    only().labels = [];
    expect(await keep(api, [IMAGE])).toEqual({ number: 8, did: "updated" });
    expect(await keep(api, [])).toEqual({ number: 8, did: "closed" });
    only().labels = [];
    expect(await keep(api, [IMAGE])).toEqual({ number: 8, did: "reopened" });
  });

  it("is found behind hundreds of others with the label", async () => {
    await keep(api, [REPLICAS]);
    for (let count = 0; count < 150; count++) api.open({ login: "ada", body: "", labels: ["clearml-drift"] });
    expect(await keep(api, [IMAGE])).toEqual({ number: 8, did: "updated" });
  });

  it("is its own for each environment", async () => {
    await keep(api, [REPLICAS]);
    expect(await keep(api, [REPLICAS], { environment: "prod" })).toEqual({ number: 9, did: "created" });
    expect(await keep(api, [], { environment: "prod" })).toEqual({ number: 9, did: "closed" });
    expect(api.tracker.map(({ state }) => state)).toEqual(["open", "closed"]);
  });
});

describe("a clean run closes it", () => {
  it("with a word that names the run", async () => {
    await keep(api, [REPLICAS]);
    expect(await keep(api, [], { run: "50" })).toEqual({ number: 8, did: "closed" });
    expect(only()).toMatchObject({ state: "closed", stateReason: "completed" });
    expect(comments(api, only())).toEqual([
      "Closed: [a run](https://github.com/acme/clusters/actions/runs/50/attempts/1) has looked at everything and found no drift.",
    ]);
    expect(await keep(api, [])).toEqual({ did: "none" });
  });

  it.each([
    ["could not read everything", { complete: false }],
    ["was asked for some tenants only", { whole: false }],
  ])("but not one that %s", async (_, of) => {
    await keep(api, [REPLICAS]);
    expect(await keep(api, [], of)).toEqual({ number: 8, did: "unchanged" });
    expect(only().state).toBe("open");
    expect(writes(api)).toEqual(["POST /issues"]);
  });

  it("without a word where the conversation is locked", async () => {
    await keep(api, [REPLICAS]);
    api.state.locked.add(8);
    expect(await keep(api, [])).toEqual({ number: 8, did: "closed" });
    expect(comments(api, only())).toEqual([]);
  });
});

describe("a run that has not seen everything", () => {
  const partial = { complete: false };

  it("adds what is new, and takes nothing off", async () => {
    await keep(api, [REPLICAS, IMAGE]);
    expect(await keep(api, [REPLICAS], partial)).toMatchObject({ did: "unchanged" });
    expect(await keep(api, [GONE], { whole: false })).toMatchObject({ did: "updated" });
    const [, earlier = ""] = only().body.split("#### Found earlier");
    expect(earlier).toContain("2 differences that runs before it have found:");
    expect(earlier).toContain(
      "- control-plane: Deployment clearml/clearml-apiserver /spec/replicas (modified)",
    );
    expect(earlier).toContain("/image (modified)");
    expect(await keep(api, [REPLICAS, IMAGE], partial)).toMatchObject({ did: "unchanged" });
    expect(await keep(api, [REPLICAS, IMAGE, GONE])).toMatchObject({ did: "unchanged" });
  });

  it("tells another value of what is known, once", async () => {
    await keep(api, [REPLICAS, IMAGE]);
    expect(await keep(api, [{ ...REPLICAS, actual: "9" }], partial)).toMatchObject({ did: "updated" });
    const [shown = "", earlier = ""] = only().body.split("#### Found earlier");
    expect(shown).toContain("`9`");
    expect(earlier).not.toContain("/spec/replicas");
    expect(earlier).toContain("/image (modified)");
  });

  it("is put right by a complete one", async () => {
    await keep(api, [REPLICAS]);
    await keep(api, [IMAGE], partial);
    expect(await keep(api, [IMAGE])).toMatchObject({ did: "updated" });
    expect(only().body).not.toContain("Found earlier");
    expect(await keep(api, [])).toMatchObject({ did: "closed" });
  });

  it("may be the first to find something", async () => {
    expect(await keep(api, [REPLICAS], partial)).toMatchObject({ did: "created" });
  });
});

describe("a closed issue", () => {
  it.each([
    ["a complete run", {}],
    ["a run that has not seen everything", { complete: false }],
  ])("that was closed by hand is opened again by %s while the drift is there", async (_, of) => {
    await keep(api, [REPLICAS]);
    closeByHand(only());
    expect(await keep(api, [REPLICAS], { ...of, run: "51" })).toEqual({ number: 8, did: "reopened" });
    expect(only()).toMatchObject({ state: "open", stateReason: "reopened" });
    expect(comments(api, only())).toEqual([
      "Opened again: [a run](https://github.com/acme/clusters/actions/runs/51/attempts/1) has found 1 difference.",
    ]);
    expect(await keep(api, [REPLICAS])).toMatchObject({ did: "unchanged" });
  });

  it("stays closed without drift", async () => {
    await keep(api, [REPLICAS]);
    closeByHand(only());
    expect(await keep(api, [])).toEqual({ did: "none" });
    expect(writes(api)).toEqual(["POST /issues"]);
  });

  it("is taken up again when new drift comes, without what was put right before it was closed", async () => {
    await keep(api, [REPLICAS]);
    await keep(api, []);
    expect(await keep(api, [IMAGE], { complete: false })).toEqual({ number: 8, did: "reopened" });
    expect(only().body).not.toContain("Found earlier");
  });

  it("rests in peace after a month", async () => {
    await keep(api, [REPLICAS]);
    await keep(api, []);
    age(only(), 31);
    expect(await keep(api, [REPLICAS])).toEqual({ number: 9, did: "created" });
    age(api.tracker[1] as Issue, 300);
    expect(await keep(api, [REPLICAS])).toEqual({ number: 9, did: "unchanged" });
  });

  it("of the youngest date is taken up, when there are several", async () => {
    await keep(api, [REPLICAS]);
    await keep(api, []);
    age(only(), 31);
    await keep(api, [REPLICAS]);
    await keep(api, []);
    age(api.tracker[0] as Issue, 1);
    expect(await keep(api, [REPLICAS])).toEqual({ number: 9, did: "reopened" });
  });
});

describe("issues of others are left alone", () => {
  it("with the marker, the label and the title of ours", async () => {
    await keep(api, [REPLICAS]);
    const { title, body, labels } = only();
    api.tracker.length = 0;
    const copy = api.open({ login: "mallory", title, body, labels: [...labels] });
    const before = { ...copy };
    expect(await keep(api, [IMAGE])).toMatchObject({ did: "created" });
    expect(await keep(api, [])).toMatchObject({ did: "closed" });
    expect(copy).toEqual(before);
  });

  it("also those of another token", async () => {
    await keep(api, [REPLICAS]);
    expect(await keep(api, [REPLICAS], { token: ADA })).toMatchObject({ did: "created" });
    expect(await keep(api, [], { token: ADA })).toMatchObject({ did: "closed" });
    expect(api.tracker.map(({ login, state }) => [login, state])).toEqual([
      [BOT, "open"],
      ["ada", "closed"],
    ]);
  });

  it("and our own that quote the marker", async () => {
    await keep(api, [REPLICAS]);
    only().body = `As said:\n${only().body}`;
    expect(await keep(api, [REPLICAS])).toEqual({ number: 9, did: "created" });
  });

  it("and pull requests of ours", async () => {
    await keep(api, [REPLICAS]);
    const { body } = only();
    api.tracker.length = 0;
    api.state.issues.delete(8);
    api.state.pullRequests.set(7, { login: BOT, body });
    expect(await keep(api, [REPLICAS])).toMatchObject({ did: "created" });
  });
});
