import { describe, expect, it } from "vitest";
import type { ClusterEvent } from "../../../src/readiness/events.ts";
import type { LiveObject } from "../../../src/readiness/model.ts";
import { podFindings } from "../../../src/readiness/pods.ts";

function pod(status: object, spec: object = {}): LiveObject {
  const metadata = { name: "web-1", namespace: "shop", uid: "1" };
  return { apiVersion: "v1", kind: "Pod", metadata, spec, status };
}

function event(reason: string, message: string): ClusterEvent {
  const about = { kind: "Pod", name: "web-1", uid: "1" };
  return { type: "Warning", reason, message, about, last: "", count: 1 };
}

const findings = (status: object, events: ClusterEvent[] = [], spec: object = {}) =>
  podFindings(pod(status, spec), { events, nodes: undefined });

const container = (state: object, more: object = {}) => ({
  name: "web",
  image: "web:1",
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const waiting = (reason: string, message?: string) =>
  container({ waiting: { reason, ...(message ? { message } : {}) } });
const only = (status: object) => ({ phase: "Running", containerStatuses: [status] });
const ended = (exitCode: number, more: object = {}) => ({ terminated: { exitCode, ...more } });
const CRASH_LOOP = { waiting: { reason: "CrashLoopBackOff" } };

describe("podFindings", () => {
  it.each([
    ["a ready pod", { conditions: [{ type: "Ready", status: "True" }] }],
    ["a finished one", { phase: "Succeeded" }],
  ])("says nothing about %s", (_, status) => expect(findings(status)).toEqual([]));

  it.each([
    ["new", { phase: "Pending" }, [], "is Pending"],
    [
      "evicted",
      { phase: "Failed", reason: "Evicted", message: "out of disk" },
      [],
      "failed: Evicted: out of disk",
    ],
    ["starting", only(waiting("ContainerCreating")), [], "container web is being made"],
    [
      "without network",
      only(waiting("ContainerCreating")),
      [event("FailedCreatePodSandBox", "no IP addresses available")],
      "no IP addresses available",
    ],
    [
      "in its init containers",
      {
        initContainerStatuses: [{ ...container({ running: {} }), name: "wait-for-redis" }],
        containerStatuses: [waiting("PodInitializing")],
      },
      [],
      "init container wait-for-redis has not ended yet",
    ],
    ["of an own kind", only(waiting("Whatever", "who knows")), [], "container web: Whatever: who knows"],
    [
      "killed by its probe",
      only(container(CRASH_LOOP, { restartCount: 2, lastState: ended(137) })),
      [event("Unhealthy", "Liveness probe failed: connection refused")],
      "container web crashes (exit code 137, 2 restarts): Liveness probe failed: connection refused",
    ],
    [
      "with a termination message",
      only(container(ended(1, { message: "first\nlast words\n" }))),
      [],
      "container web crashes (exit code 1, 0 restarts): last words",
    ],
  ])("tells what a pod does that is %s", (_, status, events, reason) => {
    const [found, ...others] = findings(status, events);
    expect(found?.reason).toBe(`pod web-1: ${reason}`);
    expect(found?.lasting).toBeUndefined();
    expect(others).toEqual([]);
  });

  it("tells of every container that holds a pod up, not of its sidecars", () => {
    const sidecar = { ...container({ running: {} }, { ready: true }), name: "proxy" };
    const found = findings({
      initContainerStatuses: [sidecar],
      containerStatuses: [
        waiting("ErrImagePull", "not found"),
        { ...waiting("InvalidImageName"), name: "b" },
      ],
    });
    expect(found.map(({ lasting }) => lasting)).toEqual(["certain", "certain"]);
  });

  it("takes a sidecar that is not ready for what it is", () => {
    const proxy = { ...container({ running: {} }), name: "proxy" };
    const spec = { initContainers: [{ name: "proxy", image: "p:1", restartPolicy: "Always" }] };
    const [found] = findings({ initContainerStatuses: [proxy], containerStatuses: [] }, [], spec);
    expect(found?.reason).toBe("pod web-1: container proxy runs but is not ready");
  });

  it.each([
    ["loops", CRASH_LOOP, 3, "crash"],
    ["has ended again", ended(1), 3, "crash"],
    ["has not crashed often", CRASH_LOOP, 2, undefined],
    ["runs, and may make it this time", { running: {} }, 5, undefined],
  ])("gives up on a crash only when it %s", (_, state, restartCount, lasting) => {
    const [found] = findings(only(container(state, { restartCount, lastState: ended(1) })));
    expect(found?.lasting).toBe(lasting);
    expect(found?.crashed).toMatchObject({ pod: "web-1", container: "web", namespace: "shop" });
  });

  it("knows one crash loop again in all its states", () => {
    const states = [CRASH_LOOP, ended(1), { running: {} }];
    const keys = states.map((state) => {
      const [found] = findings(only(container(state, { restartCount: 3, lastState: ended(1) })));
      return found?.key;
    });
    expect(new Set(keys).size).toBe(1);
  });

  it("reads the log of the container that crashed, not of the one that runs now", () => {
    const logOf = (state: object) =>
      findings(only(container(state, { restartCount: 1, lastState: ended(1) })))[0]?.crashed?.previous;
    expect([logOf(CRASH_LOOP), logOf(ended(1)), logOf({ running: {} })]).toEqual([true, false, true]);
  });

  it.each([
    [
      'secret "token" not found',
      "make the secret `token` in namespace shop, or correct its name in the values",
    ],
    [
      "couldn't find key url in ConfigMap shop/conf",
      "add the key `url` to the ConfigMap shop/conf, or correct its name in the values",
    ],
  ])("says how to repair: %s", (message, repair) => {
    const [found] = findings(only(waiting("CreateContainerConfigError", message)));
    expect(found).toMatchObject({ reason: expect.stringContaining(message), repair, lasting: "missing" });
  });

  it("takes a volume whose Secret is absent as lasting, in the kubelet's words", () => {
    const words = 'MountVolume.SetUp failed for volume "tls" : secret "tls" not found';
    const [found] = findings(only(waiting("ContainerCreating")), [event("FailedMount", words)]);
    expect(found).toMatchObject({ reason: `pod web-1: ${words}`, lasting: "missing" });
  });
});

describe("an image that cannot be pulled", () => {
  const image = (message: string, spec: object = {}, events: ClusterEvent[] = []) =>
    findings(only(waiting("ImagePullBackOff", message)), events, {
      containers: [{ name: "web", image: "registry.example.com:5000/web:1" }],
      ...spec,
    })[0];

  it.each([
    ["manifest unknown", "certain"],
    ["rpc error: code = NotFound desc = docker.io/web:1: not found", "certain"],
    ["no match for platform in manifest", "certain"],
    ["pull access denied, repository does not exist or may require authorization", "certain"],
    ["unexpected status from HEAD request: 401 Unauthorized", "certain"],
    ["429 Too Many Requests - toomanyrequests", "image"],
    ["dial tcp: lookup registry.example.com: no such host", "image"],
    ["net/http: TLS handshake timeout", "image"],
    ['Back-off pulling image "registry.example.com:5000/web:1"', "image"],
  ])("%s: %s", (message, lasting) => expect(image(message)?.lasting).toBe(lasting));

  it("is told in the words of the last event while the kubelet backs off", () => {
    const said = [
      event("Failed", 'Failed to pull image "x": manifest unknown'),
      event("Failed", "Error: ImagePullBackOff"),
    ];
    expect(image('Back-off pulling image "registry.example.com:5000/web:1"', {}, said)).toMatchObject({
      reason: expect.stringContaining("manifest unknown"),
      lasting: "certain",
    });
  });

  it("names the pull secret, or says that there is none", () => {
    const named = image("unauthorized", { imagePullSecrets: [{ name: "clearml-pull" }] });
    expect(named?.repair).toMatch(
      /^the pull secret `clearml-pull` in namespace shop does not open registry.example.com:5000/,
    );
    expect(image("unauthorized")?.repair).toMatch(
      /^the pod names no pull secret: .*registry.example.com:5000/,
    );
  });
});
