import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { driftMarker, knownOf, storedIn } from "../../../../src/drift/issue/marker.ts";
import type { Finding } from "../../../../src/drift/model.ts";
import type { GithubApi } from "../../../support/github-api/server.ts";
import { faultsOf } from "../../plan/comment-check.ts";
import { finding, modified } from "../report/reports.ts";
import { keep, REPLICAS, startApi } from "./support.ts";

const HOSTILE = "--> <b>@acme/admins</b> closes #1 `<!-- ``` | </details>\r\n\u2028--!> ${x} \u202e";

function hostile(number = 0): Finding {
  const object = { apiVersion: HOSTILE, kind: HOSTILE, namespace: HOSTILE, name: `${HOSTILE}${number}` };
  return modified({
    ...{ tenant: HOSTILE, object, path: `/${HOSTILE}`, message: HOSTILE, hint: HOSTILE },
    ...{ expected: HOSTILE, actual: HOSTILE, manager: HOSTILE, since: HOSTILE },
  });
}

let api: GithubApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

/** The text without the two lines that are ours. */
const bodyOf = () => api.tracker[0]?.body ?? "";
const withoutMarker = (body: string) => body.slice(body.indexOf("\n") + 1);
const links = /\[[^\]]*\]\(https:[^)]*\)/g;
const faults = () => faultsOf(withoutMarker(bodyOf()).replaceAll(links, "LINK"));

describe("the text of an issue", () => {
  it("is well-formed, calls nobody and refers to nothing, whatever it tells", async () => {
    await keep(api, [hostile()]);
    expect(faults()).toEqual([]);
    const [first = ""] = bodyOf().split("\n");
    expect(first.match(/-->/g)).toHaveLength(1);
    expect(first).toMatch(/^<!-- clearml-actions:drift:production \{[^<>@#&]*\} -->$/);
    expect(await keep(api, [hostile()])).toMatchObject({ did: "unchanged" });
  });

  it("is no less so when it tells what was found earlier", async () => {
    await keep(api, [hostile(), hostile(1)]);
    expect(await keep(api, [REPLICAS], { complete: false })).toMatchObject({ did: "updated" });
    expect(bodyOf()).toContain("#### Found earlier");
    expect(faults()).toEqual([]);
  });

  it.each([2, 40, 600])("fits into an issue with %i findings", async (count) => {
    const findings = Array.from({ length: count }, (_, index) => hostile(index));
    expect(await keep(api, findings)).toMatchObject({ did: "created" });
    expect(Buffer.byteLength(bodyOf())).toBeLessThanOrEqual(65_536);
    expect(faults()).toEqual([]);
    expect(await keep(api, findings)).toMatchObject({ did: "unchanged" });
    expect(await keep(api, findings.slice(1))).toMatchObject({ did: "updated" });
    expect(faults()).toEqual([]);
    const [number] = [api.tracker[0]?.number];
    expect(await keep(api, [])).toEqual({ number, did: "closed" });
  });

  it("fits with hundreds found earlier", async () => {
    await keep(
      api,
      Array.from({ length: 400 }, (_, index) => hostile(index)),
    );
    expect(await keep(api, [REPLICAS], { complete: false })).toMatchObject({ did: "updated" });
    expect(Buffer.byteLength(bodyOf())).toBeLessThanOrEqual(65_536);
    expect(bodyOf()).toMatch(/400 differences that runs before it have found:/);
    expect(bodyOf()).toMatch(/- and \d+ more/);
    expect(faults()).toEqual([]);
  });

  it("fits when what was found earlier has names that take many characters to write", async () => {
    const long = Array.from({ length: 100 }, (_, index) => modified({ path: `/${"_".repeat(100)}${index}` }));
    await keep(api, long);
    await keep(api, [REPLICAS], { complete: false });
    expect(Buffer.byteLength(bodyOf())).toBeLessThanOrEqual(65_536);
    expect(bodyOf()).toContain("`/spec/replicas`");
  });

  it("has more findings than it can name: nothing counts as new for a run that has not seen everything", async () => {
    const findings = Array.from({ length: 600 }, (_, index) => hostile(index));
    await keep(api, findings);
    expect(await keep(api, [REPLICAS], { complete: false })).toMatchObject({ did: "unchanged" });
    expect(await keep(api, [REPLICAS])).toMatchObject({ did: "updated" });
  });

  it("shows no secret, and is found again when a secret is a word of its marker", async () => {
    const leaking = { ...REPLICAS, component: "hunter22", actual: "hunter22" };
    for (const secret of ["hunter22", "production", "clearml-actions"]) {
      await keep(api, [leaking, { ...leaking, path: "/spec/paused" }], { secret: "hunter22" });
      expect(bodyOf()).not.toContain("hunter22");
      await keep(api, [REPLICAS], { secret, complete: false });
      expect(api.tracker).toHaveLength(1);
      expect(bodyOf()).not.toContain("hunter22");
    }
  });

  it.each(["--> @acme/admins", "a b", "eu:1"])(
    "belongs to its environment, if it is called %j",
    async (name) => {
      await keep(api, [REPLICAS], { environment: name });
      expect(await keep(api, [REPLICAS], { environment: name })).toMatchObject({ did: "unchanged" });
      expect(bodyOf().split("\n")[0]?.match(/-->/g)).toHaveLength(1);
      expect(faults()).toEqual([]);
    },
  );
});

describe("the marker", () => {
  it("tells what the issue tells, in few characters", () => {
    const known = knownOf([REPLICAS, hostile()]);
    const stored = storedIn(`${driftMarker("production", known)}\nmore`, "production");
    expect(stored?.found).toEqual(known);
  });

  it("is not that of an environment whose name begins alike", () => {
    const marker = driftMarker("production-eu", []);
    expect(storedIn(marker, "production")).toBeUndefined();
    expect(storedIn(marker, "production-eu")).toEqual({ digest: expect.any(String), found: [] });
  });

  it.each([
    ["nothing in it", "<!-- clearml-actions:drift:production  -->"],
    ["no JSON", "<!-- clearml-actions:drift:production {digest -->"],
    ["other JSON", '<!-- clearml-actions:drift:production {"keys": 1} -->'],
  ])("stays ours after somebody has changed it: %s", (_, line) => {
    expect(storedIn(line, "production")).toEqual({ digest: "", found: [] });
  });

  const same: Partial<Finding>[] = [
    { since: "2026-11-21T00:00:00Z" },
    { message: "3 hours ago" },
    { manager: "helm" },
    { hint: "do this" },
    { proved: false },
  ];
  it.each(same)("is the same with another %j", (parts) => {
    expect(knownOf([{ ...REPLICAS, ...parts }])[0]?.key).toBe(knownOf([REPLICAS])[0]?.key);
  });

  const others: Partial<Finding>[] = [
    { class: "foreign-added" },
    { component: "redis" },
    { tenant: "acme" },
    { object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "clearml", name: "other" } },
    { path: "/spec" },
    { expected: "3" },
    { actual: "4" },
  ];
  it.each(others)("is another one with another %j", (parts) => {
    expect(knownOf([{ ...REPLICAS, ...parts }])[0]?.key).not.toBe(knownOf([REPLICAS])[0]?.key);
  });

  const ending = (message: string) => knownOf([finding("credential", { message })])[0]?.key;
  it("tells findings apart that say it in a sentence alone, but not the days", () => {
    expect(ending("the certificate ends in 13 days")).toBe(ending("the certificate ends in 9 days"));
    expect(ending("the certificate ends in 13 days")).not.toBe(ending("the certificate is for other hosts"));
  });

  it("names what has no object by its sentence", () => {
    const pending = finding("pending", {
      component: "agent",
      tenant: "acme",
      message: "an upgrade was begun",
    });
    expect(knownOf([pending])[0]?.text).toBe("agent of acme: an upgrade was begun");
  });
});
