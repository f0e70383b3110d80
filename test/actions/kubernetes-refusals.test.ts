import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createExec, type Exec } from "../../src/core/exec.ts";
import { connectKubernetes, type Kubernetes } from "../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { RefusedError } from "../../src/kubernetes/refusals.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type FakeAnswer, type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";

const CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps";
const TIMEOUT_MS = 1_000;

const connections: { exec: Exec; folder: string }[] = [];
let cluster: Cluster;
let tools: { kubectl: string };
/** Straight to the cluster. */
let direct: Kubernetes;
/** Through a proxy that can be told to misbehave. */
let proxy: FaultProxy;
let kubernetes: Kubernetes;
/** As a user without any right. */
let nobody: Kubernetes;

beforeAll(async () => {
  [cluster, tools] = await Promise.all([startCluster(), ensureTools(["kubectl"])]);
  proxy = await startFaultProxy(cluster);
  [direct, kubernetes, nobody] = await Promise.all([
    connect(cluster.kubeconfig),
    connect(proxy.kubeconfig),
    connect(cluster.unprivilegedKubeconfig),
  ]);
  await direct.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
});

afterEach(() => proxy.clear());

afterAll(async () => {
  for (const { exec, folder } of connections) {
    await exec.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  await proxy?.stop();
  await cluster?.stop();
});

function connect(kubeconfig: string, signal = new AbortController().signal): Promise<Kubernetes> {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-refusals-"));
  const PATH = `${dirname(tools.kubectl)}${delimiter}${process.env.PATH}`;
  const log = { info: () => {}, debug: () => {}, group: <T>(_: string, work: () => Promise<T>) => work() };
  const exec = createExec({ PATH, HOME: folder, KUBECONFIG: kubeconfig }, log);
  connections.push({ exec, folder });
  const patience = { timeoutMs: TIMEOUT_MS, firstPauseMs: 20 };
  return connectKubernetes({ exec, signal, tempDir: async () => folder }, patience);
}

let count = 0;
const freshName = () => `settings-${++count}`;

function configMap(name: string, color: string, more: Partial<KubernetesObject["metadata"]> = {}) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "shop", ...more },
    data: { color },
  };
}

/** One way to write, on an object of its own. */
interface Operation {
  method: string;
  /** As a message names it. */
  words: (name: string) => string;
  /** RBAC's word for the right. */
  right: string;
  /** What is there before. */
  before: boolean;
  /** Makes the color blue, or the object go. */
  run: (on: Kubernetes, name: string, resourceVersion: string | undefined) => Promise<unknown>;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: {
    method: "POST",
    words: (name) => `create ConfigMap shop/${name}`,
    right: "create",
    before: false,
    run: (on, name) => on.create(CONFIG_MAPS, configMap(name, "blue")),
  },
  replace: {
    method: "PUT",
    words: (name) => `replace ConfigMap shop/${name}`,
    right: "update",
    before: true,
    run: (on, name, resourceVersion = "") =>
      on.replace(`${CONFIG_MAPS}/${name}`, configMap(name, "blue", { resourceVersion })),
  },
  remove: {
    method: "DELETE",
    words: (name) => `delete ConfigMap shop/${name}`,
    right: "delete",
    before: true,
    run: (on, name, resourceVersion = "") => on.remove(`${CONFIG_MAPS}/${name}`, { resourceVersion }),
  },
  apply: {
    method: "PATCH",
    words: (name) => `apply ConfigMap shop/${name}`,
    right: "patch",
    before: true,
    run: (on, name) => on.apply(configMap(name, "blue")),
  },
};

const cases = Object.entries(OPERATIONS);

/** The object an operation works on, as it is before; its name and resource version. */
async function prepared({ before }: Operation): Promise<[name: string, resourceVersion?: string]> {
  const name = freshName();
  if (!before) return [name];
  const { metadata } = await direct.create(CONFIG_MAPS, configMap(name, "red"));
  return [name, metadata.resourceVersion];
}

async function color(name: string): Promise<string> {
  const found = await direct.get(`${CONFIG_MAPS}/${name}`);
  return found ? (found.data as { color: string }).color : "gone";
}

const after = (operation: string) => (operation === "remove" ? "gone" : "blue");

async function refused(work: Promise<unknown>): Promise<RefusedError> {
  const thrown = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  if (thrown instanceof RefusedError) return thrown;
  throw thrown;
}

const hintOf = (error: RefusedError) => error.problems[0]?.hint ?? "";

/** How often the API server was asked to write, or the proxy instead of it. */
const writes = () => proxy.requests.filter(({ method }) => method !== "GET").length;

describe.each(cases)("%s that is refused", (what, operation) => {
  it("without the right, names the right", async () => {
    const [name, version] = await prepared(operation);
    // Server-side apply looks first.
    if (what === "apply") await allow("get");
    const error = await refused(operation.run(nobody, name, version));
    expect(error).toMatchObject({ status: 403, reason: "Forbidden", kind: "cluster" });
    expect(error.message).toContain(
      `the cluster refused to ${operation.words(name)} (403): configmaps${operation.before ? ` "${name}"` : ""} is forbidden`,
    );
    expect(hintOf(error)).toBe(
      `the account nobody lacks the right \`${operation.right}\` on \`configmaps\` in namespace \`shop\`: ` +
        "an administrator gives it with a Role and RoleBinding",
    );
  });

  it("as a conflict, says that somebody was quicker", async () => {
    const name = freshName();
    const first = await direct.create(CONFIG_MAPS, configMap(name, "red"));
    const stale = first.metadata.resourceVersion;
    await direct.apply(configMap(name, "green"));
    const error = await refused(
      what === "apply"
        ? kubernetes.apply(configMap(name, "blue", { resourceVersion: stale ?? "" }))
        : operation.run(kubernetes, name, stale),
    );
    const made = what === "create";
    expect(error).toMatchObject({ status: 409, reason: made ? "AlreadyExists" : "Conflict" });
    expect(error.message).toMatch(`the cluster refused to ${operation.words(name)} (409): `);
    expect(hintOf(error)).toMatch(made ? /made by somebody else meanwhile/ : /changed by somebody else/);
    expect([await color(name), writes()]).toEqual(["green", 1]);
  });

  it("as invalid, names the field", async () => {
    const error = await refused(INVALID[what as keyof typeof INVALID]());
    expect(error).toMatchObject({ status: 422, reason: "Invalid" });
    expect(error.message).toMatch(/^the cluster refused to \w+ \w+ shop\/\S+ \(422\): .* is invalid: /);
    expect(hintOf(error)).toMatch(FIELDS[what as keyof typeof FIELDS]);
    expect(writes()).toBe(1);
  });

  it("by a busy server, is tried again", async () => {
    const [name, version] = await prepared(operation);
    proxy.fault({ method: operation.method, times: 2, fault: { status: 429 } });
    await operation.run(kubernetes, name, version);
    expect([await color(name), writes()]).toEqual([after(what), 3]);
  });

  it("by a busy server that stays so, is given up", async () => {
    const [name, version] = await prepared(operation);
    proxy.fault({ method: operation.method, fault: { status: 429 } });
    const error = await refused(operation.run(kubernetes, name, version));
    expect(error).toMatchObject({ status: 429, reason: "TooManyRequests" });
    expect(error.message).toBe(
      `the cluster refused to ${operation.words(name)} (429): the server has received too many requests and has asked us to try again later`,
    );
    expect(hintOf(error)).toMatch(/run again later/);
    expect([await color(name), writes()]).toEqual([operation.before ? "red" : "gone", 4]);
  });

  it("by a broken server, is not tried again", async () => {
    const [name, version] = await prepared(operation);
    const message =
      'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://check.example.svc:443/check": dial tcp 10.96.0.9:443: connect: connection refused';
    proxy.fault({ method: operation.method, fault: { status: 500, message } });
    const error = await refused(operation.run(kubernetes, name, version));
    expect(error).toMatchObject({ status: 500, reason: "InternalError" });
    expect(error.message).toBe(`the cluster refused to ${operation.words(name)} (500): ${message}`);
    expect(hintOf(error)).toMatch(/the admission webhook check\.example\.com does not work/);
    expect(writes()).toBe(1);
  });

  it("by silence, is given up in time", async () => {
    const [name, version] = await prepared(operation);
    proxy.fault({ method: operation.method, fault: "hang" });
    const began = Date.now();
    const error = await refused(operation.run(kubernetes, name, version));
    expect(error).toMatchObject({ status: 0, reason: "Timeout" });
    expect(error.message).toBe(
      `the cluster at ${proxy.url} does not answer when asked to ${operation.words(name)}: no answer within 1 s`,
    );
    expect(hintOf(error)).toMatch(/may have been carried out/);
    expect(Date.now() - began).toBeLessThan(6 * TIMEOUT_MS);
  });
});

describe.each(cases)("%s whose answer is lost", (what, operation) => {
  it.each(["cut-after", "cut-before", "hang-after"] as const)("(%s) is done once", async (fault) => {
    const [name, version] = await prepared(operation);
    proxy.fault({ method: operation.method, times: 1, fault });
    const result = await operation.run(kubernetes, name, version);
    expect([await color(name), writes()]).toEqual([after(what), 2]);
    if (what === "remove") expect(result).toBe(true);
    if (what === "apply") expect(result).toBe("changed");
    if (what === "create" || what === "replace") expect(result).toMatchObject({ data: { color: "blue" } });
  });

  it("for good, says that it may have been done", async () => {
    const [name, version] = await prepared(operation);
    proxy.fault({ method: operation.method, fault: "cut-after" });
    const error = await refused(operation.run(kubernetes, name, version));
    expect(error).toMatchObject({ status: 0, reason: "ConnectionLost" });
    expect(error.message).toContain(`does not answer when asked to ${operation.words(name)}: `);
    expect(hintOf(error)).toMatch(/may have been carried out all the same/);
    expect(writes()).toBe(4);
  });
});

describe("a lost answer and somebody else", () => {
  it("does not take another's object for the own", async () => {
    const name = freshName();
    await direct.create(CONFIG_MAPS, configMap(name, "green"));
    proxy.fault({ method: "POST", times: 1, fault: "cut-before" });
    const error = await refused(kubernetes.create(CONFIG_MAPS, configMap(name, "blue")));
    expect(error).toMatchObject({ status: 409, reason: "AlreadyExists" });
  });

  it("does not take another's change for the own", async () => {
    const name = freshName();
    const { metadata } = await direct.create(CONFIG_MAPS, configMap(name, "red"));
    const { resourceVersion = "" } = metadata;
    await direct.apply(configMap(name, "green"));
    proxy.fault({ method: "PUT", times: 1, fault: "cut-before" });
    const path = `${CONFIG_MAPS}/${name}`;
    const error = await refused(kubernetes.replace(path, configMap(name, "blue", { resourceVersion })));
    expect(error).toMatchObject({ status: 409, reason: "Conflict" });
    expect(await color(name)).toBe("green");
  });

  it("says of an object that waits for its finalizer that it was deleted", async () => {
    const name = freshName();
    const path = `${CONFIG_MAPS}/${name}`;
    const finalizers = { finalizers: ["example.com/keep"] } as object;
    const { metadata } = await direct.create(CONFIG_MAPS, configMap(name, "red", finalizers));
    proxy.fault({ method: "DELETE", times: 1, fault: "cut-after" });
    expect(await kubernetes.remove(path, { resourceVersion: metadata.resourceVersion ?? "" })).toBe(true);
    expect((await direct.get(path))?.metadata.deletionTimestamp).toBeDefined();
    await direct.replace(path, configMap(name, "red"));
  });
});

describe("a cancelled run", () => {
  it("waits no longer for a busy server", async () => {
    const cancel = new AbortController();
    const cancelled = await connect(proxy.kubeconfig, cancel.signal);
    proxy.fault({ path: /namespaces\/shop/, fault: { status: 429, retryAfter: 30 } });
    const work = refused(cancelled.get(`${CONFIG_MAPS}/any`));
    const began = Date.now();
    setTimeout(() => cancel.abort(), 300);
    expect(await work).toMatchObject({ status: 429 });
    expect(Date.now() - began).toBeLessThan(2_000);
  });
});

describe("reading", () => {
  it.each([
    ["cut-before"],
    ["cut-after"],
    ["hang"],
    [{ status: 429, retryAfter: 1 }],
    [{ status: 503 }],
    [{ status: 504 }],
    [{ status: 500, retryAfter: 1, message: "etcdserver: leader changed" }],
  ] as [FakeAnswer | "cut-before" | "cut-after" | "hang"][])("is tried again after %j", async (fault) => {
    proxy.fault({ path: /configmaps$/, times: 1, fault });
    expect((await kubernetes.list(CONFIG_MAPS)).length).toBeGreaterThan(0);
  });

  it("waits as long as a busy server asks for", async () => {
    proxy.fault({ path: /configmaps$/, times: 1, fault: { status: 429, retryAfter: 1 } });
    const began = Date.now();
    await kubernetes.list(CONFIG_MAPS);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
  });

  it.each([
    [401, "Unauthorized", /log in again/],
    [410, "Expired", /run again/],
    [500, "InternalError", /the API server failed: its log says why/],
    [503, "ServiceUnavailable", /readyz/],
    [504, "Timeout", /readyz/],
  ])("says what %i means", async (status, reason, hint) => {
    proxy.fault({ path: /configmaps$/, fault: { status } });
    const error = await refused(kubernetes.list(CONFIG_MAPS));
    expect(error).toMatchObject({ status, reason });
    expect(error.message).toMatch(`the cluster refused to list configmaps in namespace shop (${status}): `);
    expect(hintOf(error)).toMatch(hint);
  });

  it("says that a kind is not served", async () => {
    const error = await refused(kubernetes.list("/apis/example.com/v1/widgets"));
    expect(error.message).toBe("the cluster refused to list widgets (404): 404 page not found");
    expect(hintOf(error)).toMatch("the cluster does not serve widgets of example.com/v1: install");
  });

  it("says that a namespace is not there", async () => {
    const object = { ...configMap("a", "red"), metadata: { name: "a", namespace: "nowhere" } };
    const error = await refused(kubernetes.create("/api/v1/namespaces/nowhere/configmaps", object));
    expect(error).toMatchObject({ status: 404, reason: "NotFound" });
    expect(hintOf(error)).toBe("create the namespace nowhere first");
  });

  it("gives text as it is", async () => {
    expect(await kubernetes.text("/readyz")).toBe("ok");
  });
});

/** Objects that the API server itself finds wrong, and the fields it names. */
const INVALID = {
  create: () => kubernetes.create("/api/v1/namespaces/shop/services", service(freshName(), 70_000)),
  apply: () => kubernetes.apply(service(freshName(), 70_000)),
  async replace() {
    const name = freshName();
    const made = { ...configMap(name, "red"), immutable: true };
    const { metadata } = await direct.create(CONFIG_MAPS, made);
    const { resourceVersion = "" } = metadata;
    return kubernetes.replace(`${CONFIG_MAPS}/${name}`, {
      ...configMap(name, "blue", { resourceVersion }),
      immutable: true,
    });
  },
  async remove() {
    const name = freshName();
    await direct.create(CONFIG_MAPS, configMap(name, "red"));
    return kubernetes.remove(`${CONFIG_MAPS}/${name}`, { propagation: "Never" as "Orphan" });
  },
};

const FIELDS = {
  create: /^correct `spec\.ports\[0\]\.port`/,
  apply: /^correct `spec\.ports\[0\]\.port`/,
  replace: /^`data` cannot be changed in place/,
  remove: /^correct `propagationPolicy`/,
};

function service(name: string, port: number): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop" },
    spec: { ports: [{ port }] },
  };
}

/** Lets the user without rights do one thing with config maps. */
async function allow(verb: string): Promise<void> {
  const metadata = { name: "one-right", namespace: "shop" };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: [verb] }];
  await direct.apply({ apiVersion, kind: "Role", metadata, rules });
  await direct.apply({
    apiVersion,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "one-right" },
    subjects: [{ kind: "User", name: "nobody", apiGroup: "rbac.authorization.k8s.io" }],
  });
}
