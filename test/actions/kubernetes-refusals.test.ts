import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import {
  type Access,
  CONFIG_MAPS,
  configMap,
  freshName,
  hintOf,
  IMPATIENT_MS,
  OPERATIONS,
  openAccess,
  prepared,
  refused,
} from "./kubernetes-access.ts";

let access: Access;
beforeAll(async () => {
  access = await openAccess();
});
afterEach(() => access.proxy.clear());
afterAll(() => access?.stop());

const cases = Object.entries(OPERATIONS);
const after = (operation: string) => (operation === "remove" ? "gone" : "blue");

describe.each(cases)("%s that is refused", (what, operation) => {
  it("without the right, names the right", async () => {
    const [name, version] = await prepared(operation, access.direct);
    // Server-side apply looks first.
    if (what === "apply") await allowGet();
    const error = await refused(operation.run(access.nobody, name, version));
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
    const first = await access.direct.create(CONFIG_MAPS, configMap(name, "red"));
    const stale = first.metadata.resourceVersion;
    await access.direct.apply(configMap(name, "green"));
    const error = await refused(
      what === "apply"
        ? access.kubernetes.apply(configMap(name, "blue", { resourceVersion: stale ?? "" }))
        : operation.run(access.kubernetes, name, stale),
    );
    const made = what === "create";
    expect(error).toMatchObject({ status: 409, reason: made ? "AlreadyExists" : "Conflict" });
    expect(error.message).toMatch(`the cluster refused to ${operation.words(name)} (409): `);
    expect(hintOf(error)).toMatch(made ? /made by somebody else meanwhile/ : /changed by somebody else/);
    expect([await access.color(name), access.writes()]).toEqual(["green", 1]);
  });

  it("as invalid, names the field", async () => {
    const error = await refused(INVALID[what as keyof typeof INVALID]());
    expect(error).toMatchObject({ status: 422, reason: "Invalid" });
    expect(error.message).toMatch(/^the cluster refused to \w+ \w+ shop\/\S+ \(422\): .* is invalid: /);
    expect(hintOf(error)).toMatch(FIELDS[what as keyof typeof FIELDS]);
    expect(access.writes()).toBe(1);
  });

  it("by a busy server, is tried again", async () => {
    const [name, version] = await prepared(operation, access.direct);
    access.proxy.fault({ method: operation.method, times: 2, fault: { status: 429 } });
    await operation.run(access.kubernetes, name, version);
    expect([await access.color(name), access.writes()]).toEqual([after(what), 3]);
  });

  it("by a busy server that stays so, is given up", async () => {
    const [name, version] = await prepared(operation, access.direct);
    access.proxy.fault({ method: operation.method, fault: { status: 429 } });
    const error = await refused(operation.run(access.kubernetes, name, version));
    expect(error).toMatchObject({ status: 429, reason: "TooManyRequests" });
    expect(error.message).toBe(
      `the cluster refused to ${operation.words(name)} (429): the server has received too many requests and has asked us to try again later`,
    );
    expect(hintOf(error)).toMatch(/run again later/);
    expect([await access.color(name), access.writes()]).toEqual([operation.before ? "red" : "gone", 4]);
  });

  it("by a broken server, is not tried again", async () => {
    const [name, version] = await prepared(operation, access.direct);
    const message =
      'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://check.example.svc:443/check": dial tcp 10.96.0.9:443: connect: connection refused';
    access.proxy.fault({ method: operation.method, fault: { status: 500, message } });
    const error = await refused(operation.run(access.kubernetes, name, version));
    expect(error).toMatchObject({ status: 500, reason: "InternalError" });
    expect(error.message).toBe(`the cluster refused to ${operation.words(name)} (500): ${message}`);
    expect(hintOf(error)).toMatch(/the admission webhook check\.example\.com does not work/);
    expect(access.writes()).toBe(1);
  });

  it("by silence, is given up in time", async () => {
    const [name, version] = await prepared(operation, access.direct);
    access.proxy.fault({ method: operation.method, fault: "hang" });
    const began = Date.now();
    const error = await refused(operation.run(access.impatient, name, version));
    expect(error).toMatchObject({ status: 0, reason: "Timeout" });
    expect(error.message).toBe(
      `the cluster at ${access.proxy.url} does not answer when asked to ${operation.words(name)}: no answer within 0.5 s`,
    );
    expect(hintOf(error)).toMatch(/may have been carried out/);
    expect(access.writes()).toBe(4);
    expect(Date.now() - began).toBeLessThan(10 * IMPATIENT_MS);
  });
});

describe("reading that is refused", () => {
  it.each([
    [401, "Unauthorized", /log in again/],
    [410, "Expired", /run again/],
    [500, "InternalError", /the API server failed: its log says why/],
    [503, "ServiceUnavailable", /readyz/],
    [504, "Timeout", /readyz/],
  ])("says what %i means", async (status, reason, hint) => {
    access.proxy.fault({ path: /configmaps$/, fault: { status } });
    const error = await refused(access.kubernetes.list(CONFIG_MAPS));
    expect(error).toMatchObject({ status, reason });
    expect(error.message).toMatch(`the cluster refused to list configmaps in namespace shop (${status}): `);
    expect(hintOf(error)).toMatch(hint);
  });

  it("says that a kind is not served", async () => {
    const error = await refused(access.kubernetes.list("/apis/example.com/v1/widgets"));
    expect(error.message).toBe("the cluster refused to list widgets (404): 404 page not found");
    expect(hintOf(error)).toMatch("the cluster does not serve widgets of example.com/v1: install");
  });

  it("says that a namespace is not there", async () => {
    const object = { ...configMap("a", "red"), metadata: { name: "a", namespace: "nowhere" } };
    const error = await refused(access.kubernetes.create("/api/v1/namespaces/nowhere/configmaps", object));
    expect(error).toMatchObject({ status: 404, reason: "NotFound" });
    expect(hintOf(error)).toBe("create the namespace nowhere first");
  });
});

/** Objects that the API server itself finds wrong, and the fields it names. */
const INVALID = {
  create: () => access.kubernetes.create("/api/v1/namespaces/shop/services", service(freshName(), 70_000)),
  apply: () => access.kubernetes.apply(service(freshName(), 70_000)),
  async replace() {
    const name = freshName();
    const made = { ...configMap(name, "red"), immutable: true };
    const { metadata } = await access.direct.create(CONFIG_MAPS, made);
    const { resourceVersion = "" } = metadata;
    return access.kubernetes.replace(`${CONFIG_MAPS}/${name}`, {
      ...configMap(name, "blue", { resourceVersion }),
      immutable: true,
    });
  },
  async remove() {
    const name = freshName();
    await access.direct.create(CONFIG_MAPS, configMap(name, "red"));
    return access.kubernetes.remove(`${CONFIG_MAPS}/${name}`, { propagation: "Never" as "Orphan" });
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
async function allowGet(): Promise<void> {
  const metadata = { name: "one-right", namespace: "shop" };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
  await access.direct.apply({ apiVersion, kind: "Role", metadata, rules });
  await access.direct.apply({
    apiVersion,
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "one-right" },
    subjects: [{ kind: "User", name: "nobody", apiGroup: "rbac.authorization.k8s.io" }],
  });
  // The API server goes by new rights a moment later.
  await vi.waitFor(() => access.nobody.get(`${CONFIG_MAPS}/none`), { timeout: 5_000, interval: 50 });
}
