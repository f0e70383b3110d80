import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GithubApi } from "../../../support/github-api/server.ts";
import type { Issue } from "../../../support/github-api/state.ts";
import { IMAGE, keep, REPLICAS, startApi } from "./support.ts";

let api: GithubApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

const only = (): Issue => {
  expect(api.tracker).toHaveLength(1);
  return api.tracker[0] as Issue;
};

describe("runs at the same time", () => {
  it("leave one issue: the older stays, the younger is closed as its duplicate", async () => {
    const [a, b] = await Promise.all([keep(api, [REPLICAS]), keep(api, [REPLICAS])]);
    await keep(api, [REPLICAS]);
    const states = api.tracker.map(({ state, stateReason }) => [state, stateReason]);
    expect(states.filter(([state]) => state === "open")).toHaveLength(1);
    expect([a.number, b.number]).toContain(8);
    if (states.length > 1) {
      expect(states).toEqual([
        ["open", null],
        ["closed", "not_planned"],
      ]);
    }
  });

  it("see both after a moment, whoever was first", async () => {
    await keep(api, [REPLICAS]);
    const { title, body, labels, login, type } = only();
    // The other run's request comes in between our look and our own.
    api.tracker.length = 0;
    api.state.issues.delete(8);
    api.state.issues.add(20);
    const late = keepAfterListing(() => {
      api.open({ number: 15, title, body, labels: [...labels], login, type });
    });
    expect(await late).toEqual({ number: 15, did: "unchanged" });
    expect(api.tracker.map(({ number, state }) => [number, state])).toEqual([
      [15, "open"],
      [21, "closed"],
    ]);
    expect(api.tracker[1]?.body).toBe(
      "Duplicate of #15: two runs have looked at production at the same time.",
    );
  });

  it("leave no duplicate behind that is taken up later", async () => {
    await keep(api, [REPLICAS]);
    const { title, body, labels, login, type } = only();
    api.open({ title, body, labels: [...labels], login, type });
    expect(await keep(api, [REPLICAS])).toEqual({ number: 8, did: "unchanged" });
    expect(api.tracker.map(({ state }) => state)).toEqual(["open", "closed"]);
    await keep(api, []);
    expect(await keep(api, [REPLICAS])).toEqual({ number: 8, did: "reopened" });
  });

  it.each([
    [404, "Not Found"],
    [410, "This issue was deleted"],
  ])("do not fail when somebody deletes what is about to be written: %i", async (status, message) => {
    const deleteFirst = () => {
      api.state.before = (method) => {
        if (method !== "PATCH") return;
        api.state.before = undefined;
        api.tracker.length = 0;
        api.fault({ method, status, message });
      };
    };
    await keep(api, [REPLICAS]);
    deleteFirst();
    expect(await keep(api, [IMAGE])).toEqual({ number: 9, did: "created" });
    deleteFirst();
    expect(await keep(api, [])).toEqual({ did: "none" });
  });

  /** Something happens between a run's lists and its own issue. */
  function keepAfterListing(happen: () => void) {
    api.state.before = (method, path) => {
      if (method !== "POST" || !path.endsWith("/issues")) return;
      api.state.before = undefined;
      happen();
    };
    return keep(api, [REPLICAS]);
  }
});
