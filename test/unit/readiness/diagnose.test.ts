import { describe, expect, it } from "vitest";
import { diagnosisOf, podsOf } from "../../../src/readiness/diagnose.ts";
import { eventsOf } from "../../../src/readiness/events.ts";
import type { LiveObject } from "../../../src/readiness/model.ts";
import type { Missing } from "../../../src/readiness/poll.ts";
import { commonLabels, type Surroundings } from "../../../src/readiness/surroundings.ts";

interface Metadata {
  uid?: string;
  owner?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

function object(kind: string, name: string, metadata: Metadata = {}, more: object = {}): LiveObject {
  const { uid = name, owner, labels = {}, annotations = {} } = metadata;
  const ownerReferences = owner ? [{ kind: "Owner", name: owner, uid: owner }] : [];
  return { apiVersion: "v1", kind, metadata: { name, uid, labels, annotations, ownerReferences }, ...more };
}

const crashing = (name: string, metadata: Metadata) => {
  const status = {
    phase: "Running",
    containerStatuses: [
      {
        name: "web",
        image: "web:1",
        ready: false,
        restartCount: 5,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1 } },
      },
    ],
  };
  return object("Pod", name, metadata, { status });
};

const NOTHING: Surroundings = { pods: [], replicaSets: [], events: [], nodes: undefined };
const revision = (value: string) => ({ "deployment.kubernetes.io/revision": value });

function missing(live: LiveObject, lack: Missing["lack"] = { reason: "0 of 1 ready" }): Missing {
  return { kind: live.kind, name: live.metadata.name, namespace: "shop", live, lack };
}

function event(reason: string, message: string, uid: string, lastTimestamp: string): LiveObject {
  return object(
    "Event",
    `${reason}-${lastTimestamp}`,
    {},
    {
      type: "Warning",
      reason,
      message,
      lastTimestamp,
      involvedObject: { kind: "StatefulSet", name: "db", uid },
    },
  );
}

describe("podsOf", () => {
  it("takes the pods of the newest revision alone", () => {
    const around: Surroundings = {
      ...NOTHING,
      replicaSets: [
        object("ReplicaSet", "old", { owner: "web", annotations: revision("1") }),
        object("ReplicaSet", "new", { owner: "web", annotations: revision("2") }),
      ],
      pods: [
        object("Pod", "web-old", { owner: "old" }),
        object("Pod", "web-new", { owner: "new" }),
        object("Pod", "db-0", { owner: "db", labels: { "controller-revision-hash": "a" } }),
        object("Pod", "db-1", { owner: "db", labels: { "controller-revision-hash": "b" } }),
        object("Pod", "node-1", { owner: "node", labels: { "pod-template-generation": "1" } }),
        object("Pod", "node-2", { owner: "node", labels: { "pod-template-generation": "2" } }),
        object("Pod", "once-1", { owner: "once" }),
        object("Pod", "of-others", { owner: "somebody" }),
      ],
    };
    const generation = { "deprecated.daemonset.template.generation": "2" };
    const names = (workload: LiveObject) => podsOf(workload, around).map(({ metadata }) => metadata.name);
    expect(names(object("Deployment", "web", { annotations: revision("2") }))).toEqual(["web-new"]);
    expect(names(object("StatefulSet", "db", {}, { status: { updateRevision: "b" } }))).toEqual(["db-1"]);
    expect(names(object("DaemonSet", "node", { annotations: generation }))).toEqual(["node-2"]);
    expect(names(object("Job", "once"))).toEqual(["once-1"]);
    expect(names(object("Pod", "once-1"))).toEqual(["once-1"]);
  });
});

describe("diagnosisOf", () => {
  const reasons = (each: Missing, around: Partial<Surroundings>) =>
    diagnosisOf(each, { ...NOTHING, ...around }).findings.map(({ reason }) => reason);

  it("says the same of several pods once", () => {
    const pods = ["a", "b", "c"].map((name) => crashing(name, { owner: "node" }));
    expect(reasons(missing(object("DaemonSet", "node")), { pods })).toEqual([
      "pod a and 2 more: container web crashes (exit code 1, 5 restarts)",
    ]);
  });

  it("puts what tells most first", () => {
    const pods = [
      object("Pod", "a", { owner: "db" }, { status: { phase: "Pending" } }),
      crashing("b", { owner: "db" }),
    ];
    expect(reasons(missing(object("Job", "db")), { pods })[0]).toMatch(/^pod b: .*crashes/);
  });

  it("names a pod that an ordered StatefulSet will not replace, and how to go on", () => {
    const pods = [crashing("db-0", { owner: "db", labels: { "controller-revision-hash": "old" } })];
    const set = object("StatefulSet", "db", {}, { status: { updateRevision: "new" } });
    const [finding] = diagnosisOf(missing(set), { ...NOTHING, pods }).findings;
    expect(finding).toMatchObject({
      reason: expect.stringMatching(/^pod db-0: .*crashes.*; it is of an older revision$/),
      repair: expect.stringMatching(/^delete the pod if it stays/),
    });
    expect(finding?.lasting).toBeUndefined();
  });

  const refused = event(
    "FailedCreate",
    "Error creating: exceeded quota: small",
    "db",
    "2026-01-01T10:00:00Z",
  );
  const made = (at: string) => event("SuccessfulCreate", "created pod db-0", "db", at);
  it.each([
    ["nothing else was said", [refused], ["its pods cannot be made: exceeded quota: small"]],
    ["it was before the last success", [made("2026-01-01T11:00:00Z"), refused], ["0 of 1 ready"]],
    [
      "it was after the last success",
      [refused, made("2026-01-01T09:00:00Z")],
      ["its pods cannot be made: exceeded quota: small"],
    ],
    [
      "another object was refused",
      [event("FailedCreate", "quota", "other", "2026-01-01T10:00:00Z")],
      ["0 of 1 ready"],
    ],
  ])("tells a refusal when %s", (_, events, expected) => {
    expect(reasons(missing(object("StatefulSet", "db")), { events: eventsOf(events) })).toEqual(expected);
  });

  it.each([
    ["exceeded quota: small", "quota"],
    ['pods "db-0" is forbidden: violates PodSecurity "baseline:latest"', "refused"],
    ['Internal error occurred: failed calling webhook "x": no endpoints available', undefined],
  ])("tells refusals apart: %s", (words, lasting) => {
    const events = eventsOf([event("FailedCreate", words, "db", "2026-01-01T10:00:00Z")]);
    const { findings } = diagnosisOf(missing(object("StatefulSet", "db")), { ...NOTHING, events });
    expect(findings[0]?.lasting).toBe(lasting);
  });

  it.each([
    ["exceeded quota: small, requested: pods=1", "raise the quota `small`, or ask for less in the values"],
    [
      'pods "db-0" is forbidden: failed quota: small: must specify limits.memory for: db',
      "the quota `small` counts it, so that every container has to name it: set `resources` in the values (limits.memory for: db), or take it out of the quota",
    ],
  ])("says how to get along with a quota: %s", (words, repair) => {
    const events = eventsOf([event("FailedCreate", words, "db", "2026-01-01T10:00:00Z")]);
    const { findings } = diagnosisOf(missing(object("StatefulSet", "db")), { ...NOTHING, events });
    expect(findings[0]?.repair).toBe(repair);
  });

  it("joins a rollout that was given up on with the reason of its pods", () => {
    const lack = { reason: "0 of 1 ready; timed out", lasting: "deadline" as const };
    const pods = [crashing("a", { owner: "node" })];
    const { findings } = diagnosisOf(missing(object("DaemonSet", "node"), lack), { ...NOTHING, pods });
    expect(findings[0]).toMatchObject({
      reason: "0 of 1 ready; timed out; pod a: container web crashes (exit code 1, 5 restarts)",
      lasting: "deadline",
      crashed: { pod: "a" },
    });
  });
});

describe("eventsOf", () => {
  it("sorts by when something was last said, in the old and in the new form of events", () => {
    const base = { reason: "R", involvedObject: { uid: "1" } };
    const events = [
      {
        ...base,
        message: "third",
        series: { count: 7, lastObservedTime: "2026-01-03T00:00:00Z" },
        eventTime: "2026-01-01T00:00:00Z",
      },
      { ...base, message: "second", eventTime: "2026-01-02T00:00:00Z", lastTimestamp: null },
      { ...base, message: "first", lastTimestamp: "2026-01-01T00:00:00Z", count: 2 },
    ];
    const read = eventsOf(events as never);
    expect(read.map(({ message, count }) => [message, count])).toEqual([
      ["first", 2],
      ["second", 1],
      ["third", 7],
    ]);
  });
});

describe("commonLabels", () => {
  const selects = (matchLabels: Record<string, string>) =>
    object("Deployment", "x", {}, { spec: { selector: { matchLabels } } });
  it.each([
    [
      [
        { app: "web", release: "shop" },
        { app: "db", release: "shop" },
      ],
      { release: "shop" },
    ],
    [[{ app: "web" }, { app: "db" }, { app: "web" }], {}],
    [[{ app: "web" }, { app: "db" }], {}],
    [[], {}],
  ])("of %j are %j", (labels, common) => {
    expect(commonLabels(labels.map((each) => selects(each as Record<string, string>)))).toEqual(common);
  });
  it("are none when an object selects nothing", () => {
    expect(commonLabels([selects({ app: "web" }), undefined])).toEqual({});
  });
});
