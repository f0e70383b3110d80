import { describe, expect, it } from "vitest";
import type { LiveObject } from "../../../../src/readiness/model.ts";
import type { Surroundings } from "../../../../src/readiness/surroundings.ts";
import { judgeAgents } from "../../../../src/smoke/inside/agent-namespace.ts";
import { judgeDeployments } from "../../../../src/smoke/inside/deployment.ts";
import { judgeEndpoints } from "../../../../src/smoke/inside/endpoints.ts";
import { isOfRelease } from "../../../../src/smoke/inside/gateway.ts";
import { judgeImages } from "../../../../src/smoke/inside/images.ts";
import { judgeRelease } from "../../../../src/smoke/inside/release.ts";
import { crashedOf } from "../../../../src/smoke/inside/restarts.ts";
import type { Service } from "../../../../src/smoke/inside/services.ts";
import { object, pod } from "./support.ts";

/** A repair is more than a word or two. */
const SENTENCE = /(\S+ ){3}\S/;

const NOW = Date.parse("2026-11-21T20:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

describe("crashes", () => {
  const running = { running: {} };
  const ended = (seconds: number, exitCode = 1) => ({ terminated: { exitCode, finishedAt: ago(seconds) } });
  const waiting = (reason: string) => ({ waiting: { reason } });
  it.each<[string, object, boolean]>([
    ["never restarted", { restartCount: 0, state: running }, false],
    ["in a loop", { restartCount: 1, state: waiting("CrashLoopBackOff"), lastState: ended(400) }, true],
    ["down now", { restartCount: 0, state: ended(1) }, true],
    ["ended well", { restartCount: 0, state: ended(1, 0) }, false],
    ["crashed a moment ago", { restartCount: 1, state: running, lastState: ended(30) }, true],
    ["crashed once, minutes ago", { restartCount: 1, state: running, lastState: ended(300) }, false],
    ["crashed again and again", { restartCount: 3, state: running, lastState: ended(300) }, true],
    ["crashed often, long ago", { restartCount: 9, state: running, lastState: ended(3600) }, false],
    ["has no image", { restartCount: 0, state: waiting("ImagePullBackOff") }, false],
    [
      "restarted at a time nobody knows",
      { restartCount: 5, state: running, lastState: { terminated: { exitCode: 1 } } },
      false,
    ],
  ])("%s", (_, status, expected) =>
    expect(crashedOf([pod("gw", { status })], NOW).length > 0).toBe(expected),
  );

  it("show what is down before what runs again", () => {
    const back = pod("back", { status: { restartCount: 1, state: running, lastState: ended(9) } });
    const down = pod("down", { status: { restartCount: 1, state: waiting("CrashLoopBackOff") } });
    expect(crashedOf([back, down], NOW).map(({ at }) => at.pod.metadata.name)).toEqual(["down", "back"]);
  });
});

describe("endpoints", () => {
  const labels = { app: "gw" };
  const service = (more: object = {}): Service =>
    object("Service", "gw", { spec: { selector: labels, ports: [{ port: 8080 }], ...more } }) as Service;
  const slice = (endpoints: readonly object[], ports: readonly object[] = [{ port: 8080 }]) =>
    object("EndpointSlice", "gw-x", { endpoints, ports }, { labels: { "kubernetes.io/service-name": "gw" } });
  const ready = { addresses: ["10.0.0.1"], conditions: { ready: true }, targetRef: { name: "gw-1" } };
  const unready = { ...ready, conditions: { ready: false } };
  const judge = (found: Partial<Parameters<typeof judgeEndpoints>[0]>) =>
    judgeEndpoints({
      services: [service()],
      slices: [slice([ready])],
      pods: [pod("gw-1", { labels })],
      namespace: "acme",
      ...found,
    });

  it("pass with a ready pod, which counts once for two address families", () => {
    const second = { ...ready, addresses: ["fd00::1"] };
    expect(judge({ slices: [slice([ready]), slice([second])] })).toEqual({
      status: "pass",
      detail: "gw: 1 pod",
    });
    expect(judge({ slices: [slice([{ addresses: ["::1"] }])] }).status).toBe("pass");
  });

  it("tell a selector that fits nothing from pods that are not ready", () => {
    const slices = [slice([])];
    const moved = judge({ slices, pods: [pod("gw-1", { labels: { app: "other" } })] });
    expect(moved.detail).toMatch(
      /selector app=gw fits none of the gateway's 1 pod \(pod gw-1 has app=other\)/,
    );
    const bare = judge({ slices, pods: [pod("gw-1")] });
    expect(bare.detail).toMatch(/pod gw-1 has no app/);
    const starting = judge({ slices: [slice([unready])], pods: [pod("gw-1", { labels, ready: false })] });
    expect(starting.detail).toMatch(/it selects 1 pod, of which gw-1 is not ready/);
    expect([moved.status, bare.status, starting.status]).toEqual(["fail", "fail", "fail"]);
  });

  it("fail without a Service, and leave out those that lead elsewhere", () => {
    expect(judge({ services: [] }).detail).toMatch(/has no Service in namespace acme/);
    expect(judge({ services: [service({ type: "ExternalName" })] }).status).toBe("fail");
    const other = object("Service", "db", { spec: { ports: [{ port: 1 }] } }) as Service;
    expect(judge({ services: [service(), other] })).toEqual({ status: "pass", detail: "gw: 1 pod" });
  });

  it("tell a port that no container has", () => {
    const services = [service({ ports: [{ port: 80, targetPort: "web" }] })];
    expect(judge({ services, slices: [slice([ready], [])] }).detail).toMatch(
      /leads to the container port `web`/,
    );
    expect(judge({ services }).status).toBe("pass");
  });
});

const NOTHING: Surroundings = { pods: [], replicaSets: [], events: [], nodes: undefined };
const UP = { updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1, replicas: 1 };

function workload(status: object = UP, image = "router:1", replicas = 1): LiveObject {
  const template = { spec: { containers: [{ name: "router", image }] } };
  return object("Deployment", "gw-router", { spec: { replicas, template }, status });
}

describe("Deployments", () => {
  const judge = (found: Partial<Parameters<typeof judgeDeployments>[0]>) =>
    judgeDeployments({
      deployments: [workload()],
      around: NOTHING,
      wanted: [],
      place: "release acme/gw",
      ...found,
    });
  it.each<[string, Partial<Parameters<typeof judgeDeployments>[0]>, RegExp]>([
    ["none", { deployments: [] }, /release acme\/gw has no Deployment in the cluster/],
    ["one deleted", { wanted: ["deployment/gw-proxy"] }, /deployment\/gw-proxy: is not there/],
    ["scaled to zero", { deployments: [workload({}, "x", 0)] }, /deployment\/gw-router: is scaled to zero/],
    ["not up", { deployments: [workload({ ...UP, availableReplicas: 0 })] }, /gw-router: 0 of 1 available/],
  ])("%s", (_, found, words) => {
    const result = judge(found);
    expect(result.status).toBe("fail");
    expect(result.detail).toMatch(words);
    expect(result.hint).toMatch(SENTENCE);
  });
  it("pass when all are up", () =>
    expect(judge({ wanted: ["deployment/gw-router"] })).toEqual({
      status: "pass",
      detail: "deployment/gw-router (1 of 1) available",
    }));
});

function withoutKind({ kind: _, ...rest }: LiveObject): LiveObject {
  return rest as unknown as LiveObject;
}

describe("images", () => {
  const manifest = `kind: Deployment
apiVersion: apps/v1
metadata: { name: gw-router }
spec: { template: { spec: { containers: [{ name: router, image: "router:1" }] } } }
`;
  const record = { revision: 4, chart: "app-gateway", chartVersion: "3.2.0", manifest };
  const revision = { "deployment.kubernetes.io/revision": "1" };
  const live = (image: string) => {
    const made = workload(UP, image);
    return { ...made, metadata: { ...made.metadata, annotations: revision } };
  };
  const around = (image: string): Surroundings => {
    const own = (name: string, owner: string, made: LiveObject) => ({
      ...made,
      metadata: {
        ...made.metadata,
        name,
        uid: name,
        ownerReferences: [{ kind: "x", name: owner, uid: owner }],
      },
    });
    return {
      ...NOTHING,
      replicaSets: [own("set", "gw-router", object("ReplicaSet", "set", {}, { annotations: revision }))],
      // The items of a list have no kind.
      pods: [own("pod", "set", pod("pod", { container: { image } }))].map(withoutKind),
    };
  };
  it.each<[string, string, string, string]>([
    ["as in the manifest", "router:1", "router:1", "pass"],
    ["of the Deployment differ", "router:2", "router:2", "fail"],
    ["of the pods differ", "router:1", "router:2", "fail"],
    ["of the Deployment alone differ", "router:2", "router:1", "fail"],
    ["come from another registry", "router:1", "mirror.example/hub/router:1", "info"],
    ["come from another registry, and differ", "mirror.example/router:1", "router:2", "fail"],
  ])("%s", (_, ofWorkload, ofPod, expected) => {
    const result = judgeImages(record, [live(ofWorkload)], around(ofPod));
    expect(result.status).toBe(expected);
    if (expected === "fail") expect(result.detail).toMatch(/has router:2 instead of router:1/);
  });
});

describe("a release", () => {
  const record = { revision: 4, chart: "app-gateway", chartVersion: "3.2.0" };
  it.each<[string, string, RegExp]>([
    ["deployed", "pass", /^app-gateway 3\.2\.0, revision 4$/],
    ["failed", "fail", /revision 4 of release acme\/gw is failed/],
    ["pending-upgrade", "fail", /is pending-upgrade/],
    ["uninstalled", "fail", /is uninstalled/],
  ])("%s: %s", (status, expected, words) => {
    const result = judgeRelease({ ...record, status }, "release acme/gw");
    expect(result.status).toBe(expected);
    expect(result.detail).toMatch(words);
  });
  it("without a record is not judged", () =>
    expect(judgeRelease(undefined, "release x/y").status).toBe("skip"));
});

describe("agents", () => {
  const agent = (status: object, more: object = {}) =>
    object(
      "Deployment",
      "agent",
      { status, ...more },
      { labels: { "helm.sh/chart": "clearml-agent-5.3.3" } },
    );
  const env = [{ name: "K8S_GLUE_QUEUE", value: "default" }];
  const template = { spec: { template: { spec: { containers: [{ name: "x", env }] } } } };
  it.each<[string, LiveObject[], string | undefined, string, RegExp]>([
    ["by its chart", [agent({ availableReplicas: 1 })], undefined, "pass", /`agent` in namespace acme/],
    [
      "by its queues",
      [object("Deployment", "own", { ...template, status: { availableReplicas: 1 } })],
      undefined,
      "pass",
      /`own`/,
    ],
    ["down", [agent({})], undefined, "info", /has no pod that is available/],
    ["none", [workload()], undefined, "fail", /no agent is in namespace acme; /],
    ["elsewhere", [], "agents", "fail", /the tenant's is in agents/],
    ["none, though meant to be here", [], "acme", "fail", /no agent is in namespace acme; /],
  ])("%s", (_, deployments, expected, status, words) => {
    const result = judgeAgents(deployments, "acme", expected);
    expect(result.status).toBe(status);
    expect(result.detail).toMatch(words);
  });
});

describe("what belongs to a release", () => {
  const helm = (name: string) => ({ annotations: { "meta.helm.sh/release-name": name } });
  const label = (instance: string) => ({ labels: { "app.kubernetes.io/instance": instance } });
  it.each<[string, object, boolean]>([
    ["by Helm's word", helm("gw"), true],
    ["another one by Helm's word, whatever its label", { ...helm("gw-2"), ...label("gw-2-proxy") }, false],
    ["by its label", label("gw"), true],
    ["by the label of a part", label("gw-proxy"), true],
    ["another label", label("gwx"), false],
    ["nothing", {}, false],
  ])("%s", (_, metadata, expected) =>
    expect(isOfRelease(object("Service", "x", {}, metadata), "gw")).toBe(expected),
  );
});
