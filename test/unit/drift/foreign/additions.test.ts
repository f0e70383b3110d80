import { describe, expect, it } from "vitest";
import { foreignAdditions, strangersAt } from "../../../../src/drift/foreign/additions.ts";
import { pointerOf } from "../../../../src/drift/objects/place.ts";
import { ownersOf } from "../../../../src/drift/owners/owners.ts";
import { type Case, inContainer, liveOf, WANTED } from "./written.ts";

const ANNOTATED = (...names: string[]) => ({
  metadata: { annotations: Object.fromEntries(names.map((name) => [name, "x"])) },
  fields: {
    "f:metadata": {
      "f:annotations": { ".": {}, ...Object.fromEntries(names.map((name) => [`f:${name}`, {}])) },
    },
  },
});
const CONTAINER = "/spec/template/spec/containers/name=main";
const SIDE = { name: "side", image: "x:1", imagePullPolicy: "IfNotPresent" };
const SCALED: Case = {
  spec: { replicas: 3 },
  fields: { "f:spec": { "f:replicas": {} } },
  manager: "kubectl",
  subresource: "scale",
};

const TELLING: Readonly<Record<string, [Case, string[]]>> = {
  "annotations, each": [
    ANNOTATED("note", "more"),
    ["/metadata/annotations/note", "/metadata/annotations/more"],
  ],
  "an annotation beside notes of tools": [
    ANNOTATED("note", "kubectl.kubernetes.io/last-applied-configuration"),
    ["/metadata/annotations/note"],
  ],
  "a field": [
    { container: { workingDir: "/x" }, fields: inContainer({ "f:workingDir": {} }) },
    [`${CONTAINER}/workingDir`],
  ],
  "a map, once": [
    {
      container: { securityContext: { runAsUser: 0, privileged: true } },
      fields: inContainer({ "f:securityContext": { ".": {}, "f:runAsUser": {}, "f:privileged": {} } }),
    },
    [`${CONTAINER}/securityContext`],
  ],
  "an item of a list, once": [
    {
      container: {
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      },
      fields: inContainer({ "f:env": { 'k:{"name":"B"}': { ".": {}, "f:name": {}, "f:value": {} } } }),
    },
    [`${CONTAINER}/env/name=B`],
  ],
  "several things": [
    { container: { workingDir: "/x", tty: true }, fields: inContainer({ "f:workingDir": {}, "f:tty": {} }) },
    [`${CONTAINER}/workingDir`, `${CONTAINER}/tty`],
  ],
  "a number where another is the default": [
    { spec: { revisionHistoryLimit: 3 }, fields: { "f:spec": { "f:revisionHistoryLimit": {} } } },
    ["/spec/revisionHistoryLimit"],
  ],
  "a policy that is not the default of this image": [
    { container: { imagePullPolicy: "Always" }, fields: inContainer({ "f:imagePullPolicy": {} }) },
    [`${CONTAINER}/imagePullPolicy`],
  ],
  "zero and false": [
    {
      spec: { paused: false, minReadySeconds: 5, replicas: 0 },
      fields: { "f:spec": { "f:paused": {}, "f:replicas": {} } },
    },
    ["/spec/paused", "/spec/replicas"],
  ],
  "a number of replicas that nobody looks after": [SCALED, ["/spec/replicas"]],
};

const SILENT: Readonly<Record<string, Case>> = {
  "what the manifest says": { container: { image: "web:2" }, fields: inContainer({ "f:image": {} }) },
  "notes of tools": ANNOTATED(
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubernetes.io/change-cause",
    "deployment.kubernetes.io/revision",
    "field.cattle.io/publicEndpoints",
    "cattle.io/timestamp",
  ),
  "a restart of pods": {
    fields: {
      "f:spec": {
        "f:template": {
          "f:metadata": { "f:annotations": { ".": {}, "f:kubectl.kubernetes.io/restartedAt": {} } },
        },
      },
    },
    spec: {
      template: {
        metadata: { labels: { app: "web" }, annotations: { "kubectl.kubernetes.io/restartedAt": "now" } },
      },
    },
  },
  "defaults of whoever applied all there was": {
    spec: {
      revisionHistoryLimit: 10,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    },
    container: {
      imagePullPolicy: "IfNotPresent",
      resources: {},
      terminationMessagePath: "/dev/termination-log",
    },
    fields: {
      "f:spec": {
        "f:revisionHistoryLimit": {},
        "f:strategy": {
          "f:type": {},
          "f:rollingUpdate": { ".": {}, "f:maxSurge": {}, "f:maxUnavailable": {} },
        },
        ...inContainer({ "f:imagePullPolicy": {}, "f:resources": {}, "f:terminationMessagePath": {} })[
          "f:spec"
        ],
      },
    },
  },
  "what the server gives": { spec: { clusterIP: "10.0.0.1" }, fields: { "f:spec": { "f:clusterIP": {} } } },
  "a status": { status: { replicas: 3 }, fields: { "f:status": { "f:replicas": {} } } },
  "what another subresource holds": {
    spec: { paused: true },
    fields: { "f:spec": { "f:paused": {} } },
    subresource: "status",
  },
  "books in metadata": {
    metadata: { finalizers: ["x"] },
    fields: { "f:metadata": { "f:finalizers": { 'v:"x"': {} } } },
  },
  "what is not there any more": { fields: { "f:spec": { "f:paused": {} } } },
  "what a controller writes": {
    spec: { paused: true },
    fields: { "f:spec": { "f:paused": {} } },
    manager: "kyverno",
  },
  "what helm has written itself": {
    spec: { paused: true },
    fields: { "f:spec": { "f:paused": {} } },
    manager: "helm",
  },
  "what a stranger writes": {
    spec: { paused: true },
    fields: { "f:spec": { "f:paused": {} } },
    manager: "their-tool",
  },
};

function additions(each: Case, options = {}): string[] {
  const live = liveOf(each);
  return foreignAdditions({ object: WANTED }, live, ownersOf(live), options).map(({ place }) =>
    pointerOf(place),
  );
}

describe("added by people is", () => {
  it.each(Object.entries(TELLING))("%s", (_, [each, expected]) => {
    expect(additions(each)).toEqual(expected);
  });

  it("what stands there now, and not expected", () => {
    const live = liveOf({ spec: { paused: true }, fields: { "f:spec": { "f:paused": {} } } });
    expect(foreignAdditions({ object: WANTED }, live, ownersOf(live))).toEqual([
      { place: [{ field: "spec" }, { field: "paused" }], expected: undefined, actual: true },
    ]);
  });

  it("a container, once, whoever fills it in", () => {
    const side = { 'k:{"name":"side"}': { ".": {}, "f:image": {}, "f:name": {}, "f:imagePullPolicy": {} } };
    const fields = { "f:spec": { "f:template": { "f:spec": { "f:containers": side } } } };
    const live = liveOf({ fields });
    const spec = live.spec as { template: { spec: { containers: unknown[] } } };
    spec.template.spec.containers.push(SIDE);
    const byOthers = {
      manager: "kyverno",
      fieldsV1: {
        "f:spec": {
          "f:template": { "f:spec": { "f:containers": { 'k:{"name":"side"}': { "f:tty": {} } } } },
        },
      },
    };
    const managedFields = [...(live.metadata.managedFields ?? []), byOthers];
    const found = { ...live, metadata: { ...live.metadata, managedFields } };
    expect(foreignAdditions({ object: WANTED }, found, ownersOf(found))).toMatchObject([{ actual: SIDE }]);
  });
});

describe("nothing is said about", () => {
  it.each(Object.entries(SILENT))("%s", (_, each) => {
    expect(additions(each)).toEqual([]);
  });

  it("replicas that are looked after", () => {
    expect(additions(SCALED, { isScaled: true })).toEqual([]);
  });

  it("what others have written as well", () => {
    const live = liveOf({ spec: { paused: true }, fields: { "f:spec": { "f:paused": {} } } });
    const other = { manager: "their-tool", fieldsV1: { "f:spec": { "f:paused": {} } } };
    const managedFields = [...(live.metadata.managedFields ?? []), other];
    const found = { ...live, metadata: { ...live.metadata, managedFields } };
    expect(foreignAdditions({ object: WANTED }, found, ownersOf(found))).toEqual([]);
  });
});

describe("strangers", () => {
  const strange: Case = {
    spec: { paused: true },
    fields: { "f:spec": { "f:paused": {} } },
    manager: "their-tool",
  };

  it("are named who write beyond the manifest", () => {
    const live = liveOf(strange);
    expect([...strangersAt({ object: WANTED }, live, ownersOf(live))]).toEqual(["their-tool"]);
  });

  it.each([
    ["who write nothing beyond it", { ...strange, spec: {} }, []],
    ["who are controllers", { ...strange, manager: "kyverno" }, []],
    ["who count as people", strange, ["their-*"]],
  ])("are not those %s", (_, each, managers) => {
    const live = liveOf(each);
    expect(strangersAt({ object: WANTED }, live, ownersOf(live), managers).size).toBe(0);
  });

  it("who count as people add by hand", () => {
    expect(additions(strange, { managers: ["their-*"] })).toEqual(["/spec/paused"]);
  });
});
