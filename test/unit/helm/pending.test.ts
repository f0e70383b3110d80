import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { failedSecret } from "../../../src/helm/failed-secret.ts";
import { isPending } from "../../../src/helm/pending.ts";
import { decide, type RepairTerms } from "../../../src/helm/pending-rules.ts";
import { recordOf } from "../../../src/helm/stored-release.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const RECORD = { namespace: "clearml", release: "clearml", revision: 4, status: "pending-upgrade" };
const TIMEOUT_MS = 10 * 60_000;

const predecessor = (certain: boolean, since = minutesAgo(60), until = NOW) => ({
  predecessor: {
    holder: "run 41",
    since,
    until,
    proof: certain ? "run 41 is completed" : "its lock was not renewed for 30 s",
    certain,
  },
});

const decided = (age: number, terms: Partial<RepairTerms>) =>
  decide(
    { record: RECORD, written: minutesAgo(age) },
    { explicit: false, timeoutMs: TIMEOUT_MS, ...terms },
    NOW,
  );

describe("isPending", () => {
  it.each([
    ["pending-install", true],
    ["pending-upgrade", true],
    ["pending-rollback", true],
    ["uninstalling", true],
    ["deployed", false],
    ["failed", false],
    ["superseded", false],
    ["uninstalled", false],
    ["unknown", false],
  ])("%s: %s", (status, pending) => {
    expect(isPending({ status })).toBe(pending);
  });
});

describe("a pending revision", () => {
  it.each<[string, number, Partial<RepairTerms>, "certain" | "doubtful" | "refused"]>([
    ["of a run that is gone for certain", 1, predecessor(true), "certain"],
    ["written when that run began, by another clock", 60.9, predecessor(true), "certain"],
    ["written before that run", 62, predecessor(true), "refused"],
    ["written before that run, as asked", 62, { ...predecessor(true), explicit: true }, "doubtful"],
    ["written after its end", 1, predecessor(true, minutesAgo(60), minutesAgo(10)), "refused"],
    [
      "written at its end, by another clock",
      9.1,
      predecessor(true, minutesAgo(60), minutesAgo(10)),
      "certain",
    ],
    ["of a run that may be gone, old enough", 20.1, predecessor(false), "doubtful"],
    ["of a run that may be gone, too young", 19.9, predecessor(false), "refused"],
    ["of a run that may be gone, as asked", 10.1, { ...predecessor(false), explicit: true }, "doubtful"],
    ["of somebody else, old, not asked", 600, {}, "refused"],
    ["of somebody else, as asked", 10.1, { explicit: true }, "doubtful"],
    ["of somebody else, as asked, too young", 9.9, { explicit: true }, "refused"],
  ])("%s (%d min)", (_, age, terms, wanted) => {
    const decision = decided(age, terms);
    const word = "refuse" in decision ? "refused" : decision.doubtful ? "doubtful" : "certain";
    expect(word).toBe(wanted);
  });

  it.each<[string, number, Partial<RepairTerms>, string, string]>([
    [
      "of somebody else, young",
      4,
      {},
      "it was begun outside of these runs, and that Helm may be at work",
      "if no Helm works on it, run this again with `repair-pending: true` in 6 min: before one `timeout` has passed it is not touched",
    ],
    [
      "of somebody else, old",
      45,
      {},
      "it was begun outside of these runs, and that Helm may be at work",
      "if no Helm works on it, run this again with `repair-pending: true`",
    ],
    [
      "of somebody else, young, as asked",
      9,
      { explicit: true },
      "it was begun outside of these runs, and that Helm may be at work",
      "if no Helm works on it, run this again in 60 s: before one `timeout` has passed it is not touched",
    ],
    [
      "of a run that may be gone",
      15,
      predecessor(false),
      "run 41 may have begun it, and nothing proves its end (its lock was not renewed for 30 s)",
      "if no Helm works on it, run this again with `repair-pending: true`, or without `repair-pending: true` in 5 min",
    ],
  ])("%s is refused with what to do", (_, age, terms, who, hint) => {
    const since = minutesAgo(age).toISOString().slice(0, 19);
    expect(decided(age, terms)).toEqual({
      refuse: {
        message: `release clearml/clearml: revision 4 is pending-upgrade since ${since}Z (${age} min); ${who}`,
        hint,
      },
    });
  });

  it("is repaired with the reason in words", () => {
    expect(decided(1, predecessor(true))).toEqual({
      repair: "pending-upgrade was left behind by run 41: run 41 is completed",
      doubtful: false,
    });
    expect(decided(45, { explicit: true })).toEqual({
      repair: "pending-upgrade for 45 min, and its repair was asked for",
      doubtful: true,
    });
  });
});

const STORED = {
  name: "clearml",
  namespace: "clearml",
  version: 4,
  info: {
    status: "pending-upgrade",
    description: "Preparing upgrade",
    last_deployed: "2026-11-21T11:00:00Z",
    notes: "n",
  },
  chart: { metadata: { name: "clearml", version: "1.2.3" }, templates: [{ name: "t", data: "e30=" }] },
  config: { __proto_: 1, big: 1e21, text: "ümlaut\u2028", list: [null] },
  manifest: "---\nkind: Secret",
};

function secret(packed: Buffer) {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name: "sh.helm.release.v1.clearml.v4",
      namespace: "clearml",
      resourceVersion: "77",
      uid: "u",
      labels: {
        name: "clearml",
        owner: "helm",
        status: "pending-upgrade",
        version: "4",
        createdAt: "1",
        own: "x",
      },
    },
    data: { release: Buffer.from(packed.toString("base64")).toString("base64"), other: "a2VwdA==" },
  };
}

describe("failedSecret", () => {
  it.each([
    ["packed", gzipSync(JSON.stringify(STORED))],
    ["unpacked, as very old Helm wrote it", Buffer.from(JSON.stringify(STORED))],
  ])("changes status and description of a record that is %s, and nothing else", (_, packed) => {
    const before = secret(packed);
    const after = failedSecret(before, "why", NOW);
    const { name, namespace, resourceVersion, uid, labels } = before.metadata;
    expect(after.metadata).toEqual({
      ...{ name, namespace, resourceVersion, uid },
      labels: { ...labels, status: "failed", modifiedAt: "1795262400" },
    });
    expect(after).toMatchObject({ type: "helm.sh/release.v1", data: { other: "a2VwdA==" } });
    const [old, now] = [recordOf(before), recordOf(after)];
    expect(now).toEqual({ ...old, status: "failed", description: "why", storedBytes: now.storedBytes });
    // Twice the same: what was packed here is unpacked here too.
    expect(recordOf(failedSecret(after, "why", NOW))).toEqual(now);
  });

  it("keeps the description readable", () => {
    const after = failedSecret(secret(gzipSync(JSON.stringify(STORED))), "x".repeat(5_000), NOW);
    expect(recordOf(after).description).toHaveLength(400);
  });
});
